/**
 * Writes what Hugging Face says of each repository of models/catalogue.json into it: newest commit, files, lengths, hashes, licence. And the files of
 * the shipped bundle, as its manifest has them. Repositories that can't be looked up keep what they had, and are named at the end.
 *
 *   node scripts/catalogue.mjs [--file models/catalogue.json]
 *
 * HF_ENDPOINT names another server, HF_TOKEN a token for gated repositories.
 */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { runMain } from './lib/main.mjs';
import { inRoot } from './lib/paths.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { file: { type: 'string', default: inRoot('models', 'catalogue.json') } } });
  const { parseCatalogue, pinCatalogue } = await sources();
  const before = parseCatalogue(fs.readFileSync(values.file, 'utf8'));
  const token = process.env['HF_TOKEN'];
  const { catalogue, failures } = await pinCatalogue({ ...before, shipped: shippedBundle() }, token === undefined ? {} : { token });
  fs.writeFileSync(values.file, `${JSON.stringify(catalogue, undefined, 2)}\n`);
  for (const { repository, error } of failures) {
    console.error(`${repository}: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(`catalogue: ${catalogue.models.length} models, ${failures.length} repositories could not be looked up`);
  process.exitCode = failures.length === 0 ? 0 : 1;
});

/** The product's own code, bundled to be run here. */
async function sources() {
  const outfile = inRoot('.cache', 'catalogue.mjs');
  const contents = ['catalogue', 'pinCatalogue'].map(name => `export * from './src/models/catalogue/${name}';`).join('\n');
  await esbuild.build({ stdin: { contents, resolveDir: inRoot() }, bundle: true, platform: 'node', format: 'esm', target: 'node22', outfile, logLevel: 'warning' });
  /** @type {typeof import('../src/models/catalogue/catalogue') & typeof import('../src/models/catalogue/pinCatalogue')} */
  const built = await import(pathToFileURL(outfile).href);
  return built;
}

function shippedBundle() {
  /** @type {import('../src/common/bundle').BundleManifest} */
  const { id, version, licence, files } = JSON.parse(fs.readFileSync(inRoot('models', 'shorthand-nano', 'bundle.json'), 'utf8'));
  return { id, version, licence, files };
}
