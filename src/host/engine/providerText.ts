import { l10n } from 'vscode';
import { assertNever } from '../../common/assertNever';
import { providerNames, type GraphName, type ProviderChoice, type ProviderProblem, type ProviderStatus } from '../../common/executionProviders';
import { libraryName, libraryOrigin, type LibraryOrigin } from '../../common/libraryOrigin';

/** Which providers run something, and what where they share the graphs. */
export function usedProviders(providers: readonly ProviderStatus[]): string {
  const used = providers.flatMap(status => (status.state === 'used' ? [status] : []));
  return used.map(({ provider, graphs }) => (used.length === 1 ? providerNames[provider] : `${providerNames[provider]} (${graphs.map(graphText).join(', ')})`)).join(', ');
}

/** Why the provider that was asked for does not work, and what to do; nothing where it does, or where the choice is the engine's. */
export function providerProblem(providers: readonly ProviderStatus[], choice: ProviderChoice): string[] {
  return providers.flatMap(status => (status.provider === choice && status.state === 'failed' ? [`${providerNames[status.provider]}: ${problemText(status.problem)}`] : []));
}

function graphText(graph: GraphName): string {
  switch (graph) {
    case 'encoder':
      return l10n.t("encoder");
    case 'projector':
      return l10n.t("projector");
    case 'decoder':
      return l10n.t("decoder");
    default:
      return assertNever(graph);
  }
}

function problemText(problem: ProviderProblem): string {
  switch (problem.kind) {
    case 'platform':
      return l10n.t("not on this operating system.");
    case 'not-built':
      return l10n.t("not in this build of ONNX Runtime.");
    case 'library':
      return `${l10n.t("the library {0} can't be loaded.", libraryName(problem.library))} ${originText(libraryOrigin(problem.library))}`;
    case 'no-device':
      return l10n.t("there is no device that it can use, or no driver for it.");
    case 'crashed':
      return l10n.t("it crashed when it was tried. A newer driver may help.");
    case 'timeout':
      return l10n.t("it did not answer within {0} seconds.", problem.seconds);
    case 'wrong-result':
      return l10n.t("it computes wrong results. A newer driver may help.");
    case 'memory':
      return l10n.t("it has not enough memory for the model.");
    case 'error':
      return l10n.t("it failed: {0}", problem.detail);
    default:
      return assertNever(problem);
  }
}

function originText(origin: LibraryOrigin): string {
  switch (origin) {
    case 'vulkan':
      return l10n.t("Install the Vulkan loader: the package libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch).");
    case 'onnxruntime':
      return l10n.t("It comes with ONNX Runtime's release for CUDA of the same version: put the providers' libraries of that release beside the one that Shorthand has.");
    case 'cudnn':
      return l10n.t("Install cuDNN 9.");
    case 'cuda':
      return l10n.t("Install the CUDA toolkit of the version that ONNX Runtime's release for CUDA names.");
    case 'nvidia':
      return l10n.t("Install NVIDIA's driver.");
    case 'windows':
      return l10n.t("Install the latest updates of Windows and of the graphics driver.");
    case 'unknown':
      return l10n.t("Install the package that has it.");
    default:
      return assertNever(origin);
  }
}
