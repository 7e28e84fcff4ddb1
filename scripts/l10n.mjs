/**
 * Writes the texts that the sources pass to l10n.t to l10n/bundle.l10n.json.
 *
 *   node scripts/l10n.mjs
 */
import { runMain } from './lib/main.mjs';
import { writeL10n } from './suites/l10n.mjs';

await runMain(writeL10n);
