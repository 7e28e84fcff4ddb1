import { expect, test } from 'vitest';
import { distinctNames } from '../../../src/host/memory/rootNames';

test('names that differ stay', () => {
  expect(distinctNames([{ name: 'web', path: '/w/web' }, { name: 'My server', path: '/w/server' }])).toEqual(['web', 'My server']);
});

test('folders of the same name are told apart by the folders above them', () => {
  const folders = ['/w/web/src/app', '/w/server/src/app', '/w/tools'].map(path => ({ name: path.split('/').at(-1) ?? '', path }));
  expect(distinctNames(folders)).toEqual(['web/src/app', 'server/src/app', 'tools']);
});

test('a name that another has already is not taken', () => {
  const names = distinctNames([{ name: 'a/x', path: '/a/x' }, { name: 'x', path: '/a/x' }, { name: 'x', path: '/b/x' }]);
  expect(new Set(names).size).toBe(3);
});

test('nothing above them: numbers', () => {
  expect(distinctNames([{ name: 'x', path: '/x' }, { name: 'x', path: '/x' }])).toEqual(['1/x', '2/x']);
});
