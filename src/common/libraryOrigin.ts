/** Who a library comes from that an execution provider needs. */
export type LibraryOrigin = 'vulkan' | 'onnxruntime' | 'cudnn' | 'cuda' | 'nvidia' | 'windows' | 'unknown';

const origins: readonly (readonly [name: RegExp, origin: LibraryOrigin])[] = [
  [/vulkan/i, 'vulkan'],
  [/onnxruntime_providers/i, 'onnxruntime'],
  [/cudnn/i, 'cudnn'],
  [/cudart|cublas|cufft|curand|nvrtc|nvjitlink|cusparse/i, 'cuda'],
  [/^(?:libcuda\.so|nvcuda)/i, 'nvidia'],
  [/DirectML|d3d12|dxgi|dxcompiler|dxil/i, 'windows'],
];

/** @param library name or path of the library, as the loader of the system names it */
export function libraryOrigin(library: string): LibraryOrigin {
  return origins.find(([pattern]) => pattern.test(libraryName(library)))?.[1] ?? 'unknown';
}

/** The name of a library without the folders before it. */
export function libraryName(library: string): string {
  return library.split(/[\\/]/).at(-1) ?? library;
}
