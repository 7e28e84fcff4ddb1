import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { l10n, type LanguageModelChatInformation } from 'vscode';
import { bundleManifestSchema, manifestFileName, type BundleManifest } from '../../common/bundle';
import { automaticPositions, type EngineOptions } from '../../common/engineProtocol';
import { formatBytes, formatCount } from '../format';

/** Below this, a decoder is called very small: what it writes is rarely right. */
const verySmallBytes = 500_000_000;

/** What VS Code's model picker shows of a bundle's decoder, read from its manifest: no model is loaded for it. */
export async function readModelInformation({ bundleFolder, positions }: Pick<EngineOptions, 'bundleFolder' | 'positions'>, maxOutputTokens: number): Promise<LanguageModelChatInformation> {
  const manifest = v.parse(bundleManifestSchema, JSON.parse(await readFile(join(bundleFolder, manifestFileName), 'utf8')));
  return modelInformation(manifest, maxOutputTokens, positions);
}

/** `wanted` are the positions that the engine is to load; 0 where it decides. */
export function modelInformation(manifest: BundleManifest, maxOutputTokens: number, wanted: number): LanguageModelChatInformation {
  const { id, version, decoder } = manifest;
  const bytes = decoderBytes(manifest);
  const positions = Math.min(decoder.positions, wanted === 0 ? automaticPositions : wanted);
  const output = Math.min(maxOutputTokens, positions - 1);
  return {
    id: decoder.id,
    name: bytes < verySmallBytes ? l10n.t("{0} (local, very small)", id) : l10n.t("{0} (local)", id),
    family: decoder.architecture,
    version,
    tooltip: l10n.t(
      "Runs on this machine, in Shorthand's engine: {0} of weights, {1} positions. It reads this conversation alone; ask @shorthand about the workspace.",
      formatBytes(bytes),
      formatCount(positions),
    ),
    maxInputTokens: positions - output,
    maxOutputTokens: output,
    capabilities: {},
  };
}

function decoderBytes({ decoder, files }: BundleManifest): number {
  const own = new Set([decoder.graph, `${decoder.graph}.data`, decoder.embeddings]);
  return files.filter(file => own.has(file.path)).reduce((sum, file) => sum + file.bytes, 0);
}
