// Measures the engine on this repository's own sources with the shipped bundle: prints the tables, writes test/bench/results/bench.json.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = (/** @type {readonly string[]} */ args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });

run(['scripts/build.mjs']);
run(['dist/cli.js', 'bench', '--folder', 'src', '--folder', 'training', '--folder', 'webview', '--output', 'test/bench/results/bench.json', ...process.argv.slice(2)]);
