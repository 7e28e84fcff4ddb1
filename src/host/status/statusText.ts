import { l10n } from 'vscode';
import { assertNever } from '../../common/assertNever';
import type { EngineInfo } from '../../common/engineProtocol';
import { providerNames } from '../../common/executionProviders';
import type { EngineState } from '../../common/engineState';
import { backgroundText } from '../memory/background/backgroundText';
import type { BackgroundState } from '../memory/background/backgroundState';
import { usedProviders } from '../engine/providerText';
import { errorText } from '../errorText';
import { formatCount } from '../format';

/** What the status bar item says; `text` may hold icons. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: readonly string[];
  readonly failed: boolean;
}

/** The engine's state in a few words, with the hardware that it really runs on; `model` is the one that is chosen; then what the background does, or why it does nothing. */
export function statusText(state: EngineState, background: BackgroundState, model: string): StatusText {
  const engine = engineText(state, model);
  const paused = background.kind === 'paused' ? ` $(debug-pause)` : '';
  return { ...engine, text: `${engine.text}${paused}`, tooltip: [...engine.tooltip, backgroundText(background)] };
}

function engineText(state: EngineState, model: string): StatusText {
  switch (state.kind) {
    case 'stopped':
      return { text: "$(layers) Shorthand", tooltip: [l10n.t("The engine is not running. It starts when it is needed."), l10n.t("Model: {0}", model)], failed: false };
    case 'starting':
      return { text: "$(loading~spin) Shorthand", tooltip: [l10n.t("The engine is starting…"), l10n.t("Model: {0}", model)], failed: false };
    case 'ready':
      return { text: `$(layers) Shorthand: ${providerName(state.info)}`, tooltip: [l10n.t("The engine is ready."), ...infoLines(state.info)], failed: false };
    case 'busy':
      return { text: `$(loading~spin) Shorthand: ${providerName(state.info)}`, tooltip: [l10n.t("The engine is working."), ...infoLines(state.info)], failed: false };
    case 'failed':
      return { text: "$(error) Shorthand", tooltip: [errorText(state.code), l10n.t("Model: {0}", model)], failed: true };
    default:
      return assertNever(state);
  }
}

function infoLines(info: EngineInfo): string[] {
  return [
    l10n.t("Model: {0} {1}", info.bundleId, info.bundleVersion),
    ...(info.compressor === 'none' ? [l10n.t("It has no compressor: files are read as text.")] : []),
    l10n.t("Runs on: {0} (ONNX Runtime {1})", usedProviders(info.providers), info.runtimeVersion),
    l10n.t("Memory of the model: about {0} MB", formatCount(Math.ceil(info.memoryBytes / 1e6))),
    l10n.t("Context: {0} positions", formatCount(info.decoderPositions)),
  ];
}

/** What the decoder runs on: it is what the user waits for. */
function providerName({ providers }: EngineInfo): string {
  const status = providers.find(candidate => candidate.state === 'used' && candidate.graphs.includes('decoder'));
  return status === undefined ? '' : providerNames[status.provider];
}
