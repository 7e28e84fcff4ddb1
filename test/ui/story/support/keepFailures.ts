import { afterEach } from 'vitest';
import type { Workbench } from './workbench';

/** Has each test that fails from here on leave pictures behind. The workbench is there once the story has begun. */
export function keepFailures(workbench: () => Workbench): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await workbench().showFailure();
    }
  });
}
