import { assertNever } from './assertNever';
import { providerNames, type ProviderProblem, type ProviderStatus } from './executionProviders';
import { libraryOrigin, type LibraryOrigin } from './libraryOrigin';

/** What a status says, in English: for the command line, the log and reports to developers. */
export function statusText(status: ProviderStatus): string {
  switch (status.state) {
    case 'used':
      return `runs the ${status.graphs.join(', the ')}`;
    case 'available':
      return status.provider === 'cpu' ? 'always works' : `works, ${speedText(status.speed)} the speed of the CPU`;
    case 'untried':
      return 'not tried yet';
    case 'unavailable':
    case 'failed':
      return problemText(status.problem);
    default:
      return assertNever(status);
  }
}

/** Which providers run something, such as `CPU (encoder, projector), WebGPU (decoder)`; without the graphs where one runs them all. */
export function usedText(providers: readonly ProviderStatus[]): string {
  const used = providers.flatMap(status => (status.state === 'used' ? [status] : []));
  return used.map(({ provider, graphs }) => (used.length === 1 ? providerNames[provider] : `${providerNames[provider]} (${graphs.join(', ')})`)).join(', ');
}

/** `0.25 times`, `3.1 times`. */
function speedText(speed: number): string {
  return `${speed < 0.1 ? 'less than 0.1' : speed.toFixed(speed < 1 ? 2 : 1)} times`;
}

function problemText(problem: ProviderProblem): string {
  switch (problem.kind) {
    case 'platform':
      return 'not on this operating system';
    case 'not-built':
      return 'not in this build of ONNX Runtime';
    case 'library':
      return `${problem.library} can't be loaded. ${originText(libraryOrigin(problem.library))}`;
    case 'no-device':
      return `no device that it can use, or no driver for it (${problem.detail})`;
    case 'crashed':
      return `crashed when it was tried (${problem.detail}). A newer driver may help.`;
    case 'timeout':
      return `no answer within ${problem.seconds} seconds`;
    case 'wrong-result':
      return `computes wrong results (${problem.detail}). A newer driver may help.`;
    case 'memory':
      return `has not enough memory for the model (${problem.detail})`;
    case 'error':
      return `failed: ${problem.detail}`;
    default:
      return assertNever(problem);
  }
}

function originText(origin: LibraryOrigin): string {
  switch (origin) {
    case 'vulkan':
      return 'Install the Vulkan loader: the package libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch).';
    case 'onnxruntime':
      return "It comes with ONNX Runtime's release for CUDA of the same version, not with Shorthand: put the providers' libraries of that release beside the one that Shorthand has.";
    case 'cudnn':
      return 'Install cuDNN 9.';
    case 'cuda':
      return "Install the CUDA toolkit of the version that ONNX Runtime's release for CUDA names.";
    case 'nvidia':
      return "Install NVIDIA's driver.";
    case 'windows':
      return 'Install the latest updates of Windows and of the graphics driver.';
    case 'unknown':
      return 'Install the package that has it.';
    default:
      return assertNever(origin);
  }
}
