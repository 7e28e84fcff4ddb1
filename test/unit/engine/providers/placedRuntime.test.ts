import { describe, expect, it } from 'vitest';
import { ShorthandError, type ErrorCode } from '../../../../src/common/errors';
import type { ExecutionProvider } from '../../../../src/common/executionProviders';
import { PlacedRuntime } from '../../../../src/engine/providers/placedRuntime';
import type { OnnxRuntime, OnnxSession, SessionOptions } from '../../../../src/engine/runtime/onnxRuntime';

/** A runtime whose second provider does what a test wants; sessions know no more than where they are. */
class FakeRuntime implements OnnxRuntime {
  readonly version = '1';
  readonly providers: readonly ExecutionProvider[] = ['cpu', 'webgpu'];
  readonly loaded: string[] = [];
  disposed = 0;

  constructor(private readonly load2: (path: string) => ReadonlySet<string>) {}

  async load(modelPath: string, { provider = 'cpu' }: SessionOptions): Promise<OnnxSession> {
    await Promise.resolve();
    const cpuOperators = provider === 'cpu' ? new Set(['MatMul']) : this.load2(modelPath);
    this.loaded.push(`${modelPath} on ${provider}`);
    const unused = (): never => {
      throw new Error('not used');
    };
    return { provider, cpuOperators, allocate: unused, bind: unused, run: unused, dispose: () => this.dispose() };
  }

  dispose(): void {
    this.disposed++;
  }
}

function failing(code: ErrorCode): () => never {
  return () => {
    throw new ShorthandError(code, 'causal=0 is not implemented');
  };
}

describe('a runtime for one provider', () => {
  it('keeps a graph on it whose light operators alone run on the CPU', async () => {
    const runtime = new PlacedRuntime(new FakeRuntime(() => new Set(['Gather', 'Reshape'])), 'webgpu');
    expect((await runtime.load('decoder', { threads: 1, graph: 'decoder' })).provider).toBe('webgpu');
    expect([...runtime.graphs]).toEqual([['decoder', 'webgpu']]);
    expect(runtime.refusals.size).toBe(0);
  });

  it('loads a graph on the CPU that the provider leaves to it, and frees the first session', async () => {
    const base = new FakeRuntime(() => new Set(['FusedMatMul']));
    const runtime = new PlacedRuntime(base, 'webgpu');
    expect((await runtime.load('projector', { threads: 1, graph: 'projector' })).provider).toBe('cpu');
    expect(base).toMatchObject({ loaded: ['projector on webgpu', 'projector on cpu'], disposed: 1 });
    expect(runtime.refusals.get('projector')).toEqual({ kind: 'error', detail: 'It has no FusedMatMul.' });
  });

  it.each([['bundle-unsupported', 'error'], ['out-of-memory', 'memory']] as const)('loads a graph on the CPU after %s, and keeps the reason', async (code, kind) => {
    const runtime = new PlacedRuntime(new FakeRuntime(failing(code)), 'webgpu');
    expect((await runtime.load('encoder', { threads: 1, graph: 'encoder' })).provider).toBe('cpu');
    expect(runtime.refusals.get('encoder')).toEqual({ kind, detail: 'causal=0 is not implemented' });
  });

  it('passes a cancellation on', async () => {
    const runtime = new PlacedRuntime(new FakeRuntime(failing('cancelled')), 'webgpu');
    await expect(runtime.load('encoder', { threads: 1, graph: 'encoder' })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
