import { l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import type { EngineState } from '../../common/engineState';
import type { InstalledBundle } from '../../models/store/bundles';
import { parametersOf } from '../../models/catalogue/modelMemory';
import { recommend, type RankedModel } from '../../models/catalogue/recommend';
import type { CatalogueModel } from '../../models/catalogue/catalogue';
import { checkpointsOf } from '../../models/catalogue/catalogue';
import { usedProviders } from '../engine/providerText';
import { formatBytes, formatCount, formatParameters } from '../format';

/** What a choice in the list of models means. */
export type ModelAction =
  | { readonly kind: 'use'; readonly bundle: InstalledBundle; readonly value: string }
  | { readonly kind: 'add'; readonly model: CatalogueModel }
  | { readonly kind: 'named' | 'import' | 'remove' };

export interface ModelItem extends QuickPickItem {
  /** A heading has none. */
  readonly action?: ModelAction;
}

export interface ModelList {
  readonly shipped: InstalledBundle | undefined;
  readonly installed: readonly InstalledBundle[];
  readonly catalogue: readonly CatalogueModel[];
  /** Of this machine, in bytes. */
  readonly memoryBytes: number;
  readonly engine: EngineState;
  readonly isActive: (bundle: InstalledBundle) => boolean;
}

/** The list of models: what is here, what suits this machine, other ways to a model, and the rest of the catalogue. */
export function modelItems({ shipped, installed, catalogue, memoryBytes, engine, isActive }: ModelList): readonly ModelItem[] {
  const here = new Set(installed.map(({ manifest }) => manifest.id));
  const { recommended, others } = recommend(
    catalogue.filter(({ id }) => !here.has(id)),
    memoryBytes,
  );
  const own = (bundle: InstalledBundle, value: string): ModelItem => ({ ...installedTexts(bundle, isActive(bundle), engine), action: { kind: 'use', bundle, value } });
  return [
    heading(l10n.t("On this machine")),
    ...(shipped === undefined ? [] : [own(shipped, '')]),
    ...installed.map(bundle => own(bundle, bundle.manifest.id)),
    heading(l10n.t("Recommended for {0} of memory", formatBytes(memoryBytes))),
    ...recommended.map(catalogueItem),
    heading(l10n.t("More")),
    { label: `$(search) ${l10n.t("Any Hugging Face Model...")}`, action: { kind: 'named' } },
    { label: `$(folder-opened) ${l10n.t("Import from Folder...")}`, action: { kind: 'import' } },
    ...(installed.length === 0 ? [] : [{ label: `$(trash) ${l10n.t("Remove Model...")}`, action: { kind: 'remove' } } satisfies ModelItem]),
    heading(l10n.t("Other models")),
    ...others.map(catalogueItem),
  ];
}

function heading(label: string): ModelItem {
  return { label, kind: QuickPickItemKind.Separator };
}

function installedTexts({ manifest, bytes }: InstalledBundle, active: boolean, engine: EngineState): QuickPickItem {
  const { id, licence, decoder, compressor } = manifest;
  const runsOn = active && (engine.kind === 'ready' || engine.kind === 'busy') ? [l10n.t("runs on {0}", usedProviders(engine.info.providers))] : [];
  return {
    label: `$(${active ? 'check' : 'package'}) ${id}`,
    description: sentence([...(active ? [l10n.t("in use")] : []), formatBytes(bytes), ...runsOn]),
    detail: sentence([licence, l10n.t("{0} positions", formatCount(decoder.positions)), compressor === undefined ? withoutCompressor() : withCompressor(compressor.encoder.kind, Math.max(...compressor.encoder.ratios))]),
  };
}

function catalogueItem({ model, memoryBytes, fits }: RankedModel): ModelItem {
  const { decoder, compressor, trainedFor } = model;
  const memory = fits ? l10n.t("{0} of memory", formatBytes(memoryBytes)) : l10n.t("{0} of memory: more than this machine has to spare", formatBytes(memoryBytes));
  const licences = [...new Set(checkpointsOf(model).map(({ licence }) => licence ?? l10n.t("none stated")))].join(', ');
  const gated = checkpointsOf(model).some(checkpoint => checkpoint.gated) ? [l10n.t("access on request")] : [];
  const base = trainedFor === 'base' ? [l10n.t("completes text, not taught to answer")] : [];
  return {
    label: `$(cloud-download) ${model.name}`,
    description: sentence([l10n.t("{0} parameters", formatParameters(parametersOf(decoder.shape))), memory]),
    detail: sentence([licences, ...gated, compressor === undefined ? withoutCompressor() : withCompressor(compressor.kind, compressor.ratio), ...base]),
    action: { kind: 'add', model },
  };
}

function withCompressor(kind: 'arc' | 'pcc', ratio: number): string {
  return l10n.t("{0} compressor, up to {1}x", kind.toUpperCase(), ratio);
}

function withoutCompressor(): string {
  return l10n.t("no compressor: files are read as raw text");
}

function sentence(parts: readonly string[]): string {
  return parts.join(' \u00b7 ');
}
