import { installDependencies } from './dependencies.mjs';
import { runUnderPinnedNode } from './pinnedNode.mjs';

/**
 * What every entry script does first, on nothing but a Node: installs the dependencies and goes on under the pinned Node.
 *
 * @returns {Promise<boolean>} false when the script ran in another process and this one has nothing left to do
 */
export async function bootstrap() {
  await installDependencies();
  return runUnderPinnedNode();
}
