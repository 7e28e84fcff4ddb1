import type { Answer, AnswerProgress, ContextReport } from '../../../src/common/context';
import { engineProtocol, type EngineInfo } from '../../../src/common/engineProtocol';
import { ShorthandError } from '../../../src/common/errors';
import { serveRpc } from '../../../src/common/rpc/server';
import type { Port } from '../../../src/common/rpc/wire';

/**
 * A child process that speaks the engine's protocol without a model. `FAKE_ENGINE` sets what goes wrong, the question of an `ask` makes it
 * crash or hang in the middle of a call.
 */
const mode = process.env['FAKE_ENGINE'] ?? '';

const info: EngineInfo = {
  bundleId: 'fake',
  bundleVersion: '1.0.0',
  decoderId: 'decoder',
  compressor: 'arc',
  runtimeVersion: `pid ${process.pid}`,
  providers: [],
  memoryBytes: 0,
  decoderPositions: 2048,
  window: 256,
  ratios: [4, 8, 16],
  storeRebuilt: false,
};

const context: ContextReport = { read: [], leftOut: [], filesKnown: 0, tokens: 0, slots: 0, droppedTurns: 0, promptPositions: 10, reusedPositions: 0, answerPositions: 200, budget: 2048 };
const timings = { firstTokenMs: 1, compressMs: 0, prefillMs: 1, totalMs: 2, tokensPerSecond: 100 };

const port: Port = {
  send: message => process.send?.(message),
  onMessage: listener => {
    process.on('message', listener);
    return { dispose: () => process.off('message', listener) };
  },
  onClose: listener => {
    process.on('disconnect', () => listener('gone'));
    return { dispose: () => undefined };
  },
};

function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ShorthandError('cancelled', 'Cancelled.'))));
}

if (mode === 'exit') {
  console.error('no such library');
  process.exit(3);
}
if (mode === 'mute') {
  process.on('message', () => undefined);
} else {
  process.on('disconnect', () => mode !== 'stubborn' && process.exit(0));
  if (mode === 'stubborn') {
    setInterval(() => undefined, 1000);
  }
  serveRpc(mode === 'old' ? { ...engineProtocol, version: 0 } : engineProtocol, port, {
    open: options => {
      if (mode === 'slow') {
        return new Promise<never>(() => undefined);
      }
      if (options.bundleFolder === 'missing') {
        throw new ShorthandError('bundle-missing', 'There is no bundle here.');
      }
      console.log('opened');
      return info;
    },
    compress: async ({ files }, { signal, progress }) => {
      const first = files?.[0];
      if (first?.path === 'crash-once') {
        const { existsSync, writeFileSync } = await import('node:fs');
        const mark = first.text ?? '';
        if (!existsSync(mark)) {
          writeFileSync(mark, '');
          process.kill(process.pid, 'SIGKILL');
        }
      }
      if (first?.path === 'crash') {
        process.exit(1);
      }
      if (first?.path === 'wait') {
        await until(signal);
      }
      progress({ phase: 'encoding', filesDone: 1, filesTotal: 2, tokens: 80, slots: 10, windowsEncoded: 1, windowsReused: 0 });
      return { files: 2, tokens: 160, slots: 20, sourceBytes: 600, slotBytes: 1000, windowsEncoded: 2, windowsReused: 0, windowsEvicted: 0, skipped: [], milliseconds: 1 };
    },
    ask: async ({ question }, { signal, progress }) => {
      switch (question) {
        case 'crash':
          process.kill(process.pid, 'SIGSEGV');
          return until(signal);
        case 'wait':
          return until(signal);
        case 'hang':
          return new Promise<never>(() => undefined);
        case 'malformed':
          return JSON.parse('{}') as Answer;
        default: {
          const snapshot: AnswerProgress = { phase: 'writing', text: question, tokens: 1 };
          progress(snapshot);
          return { text: question.toUpperCase(), stopReason: 'end' as const, generatedTokens: 1, context, timings };
        }
      }
    },
    explain: ({ symbol }) => ({ text: symbol, stopReason: 'end' as const, generatedTokens: 1, context, timings }),
    plan: () => context,
    complete: ({ prefix }) => ({ text: prefix.toUpperCase(), stopReason: 'end' as const, milliseconds: 1 }),
    search: () => [],
    files: () => ({ files: [], skipped: [] }),
    reconstruct: () => ({ windows: [] }),
    measure: () => ({ windows: 0 }),
    forget: () => ({ windows: 1, slots: 2, bytes: 3, budgetBytes: 4 }),
    countTokens: ({ text }) => text.length,
    memory: () => ({ windows: 1, slots: 2, bytes: 3, budgetBytes: 4 }),
    clearMemory: () => ({ windows: 1, slots: 2, bytes: 3, budgetBytes: 4 }),
  });
}
