/**
 * Takes the README's pictures from those that the user interface suite has made: `npm test -- --only build,package,ui`, then this.
 *
 *   node scripts/pictures.mjs
 */
import fs from 'node:fs';
import path from 'node:path';
import { runMain } from './lib/main.mjs';
import { inRoot } from './lib/paths.mjs';

/** Names in media/readme, and the step of a story that shows it. The number in a picture's name may change. */
const pictures = {
  'chat.png': /^context-\d+-report\.png$/,
  'map.png': /^memory-map-\d+-map-dark\.png$/,
  'plan.png': /^context-\d+-plan\.png$/,
};

await runMain(() => {
  const made = fs.readdirSync(inRoot('test', 'ui', 'screenshots')).sort();
  for (const [name, step] of Object.entries(pictures)) {
    const source = made.find(file => step.test(file));
    if (source === undefined) {
      throw new Error(`There is no picture ${String(step)}: run the user interface suite first.`);
    }
    fs.copyFileSync(inRoot('test', 'ui', 'screenshots', source), path.join(inRoot('media', 'readme'), name));
    console.log(`${name} is ${source}`);
  }
  return Promise.resolve();
});
