import { expect, test } from 'vitest';
import { fileExtension } from '../../../src/host/chat/code/fileExtension';

test('a file is named after the language of its code, or else like the file beside it', () => {
  expect(['ts', 'typescript', 'python', 'rust', 'go'].map(language => fileExtension(language))).toEqual(['.ts', '.ts', '.py', '.rs', '.go']);
  expect(fileExtension('', '/w/src/a.vue')).toBe('.vue');
  expect(fileExtension('', '/w/Makefile')).toBe('.txt');
  expect(fileExtension('../../etc')).toBe('.txt');
});
