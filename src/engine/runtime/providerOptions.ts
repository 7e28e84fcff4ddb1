import { assertNever } from '../../common/assertNever';
import type { ExecutionProvider } from '../../common/executionProviders';
import type { Native } from './native';
import type { OrtApi } from './ortApi';
import { checkStatus, created } from './ortStatus';

/** What ONNX Runtime calls the providers in its lists. */
export const ortNames: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  directml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

/** Puts a provider before the CPU, which every session has. Errors: `runtime-unavailable` with ONNX Runtime's own text. */
export function appendProvider(native: Native, api: OrtApi, sessionOptions: bigint, provider: ExecutionProvider): void {
  switch (provider) {
    case 'cpu':
      return;
    case 'cuda':
      appendCuda(api, sessionOptions);
      return;
    case 'directml':
      // DirectML plans its memory itself (DirectML-ExecutionProvider.md); the order of execution is sequential unless told otherwise.
      checkStatus(api, api.disableMemPattern(sessionOptions), 'Switch memory patterns off', 'runtime-unavailable');
      append(native, api, sessionOptions, 'DML', [['performance_preference', 'high_performance'], ['device_filter', 'gpu']]);
      return;
    case 'coreml':
      append(native, api, sessionOptions, 'CoreML', [['ModelFormat', 'MLProgram'], ['MLComputeUnits', 'ALL']]);
      return;
    case 'webgpu':
      append(native, api, sessionOptions, 'WebGPU', [['powerPreference', 'high-performance']]);
      return;
    default:
      assertNever(provider);
  }
}

/** CUDA is the one provider that the general function does not take. */
function appendCuda(api: OrtApi, sessionOptions: bigint): void {
  const options = created(api, 'Create options for CUDA', api.createCudaProviderOptions);
  try {
    checkStatus(api, api.appendExecutionProviderCuda(sessionOptions, options), 'Add CUDA', 'runtime-unavailable');
  } finally {
    api.releaseCudaProviderOptions(options);
  }
}

function append(native: Native, api: OrtApi, sessionOptions: bigint, name: string, settings: readonly (readonly [key: string, value: string])[]): void {
  const texts = settings.map(pair => pair.map(text => new TextEncoder().encode(`${text}\0`)));
  const column = (index: number): BigUint64Array => BigUint64Array.from(texts.map(pair => native.addressOf(pair[index] ?? new Uint8Array(1))));
  checkStatus(api, api.appendExecutionProvider(sessionOptions, name, column(0), column(1), settings.length), `Add ${name}`, 'runtime-unavailable');
}
