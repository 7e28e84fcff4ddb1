import { expect, test, vi } from 'vitest';
import type { Attachment } from '../../../src/common/attachments';
import { Attachments, maxAttachments } from '../../../src/host/context/attachments';
import { mentionsOf } from '../../../src/host/context/mentions';
import { memento } from './fakes';

function fileAt(path: string): Attachment {
  return { kind: 'file', label: path.slice(path.lastIndexOf('/') + 1), path, displayPath: path.slice(3) };
}

const selection: Attachment = { ...fileAt('/w/a.ts'), kind: 'selection', lines: { firstLine: 3, lastLine: 9 } };
const symbol: Attachment = { ...fileAt('/w/b.ts'), kind: 'symbol', label: 'Queue', lines: { firstLine: 1, lastLine: 4 } };

test('keeps each thing once, in order, and tells of changes', () => {
  const attachments = new Attachments(memento());
  const changed = vi.fn();
  attachments.onDidChange(changed);
  attachments.add(fileAt('/w/a.ts'), selection);
  attachments.add(fileAt('/w/a.ts'), symbol);
  expect(attachments.all.map(({ kind, path }) => [kind, path])).toEqual([['file', '/w/a.ts'], ['selection', '/w/a.ts'], ['symbol', '/w/b.ts']]);
  attachments.remove(fileAt('/w/a.ts'));
  expect(attachments.all).toEqual([selection, symbol]);
  expect(attachments.has(selection)).toBe(true);
  attachments.clear();
  expect(attachments.all).toEqual([]);
  expect(changed).toHaveBeenCalledTimes(4);
});

test('survives a restart, and what is stored may be anything', () => {
  const state = memento();
  new Attachments(state).add(symbol);
  expect(new Attachments(state).all).toEqual([symbol]);
  void state.update('shorthand.attachments', [{ path: 7 }]);
  expect(new Attachments(state).all).toEqual([]);
});

test('is bounded, and says how many were left out', () => {
  const attachments = new Attachments(memento());
  expect(attachments.add(...Array.from({ length: maxAttachments + 3 }, (_, index) => fileAt(`/w/${index}.ts`)))).toBe(3);
  expect(attachments.all).toHaveLength(maxAttachments);
});

test('tells the engine of one selection, and of the rest as mentions in order', () => {
  const second: Attachment = { ...selection, lines: { firstLine: 20, lastLine: 30 } };
  expect(mentionsOf([symbol, selection, fileAt('/w/c.ts'), second])).toEqual({
    selection: { path: '/w/a.ts', firstLine: 3, lastLine: 9 },
    mentions: [{ path: '/w/b.ts', lines: { firstLine: 1, lastLine: 4 } }, { path: '/w/c.ts' }, { path: '/w/a.ts', lines: { firstLine: 20, lastLine: 30 } }],
  });
  expect(mentionsOf([])).toEqual({ mentions: [] });
});
