import { describe, expect, it } from 'vitest';
import type { ExecutionProvider, ProviderProblem } from '../../../../src/common/executionProviders';
import { libraryOrigin } from '../../../../src/common/libraryOrigin';
import { statusText, usedText } from '../../../../src/common/providerText';
import { chooseProvider, worthwhileBytes, type SelectionFacts } from '../../../../src/engine/providers/chooseProvider';
import { ProbeCache } from '../../../../src/engine/providers/probeCache';
import { problemOf } from '../../../../src/engine/providers/problemOf';
import { providerInfo } from '../../../../src/engine/providers/providerInfo';
import type { ProbeOutcome } from '../../../../src/engine/providers/runProbe';

const problem: ProviderProblem = { kind: 'no-device', detail: 'none' };
const linux: SelectionFacts = { built: ['cpu', 'cuda', 'webgpu'], decoderBytes: worthwhileBytes, platform: 'linux' };

function works(speed: number, chunk = 256): ProbeOutcome {
  return { kind: 'works', speed, chunk };
}

/** Outcomes by provider; what is not named fails. The list gets the providers that were tried. */
function probes(outcomes: Partial<Record<ExecutionProvider, ProbeOutcome>>, tried: ExecutionProvider[] = []): Promise<ProbeCache> {
  const run = (provider: ExecutionProvider): Promise<ProbeOutcome> => {
    tried.push(provider);
    return Promise.resolve(outcomes[provider] ?? { kind: 'failed', problem });
  };
  return ProbeCache.open(undefined, '', run, () => undefined);
}

describe('the choice of a provider', () => {
  it('is the CPU for a small model, and nothing is tried for it', async () => {
    const tried: ExecutionProvider[] = [];
    const { provider, statuses } = await chooseProvider('auto', { ...linux, decoderBytes: worthwhileBytes - 1 }, await probes({ cuda: works(9) }, tried));
    expect([provider, tried]).toEqual(['cpu', []]);
    expect(statuses.map(({ state }) => state)).toEqual(['available', 'untried', 'unavailable', 'unavailable', 'untried']);
  });

  it('is the first that works and is worth it for a large one', async () => {
    expect(await chooseProvider('auto', linux, await probes({ cuda: works(9), webgpu: works(5) }))).toMatchObject({ provider: 'cuda' });
    expect(await chooseProvider('auto', linux, await probes({ webgpu: works(5, 31) }))).toMatchObject({ provider: 'webgpu', chunk: 31 });
    expect(await chooseProvider('auto', linux, await probes({ webgpu: works(0.01) }))).toMatchObject({ provider: 'cpu', chunk: 256 });
    const tried: ExecutionProvider[] = [];
    await chooseProvider('auto', { built: ['cpu', 'directml', 'webgpu'], decoderBytes: worthwhileBytes, platform: 'win32' }, await probes({}, tried));
    expect(tried).toEqual(['directml', 'webgpu']);
  });

  it('is what was asked for if it works, however slow', async () => {
    expect(await chooseProvider('webgpu', { ...linux, decoderBytes: 1 }, await probes({ webgpu: works(0.01) }))).toMatchObject({ provider: 'webgpu' });
  });

  it('falls back to the CPU and says why', async () => {
    const tried: ExecutionProvider[] = [];
    const failed = await chooseProvider('webgpu', linux, await probes({ cuda: works(9) }, tried));
    expect([failed.provider, tried]).toEqual(['cpu', ['webgpu']]);
    expect(failed.statuses).toContainEqual({ state: 'failed', provider: 'webgpu', problem });
    const elsewhere = await chooseProvider('directml', linux, await probes({}));
    expect(elsewhere.statuses).toContainEqual({ state: 'failed', provider: 'directml', problem: { kind: 'platform' } });
    const without = await chooseProvider('cuda', { ...linux, built: ['cpu'] }, await probes({}));
    expect(without.statuses).toContainEqual({ state: 'failed', provider: 'cuda', problem: { kind: 'not-built' } });
  });

  it('shows which graphs run where', async () => {
    const selection = await chooseProvider('webgpu', linux, await probes({ webgpu: works(2) }));
    const refusals = new Map([['encoder', { kind: 'error', detail: 'causal=0 is not implemented' }]] as const);
    const split = providerInfo(selection, { wanted: 'webgpu', graphs: new Map([['encoder', 'cpu'], ['projector', 'cpu'], ['decoder', 'webgpu']]), refusals });
    expect(usedText(split)).toBe('CPU (encoder, projector), WebGPU (decoder)');
    const refused = providerInfo(selection, { wanted: 'webgpu', graphs: new Map([['encoder', 'cpu'], ['decoder', 'cpu']]), refusals });
    expect(usedText(refused)).toBe('CPU');
    expect(refused.at(-1)).toEqual({ state: 'failed', provider: 'webgpu', problem: { kind: 'error', detail: 'causal=0 is not implemented' } });
  });
});

describe('what a library says of a failure', () => {
  it.each<[ExecutionProvider, string, string, ProviderProblem['kind'], string | undefined]>([
    ['webgpu', 'Add WebGPU: ... Failed to get a WebGPU adapter: No supported adapters', "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory", 'library', 'libvulkan.so.1'],
    ['webgpu', 'Add WebGPU: ... Failed to get a WebGPU adapter: No supported adapters', '', 'no-device', undefined],
    ['cuda', 'Add CUDA: Failed to load shared library', 'Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file', 'library', 'libcudnn.so.9'],
    ['cuda', 'Add CUDA: Failed to load shared library', 'Error loading "C:\\x\\onnxruntime_providers_cuda.dll" which depends on "cublasLt64_12.dll" which is missing. (Error 126: ...)', 'library', 'cublasLt64_12.dll'],
    ['cuda', 'Add CUDA: Failed to load shared library', '', 'library', 'onnxruntime_providers_cuda'],
    ['cuda', 'CUDA failure 100: no CUDA-capable device is detected ; GPU=-1', '', 'no-device', undefined],
    ['cuda', 'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version', '', 'no-device', undefined],
    ['directml', 'DML execution provider is not supported in this build. ', '', 'not-built', undefined],
    ['webgpu', 'Failed to allocate memory for requested buffer of size 1', '', 'memory', undefined],
    ['webgpu', 'Run: Non-zero status code\nmore', '', 'error', undefined],
  ])('%s: %s', (provider, message, errors, kind, library) => {
    const found = problemOf(provider, message, errors);
    expect(found.kind).toBe(kind);
    expect('library' in found ? found.library : undefined).toBe(library);
  });

  it('comes with what to do', () => {
    expect(['libvulkan.so.1', '/x/libonnxruntime_providers_shared.so', 'libcudnn.so.9', 'libcublasLt.so.12', 'cudart64_12.dll', 'libcuda.so.1', 'DirectML.dll', 'libfoo.so'].map(libraryOrigin)).toEqual([
      'vulkan', 'onnxruntime', 'cudnn', 'cuda', 'cuda', 'nvidia', 'windows', 'unknown',
    ]);
    expect(statusText({ state: 'failed', provider: 'webgpu', problem: { kind: 'library', library: 'libvulkan.so.1', detail: '' } })).toMatch(/libvulkan\.so\.1 can't be loaded\. Install the Vulkan loader: the package libvulkan1/);
  });
});
