import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { bundleManifestSchema, manifestFileName } from '../../common/bundle';
import type { MemoryStats } from '../../common/engineProtocol';
import { errorMessage } from '../../common/errors';
import type { Engine } from '../engine/engine';
import { readEngineOptions } from '../engine/engineOptions';
import type { Services } from '../services';
import { changedSettings } from './changedSettings';
import type { Facts } from './diagnosticsText';
import type { FaultLog } from './faultLog';

const versionSchema = v.object({ version: v.string() });

/** Collects the facts of a report. Nothing is started for it: a report on an engine that fails must not need the engine. */
export async function gatherFacts({ context, engine, completionStats, log }: Pick<Services, 'context' | 'engine' | 'completionStats' | 'log'>, faults: FaultLog): Promise<Facts> {
  const { bundleFolder, storeFile } = readEngineOptions(context);
  const [processor] = os.cpus();
  return {
    extensionVersion: v.parse(versionSchema, context.extension.packageJSON).version,
    vscodeVersion: vscode.version,
    host: vscode.env.remoteName ?? vscode.env.appHost,
    platform: `${process.platform}-${process.arch}, ${os.release()}`,
    // The engine is forked from this process: the same program runs it.
    nodeVersion: process.versions.node,
    processors: `${os.availableParallelism()} (${processor?.model.trim() ?? 'unknown'})`,
    memoryGigabytes: os.totalmem() / 1e9,
    trusted: vscode.workspace.isTrusted,
    folders: vscode.workspace.workspaceFolders?.length ?? 0,
    engine: engine.state,
    bundle: await describeBundle(bundleFolder),
    memory: await runningMemory(engine),
    storeBytes: await storeBytes(storeFile),
    completions: completionStats.counts,
    changedSettings: changedSettings(),
    faults: faults.all,
    logLevel: vscode.LogLevel[log.logLevel],
  };
}

async function describeBundle(folder: string): Promise<string> {
  try {
    const { id, version } = v.parse(bundleManifestSchema, JSON.parse(await readFile(join(folder, manifestFileName), 'utf8')));
    return `${id} ${version} in ${folder}`;
  } catch (error) {
    return `can't be read from ${folder}: ${errorMessage(error)}`;
  }
}

async function runningMemory(engine: Engine): Promise<MemoryStats | undefined> {
  try {
    return engine.state.kind === 'ready' || engine.state.kind === 'busy' ? await engine.call('memory', undefined) : undefined;
  } catch {
    // The failure is among the latest ones.
    return undefined;
  }
}

/** SQLite keeps what it wrote last in a file of its own. */
async function storeBytes(file: string): Promise<number | undefined> {
  const sizes = await Promise.all([file, `${file}-wal`].map(name => stat(name).then(({ size }) => size, () => undefined)));
  return sizes[0] === undefined ? undefined : sizes[0] + (sizes[1] ?? 0);
}
