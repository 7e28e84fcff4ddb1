import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { golden } from './files';

/** Copies the tiny checkpoint and the code of its encoder's slots into `folder`: an export as it ships. */
export function copyCodedCheckpoint(folder: string): string {
  cpSync(golden('bundle-tiny'), folder, { recursive: true });
  cpSync(golden('slot-code-tiny', 'slot-code'), join(folder, 'slot-code'), { recursive: true });
  return folder;
}
