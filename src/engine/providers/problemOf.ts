import type { ExecutionProvider, ProviderProblem } from '../../common/executionProviders';

/** How loaders say which library is missing, with its name or path in the first group. */
const missingLibraries = [
  // glibc and musl, as ONNX Runtime and Dawn pass them on
  /([^\s"':]+\.so(?:\.\d+)*): cannot open shared object file/,
  /Error loading shared library ([^\s:]+)/,
  // dyld
  /Library not loaded: (\S+)/,
  /dlopen\(([^,)]+),.*(?:no such file|image not found)/,
  // ONNX Runtime on Windows, which walks through what a library imports
  /which depends on "([^"]+)" which is missing/,
  /Error (?:126|127)[^\n]*?(?:loading|load) "([^"]+)"/i,
];

const noDevice = /No supported adapters|no CUDA-capable device|CUDA driver version is insufficient|CUDA failure (?:35|100)\b|DXGI_ERROR_(?:NOT_FOUND|UNSUPPORTED)|887A000[24]|No GPU/i;
const outOfMemory = /out of memory|bad_?\s?alloc|failed to allocate memory|E_OUTOFMEMORY/i;

/**
 * What ONNX Runtime's words come to. `message` is the text of the failed call; `errors` is what was written to the error stream meanwhile,
 * where the loader's own words are.
 */
export function problemOf(provider: ExecutionProvider, message: string, errors: string): ProviderProblem {
  const all = `${errors}\n${message}`;
  for (const pattern of missingLibraries) {
    const match = pattern.exec(all);
    if (match?.[1] !== undefined) {
      return { kind: 'library', library: match[1], detail: lineAround(all, match.index) };
    }
  }
  const detail = firstLine(message);
  if (/is not supported in this build|is not enabled in this build/.test(message)) {
    return { kind: 'not-built' };
  }
  if (noDevice.test(all)) {
    return { kind: 'no-device', detail };
  }
  // CUDA's own text does not say what could not be loaded.
  if (provider === 'cuda' && /Failed to load shared library/.test(message)) {
    return { kind: 'library', library: 'onnxruntime_providers_cuda', detail };
  }
  return { kind: outOfMemory.test(all) ? 'memory' : 'error', detail };
}

function lineAround(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index) + 1;
  const end = text.indexOf('\n', index);
  return plain(text.slice(start, end === -1 ? undefined : end));
}

function firstLine(text: string): string {
  return plain(text.trim().split('\n')[0] ?? '');
}

/** Without colours of a terminal. */
function plain(text: string): string {
  return text.replace(/\u001b\[[\d;]*m/g, '').trim();
}
