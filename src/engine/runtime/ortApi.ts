import { ShorthandError } from '../../common/errors';
import { pointer, type Native, type NativeFunction, type NativeType } from './native';

/**
 * ONNX Runtime's C API, as far as it is used here.
 *
 * `OrtApi` is a struct of function pointers; the numbers are positions in it. They never change once a version is out (the header of ONNX
 * Runtime promises it and static assertions there hold it), so a library newer than `apiVersion` has the same table.
 * Source: include/onnxruntime/core/session/onnxruntime_c_api.h.
 */
const apiVersion = 24;

const status = 'void *' satisfies NativeType;
const ptr = 'void *' satisfies NativeType;
const pathType: NativeType = process.platform === 'win32' ? 'str16' : 'str';
const pointerBytes = 8;

/** The functions by name. Those that can fail return an `OrtStatus*`, which is NULL on success; `out` arguments are `void *`. */
export interface OrtApi {
  readonly getErrorCode: NativeFunction;
  readonly getErrorMessage: NativeFunction;
  readonly createEnv: NativeFunction;
  readonly disableTelemetryEvents: NativeFunction;
  readonly createSession: NativeFunction;
  readonly run: NativeFunction;
  readonly createSessionOptions: NativeFunction;
  readonly disableMemPattern: NativeFunction;
  readonly setIntraOpNumThreads: NativeFunction;
  readonly createRunOptions: NativeFunction;
  readonly runOptionsSetTerminate: NativeFunction;
  readonly runOptionsUnsetTerminate: NativeFunction;
  readonly createTensorAsOrtValue: NativeFunction;
  readonly createTensorWithDataAsOrtValue: NativeFunction;
  readonly createCpuMemoryInfo: NativeFunction;
  readonly getAvailableProviders: NativeFunction;
  readonly releaseAvailableProviders: NativeFunction;
  readonly addSessionConfigEntry: NativeFunction;
  readonly appendExecutionProvider: NativeFunction;
  readonly appendExecutionProviderCuda: NativeFunction;
  readonly createCudaProviderOptions: NativeFunction;
  readonly releaseCudaProviderOptions: NativeFunction;
  readonly sessionGetInputCount: NativeFunction;
  readonly sessionGetInputName: NativeFunction;
  readonly sessionGetMemoryInfoForInputs: NativeFunction;
  readonly memoryInfoGetName: NativeFunction;
  readonly getAllocatorWithDefaultOptions: NativeFunction;
  readonly allocatorFree: NativeFunction;
  readonly createAllocator: NativeFunction;
  readonly releaseAllocator: NativeFunction;
  readonly sessionGetEpGraphAssignmentInfo: NativeFunction;
  readonly epAssignedSubgraphGetEpName: NativeFunction;
  readonly epAssignedSubgraphGetNodes: NativeFunction;
  readonly epAssignedNodeGetOperatorType: NativeFunction;
  readonly releaseEnv: NativeFunction;
  readonly releaseStatus: NativeFunction;
  readonly releaseMemoryInfo: NativeFunction;
  readonly releaseSession: NativeFunction;
  readonly releaseValue: NativeFunction;
  readonly releaseRunOptions: NativeFunction;
  readonly releaseSessionOptions: NativeFunction;
}

/** Loads the library. Errors: `runtime-unavailable` when it can't be loaded or is older than the API that is used here. */
export function loadOrtApi(native: Native, libraryFile: string): { readonly api: OrtApi; readonly version: string } {
  const base = pointer(native.libraryFunction(libraryFile, 'OrtGetApiBase', 'void *', [])());
  // OrtApiBase { GetApi, GetVersionString }
  const version = String(native.functionAt(native.pointerAt(base, pointerBytes), 'str', [])());
  const table = pointer(native.functionAt(native.pointerAt(base, 0), 'void *', ['uint32_t'])(apiVersion));
  if (table === 0n) {
    throw new ShorthandError('runtime-unavailable', `ONNX Runtime ${version} has no API version ${apiVersion}.`);
  }
  const at = (index: number, result: NativeType, args: readonly NativeType[]): NativeFunction =>
    native.functionAt(native.pointerAt(table, index * pointerBytes), result, args);
  return { version, api: functions(at) };
}

function functions(at: (index: number, result: NativeType, args: readonly NativeType[]) => NativeFunction): OrtApi {
  return {
    getErrorCode: at(1, 'int', [status]),
    getErrorMessage: at(2, 'str', [status]),
    createEnv: at(3, status, ['int', 'str', ptr]),
    disableTelemetryEvents: at(6, status, [ptr]),
    createSession: at(7, status, [ptr, pathType, ptr, ptr]),
    run: at(9, status, [ptr, ptr, ptr, ptr, 'size_t', ptr, 'size_t', ptr]),
    createSessionOptions: at(10, status, [ptr]),
    disableMemPattern: at(17, status, [ptr]),
    setIntraOpNumThreads: at(24, status, [ptr, 'int']),
    sessionGetInputCount: at(30, status, [ptr, ptr]),
    sessionGetInputName: at(36, status, [ptr, 'size_t', ptr, ptr]),
    createRunOptions: at(39, status, [ptr]),
    runOptionsSetTerminate: at(46, status, [ptr]),
    runOptionsUnsetTerminate: at(47, status, [ptr]),
    createTensorAsOrtValue: at(48, status, [ptr, ptr, 'size_t', 'int', ptr]),
    createTensorWithDataAsOrtValue: at(49, status, [ptr, ptr, 'size_t', ptr, 'size_t', 'int', ptr]),
    createCpuMemoryInfo: at(69, status, ['int', 'int', ptr]),
    memoryInfoGetName: at(71, status, [ptr, ptr]),
    allocatorFree: at(76, status, [ptr, ptr]),
    getAllocatorWithDefaultOptions: at(78, status, [ptr]),
    getAvailableProviders: at(125, status, [ptr, ptr]),
    releaseAvailableProviders: at(126, status, [ptr, 'int']),
    addSessionConfigEntry: at(130, status, [ptr, 'str', 'str']),
    createAllocator: at(131, status, [ptr, ptr, ptr]),
    releaseAllocator: at(132, 'void', [ptr]),
    appendExecutionProviderCuda: at(204, status, [ptr, ptr]),
    createCudaProviderOptions: at(205, status, [ptr]),
    releaseCudaProviderOptions: at(208, 'void', [ptr]),
    appendExecutionProvider: at(216, status, [ptr, 'str', ptr, ptr, 'size_t']),
    sessionGetMemoryInfoForInputs: at(380, status, [ptr, ptr, 'size_t']),
    sessionGetEpGraphAssignmentInfo: at(407, status, [ptr, ptr, ptr]),
    epAssignedSubgraphGetEpName: at(408, status, [ptr, ptr]),
    epAssignedSubgraphGetNodes: at(409, status, [ptr, ptr, ptr]),
    epAssignedNodeGetOperatorType: at(412, status, [ptr, ptr]),
    releaseEnv: at(92, 'void', [ptr]),
    releaseStatus: at(93, 'void', [ptr]),
    releaseMemoryInfo: at(94, 'void', [ptr]),
    releaseSession: at(95, 'void', [ptr]),
    releaseValue: at(96, 'void', [ptr]),
    releaseRunOptions: at(97, 'void', [ptr]),
    releaseSessionOptions: at(100, 'void', [ptr]),
  };
}
