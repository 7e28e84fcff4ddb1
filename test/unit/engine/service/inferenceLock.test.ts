import { describe, expect, it } from 'vitest';
import { InferenceLock } from '../../../../src/engine/service/inferenceLock';

/** A task that ends when it is told to. */
function gate(): { readonly task: () => Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>(resolve => (open = resolve));
  return { task: () => promise, open: () => open() };
}

describe('InferenceLock', () => {
  it('lets an answer go before compression that waits longer', async () => {
    const lock = new InferenceLock();
    const running = gate();
    const order: string[] = [];
    const first = lock.run('compress', undefined, running.task);
    const rest = [
      lock.run('compress', undefined, async () => void order.push('compress 1')),
      lock.run('answer', undefined, async () => void order.push('answer 1')),
      lock.run('compress', undefined, async () => void order.push('compress 2')),
      lock.run('answer', undefined, async () => void order.push('answer 2')),
    ];
    running.open();
    await Promise.all([first, ...rest]);
    expect(order).toEqual(['answer 1', 'answer 2', 'compress 1', 'compress 2']);
  });

  it('lets a completion go behind answers and before compression', async () => {
    const lock = new InferenceLock();
    const running = gate();
    const order: string[] = [];
    const first = lock.run('compress', undefined, running.task);
    const rest = (['compress', 'complete', 'answer', 'complete'] as const).map(priority => lock.run(priority, undefined, async () => void order.push(priority)));
    running.open();
    await Promise.all([first, ...rest]);
    expect(order).toEqual(['answer', 'complete', 'complete', 'compress']);
  });

  it('runs one task at a time', async () => {
    const lock = new InferenceLock();
    let inside = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise(resolve => setTimeout(resolve, 1));
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => lock.run('answer', undefined, task)));
    expect(most).toBe(1);
  });

  it('goes on after a task that fails, and takes a cancelled one out of the queue', async () => {
    const lock = new InferenceLock();
    await expect(lock.run('answer', undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const running = gate();
    const first = lock.run('answer', undefined, running.task);
    const cancel = new AbortController();
    let ran = false;
    const cancelled = lock.run('answer', cancel.signal, async () => void (ran = true));
    cancel.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    running.open();
    await first;
    await expect(lock.run('compress', undefined, async () => 'after')).resolves.toBe('after');
    expect(ran).toBe(false);
  });
});
