import path from 'node:path';
import { root } from '../lib/paths.mjs';

/**
 * What a layer may import. Relative imports are resolved, so that a folder that happens to have another layer's name (`host/engine`) is
 * no obstacle.
 *
 * @typedef {object} Layer
 * @property {string} folder
 * @property {string[]} layers other layers that it may import
 * @property {boolean} vscode
 * @property {boolean} node
 */

/** @type {Layer[]} */
const layers = [
  { folder: 'src/common', layers: [], vscode: false, node: false },
  { folder: 'src/scan', layers: ['src/common'], vscode: false, node: true },
  { folder: 'src/engine', layers: ['src/common', 'src/scan'], vscode: false, node: true },
  { folder: 'src/models', layers: ['src/common'], vscode: false, node: true },
  { folder: 'src/builder', layers: ['src/common', 'src/engine', 'src/models'], vscode: false, node: true },
  { folder: 'src/probe', layers: ['src/common', 'src/builder', 'src/engine'], vscode: false, node: true },
  { folder: 'src/cli', layers: ['src/common', 'src/builder', 'src/scan', 'src/engine', 'src/models'], vscode: false, node: true },
  { folder: 'src/host', layers: ['src/common', 'src/scan', 'src/models'], vscode: true, node: true },
  { folder: 'webview', layers: ['src/common'], vscode: false, node: false },
  // The composition root: src/extension.ts. Last, because it holds the others.
  { folder: 'src', layers: ['src/common', 'src/host'], vscode: true, node: true },
];

/** @param {string} file relative to the repository */
function layerOf(file) {
  return layers.find(({ folder }) => file.startsWith(`${folder}/`));
}

/**
 * @param {Layer} from
 * @param {string} file absolute path of the importing file
 * @param {string} specifier
 * @returns {string | undefined} why the import is forbidden
 */
function violation(from, file, specifier) {
  if (specifier === 'vscode') {
    return from.vscode ? undefined : `${from.folder} must not import vscode`;
  }
  if (specifier.startsWith('node:')) {
    return from.node ? undefined : `${from.folder} must not import Node modules`;
  }
  if (!specifier.startsWith('.')) {
    return undefined;
  }
  const target = path.relative(root, path.resolve(path.dirname(file), specifier)).replaceAll(path.sep, '/');
  const to = layerOf(`${target}/`);
  if (to === undefined) {
    return `${from.folder} must not import ${target}, which is no layer`;
  }
  return to === from || from.layers.includes(to.folder) ? undefined : `${from.folder} must not import ${to.folder}`;
}

/**
 * Keeps imports one-way: common <- engine <- builder <- cli and probe, common <- scan <- engine and host, common <- models <- builder and host, common <- webview.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const layersRule = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{reason}} (see CONTRIBUTING.md, layers).' } },
  create(context) {
    const from = layerOf(path.relative(root, context.filename).replaceAll(path.sep, '/'));
    if (from === undefined) {
      return {};
    }
    /** @param {import('estree').Node | null | undefined} source */
    const check = source => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') {
        return;
      }
      const reason = violation(from, context.filename, source.value);
      if (reason !== undefined) {
        context.report({ node: source, messageId: 'forbidden', data: { reason } });
      }
    };
    return {
      ImportDeclaration: node => check(node.source),
      ImportExpression: node => check(node.source),
      ExportAllDeclaration: node => check(node.source),
      ExportNamedDeclaration: node => check(node.source),
    };
  },
};
