import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { layersRule } from './scripts/eslint/layers.mjs';

const product = ['src/**/*.ts', 'webview/**/*.ts'];
const tests = ['test/**/*.{ts,mts}'];
const scripts = ['scripts/**/*.mjs', 'test/**/*.mjs'];

export default defineConfig(
  { ignores: ['**/node_modules/', 'dist/', 'out/', '.cache/', 'coverage/', 'training/', 'models/'] },
  {
    files: [...product, ...tests, ...scripts],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { shorthand: { rules: { layers: layersRule } } },
    rules: {
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      curly: 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: product,
    rules: {
      'shorthand/layers': 'error',
      // `as const` stays allowed.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
    },
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  // JSDoc can't say what JSON.parse returns other than in a declaration.
  { files: scripts, rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  {
    files: ['src/host/**/*.ts', 'src/extension.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^show(Information|Warning|Error)Message$/] > :matches(Literal, TemplateLiteral):first-child',
          message: 'Users read this: translate it with l10n.t.',
        },
      ],
    },
  },
  { files: ['**/vitest.config.{ts,mts}'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: tests,
    rules: {
      // Mocha and Vitest matchers are often expressions, and stubs are often empty or needlessly async.
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
