import path from 'node:path';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { layersRule } from '../../../scripts/eslint/layers.mjs';
import { inRoot } from '../../../scripts/lib/paths.mjs';

function complaints(file: string, code: string): number {
  const linter = new Linter({ cwd: inRoot() });
  const messages = linter.verify(code, [{ files: ['**/*.ts'], plugins: { shorthand: { rules: { layers: layersRule } } }, rules: { 'shorthand/layers': 'error' } }], path.join(inRoot(), file));
  return messages.length;
}

describe('the layers rule', () => {
  it.each([
    ['src/common/a.ts', "import './b';"],
    ['src/builder/a.ts', "import '../common/b'; import '../engine/c'; import '../models/d'; import 'node:fs';"],
    ['src/engine/decoder/a.ts', "import '../../common/b'; import '../slots/c';"],
    ['src/cli/a.ts', "import '../engine/b';"],
    ['src/host/a.ts', "import 'vscode'; import './engine/engineClient'; import '../common/b';"],
    ['webview/view/a.ts', "import '../dom'; import '../../src/common/b'; import 'marked';"],
    ['src/extension.ts', "import './host/a'; import 'vscode';"],
    ['test/unit/a.ts', "import '../../src/engine/b'; import '../../webview/c';"],
  ])('allows %s: %s', (file, code) => {
    expect(complaints(file, code)).toBe(0);
  });

  it.each([
    ['src/common/a.ts', "import 'node:fs';"],
    ['src/common/a.ts', "import 'vscode';"],
    ['src/common/a.ts', "export * from '../host/b';"],
    ['src/engine/a.ts', "import '../builder/b';"],
    ['src/models/a.ts', "import '../builder/b';"],
    ['src/engine/a.ts', "import '../cli/b';"],
    ['src/engine/a.ts', "import 'vscode';"],
    ['src/host/a.ts', "import '../engine/b';"],
    ['src/host/a.ts', "await import('../../webview/b');"],
    ['webview/a.ts', "import '../src/host/b';"],
    ['webview/a.ts', "export { x } from 'node:path';"],
    ['src/extension.ts', "import './engine/main';"],
    ['src/host/a.ts', "import '../../test/b';"],
  ])('forbids %s: %s', (file, code) => {
    expect(complaints(file, code)).toBe(1);
  });
});
