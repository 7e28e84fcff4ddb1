import { expect, test, vi } from 'vitest';
import { errorCodes } from '../../../src/common/errors';
import type { ProviderProblem } from '../../../src/common/executionProviders';
import type { EngineState } from '../../../src/common/engineState';
import { errorText } from '../../../src/host/errorText';
import { formatBytes } from '../../../src/host/format';
import { progressText, reportLine, reportText, skippedText } from '../../../src/host/memory/reportText';
import { providerProblem, usedProviders } from '../../../src/host/engine/providerText';
import { statusText } from '../../../src/host/status/statusText';

vi.mock('vscode', () => import('./vscodeStub'));

test('every error code has a sentence of its own', () => {
  const sentences = errorCodes.map(errorText);
  expect(new Set(sentences).size).toBe(errorCodes.length);
  expect(sentences.every(sentence => sentence.endsWith('.'))).toBe(true);
});

const report = { files: 14, tokens: 8400, slots: 1050, sourceBytes: 1, slotBytes: 1, windowsEncoded: 34, windowsReused: 2, windowsEvicted: 0, skipped: [], milliseconds: 1 };

test('a report says what was done, or that nothing was', () => {
  expect(reportText(report)).toBe('14 files: 8,400 tokens in 1,050 slots (8.0x)');
  expect(reportText({ ...report, files: 1 })).toBe('1 file: 8,400 tokens in 1,050 slots (8.0x)');
  expect(reportText({ ...report, windowsEncoded: 2, windowsReused: 34 })).toBe('Encoded 2 windows, 34 were known: 1,050 slots in all');
  expect(reportText({ ...report, windowsEncoded: 1, windowsReused: 35 })).toBe('Encoded 1 window, 35 were known: 1,050 slots in all');
  expect(reportText({ ...report, windowsEncoded: 0 })).toBe('Nothing to encode: 14 files are up to date');
  expect(reportText({ ...report, windowsEncoded: 0, files: 1 })).toBe('Nothing to encode: 1 file is up to date');
  expect(reportText({ ...report, windowsEvicted: 1200 })).toBe('The cache is too small: 1,200 windows were dropped again');
  expect(reportText({ ...report, windowsEvicted: 1 })).toBe('The cache is too small: 1 window was dropped again');
  expect(reportText({ ...report, files: 0, tokens: 0, slots: 0 })).toBe('There was no file to compress.');
});

test('a report of a large workspace fits the one line that a notification shows, and the log has the rest', () => {
  expect(reportText({ ...report, files: 4211, tokens: 3_142_561, slots: 398_175 }).length).toBeLessThanOrEqual(60);
  expect(reportLine(report)).toBe('Compressed files: 14, tokens: 8400, slots: 1050, windows encoded: 34, reused: 2, evicted: 0, ms: 1');
});

test('progress has numbers', () => {
  const progress = { phase: 'encoding', filesDone: 3, filesTotal: 14, tokens: 800, slots: 100, windowsEncoded: 3, windowsReused: 0 } as const;
  expect(progressText(progress)).toBe('3 of 14 files, 800 tokens as 100 slots');
  expect(progressText({ ...progress, phase: 'scanning' })).toBe('Looking for files: 14 found');
});

test('skipped files are listed by reason', () => {
  const text = skippedText([
    { path: '/w/b.png', reason: 'binary', detail: '' },
    { path: '/w/big.json', reason: 'too-large', detail: '3 MB' },
    { path: '/w/a.png', reason: 'binary', detail: '' },
  ]);
  expect(text).toBe('Files that Shorthand did not compress: 3\n\nNot a text file (2)\n  /w/a.png\n  /w/b.png\n\nToo large (1)\n  /w/big.json  (3 MB)\n\n');
});

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_500_000, '1.5 MB'],
  [2_000_000_000, '2 GB'],
])('%i bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('the status bar names the provider that really runs', () => {
  const info = { bundleId: 'nano', bundleVersion: '1', decoderId: 'nano-decoder', compressor: 'arc' as const, runtimeVersion: '1.30.0', providers: [{ state: 'used' as const, provider: 'cpu' as const, graphs: ['encoder' as const, 'projector' as const, 'decoder' as const] }], memoryBytes: 90_000_000, decoderPositions: 2048, window: 256, ratios: [8 as const], storeRebuilt: false };
  const waiting = { kind: 'waiting' } as const;
  const states: EngineState[] = [{ kind: 'stopped' }, { kind: 'starting' }, { kind: 'ready', info }, { kind: 'busy', info, calls: 1 }, { kind: 'failed', code: 'bundle-missing', message: 'x' }];
  expect(states.map(state => statusText(state, waiting, 'nano').text)).toEqual(['$(layers) Shorthand', '$(loading~spin) Shorthand', '$(layers) Shorthand: CPU', '$(loading~spin) Shorthand: CPU', '$(error) Shorthand']);
  expect(statusText({ kind: 'ready', info }, waiting, 'nano').tooltip.slice(0, -1)).toEqual(['The engine is ready.', 'Model: nano 1', 'Runs on: CPU (ONNX Runtime 1.30.0)', 'Memory of the model: about 90 MB', 'Context: 2,048 positions']);
  const textAlone = statusText({ kind: 'ready', info: { ...info, compressor: 'none' } }, { kind: 'textAlone' }, 'nano').tooltip;
  expect([textAlone[2], textAlone.at(-1)]).toEqual(['It has no compressor: files are read as text.', 'Nothing is compressed: the model reads files as text.']);
});

test('the provider that was asked for and does not work is explained, and no other', () => {
  const problems: readonly ProviderProblem[] = [
    { kind: 'platform' },
    { kind: 'not-built' },
    ...['libvulkan.so.1', 'libonnxruntime_providers_cuda.so', 'libcudnn.so.9', 'libcudart.so.12', 'libcuda.so.1', 'dxil.dll', 'libother.so'].map(library => ({ kind: 'library' as const, library, detail: '' })),
    { kind: 'no-device', detail: '' },
    { kind: 'crashed', detail: '' },
    { kind: 'timeout', seconds: 120 },
    { kind: 'wrong-result', detail: '' },
    { kind: 'memory', detail: '' },
    { kind: 'error', detail: 'what ONNX Runtime says' },
  ];
  const lines = problems.map(problem => providerProblem([{ state: 'failed', provider: 'webgpu', problem }, { state: 'failed', provider: 'cuda', problem }], 'webgpu'));
  expect(lines.map(each => each.length)).toEqual(problems.map(() => 1));
  expect(new Set(lines.flat()).size).toBe(problems.length);
  expect(lines[2]).toEqual(["WebGPU: the library libvulkan.so.1 can't be loaded. Install the Vulkan loader: the package libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch)."]);
  expect(providerProblem([{ state: 'failed', provider: 'cuda', problem: { kind: 'platform' } }], 'auto')).toEqual([]);
  expect(usedProviders([{ state: 'used', provider: 'cpu', graphs: ['encoder', 'projector'] }, { state: 'used', provider: 'webgpu', graphs: ['decoder'] }])).toBe('CPU (encoder, projector), WebGPU (decoder)');
});

test('the status bar says what the background does, and shows a pause', () => {
  const lines = (['off', 'textAlone', 'unused', 'paused', 'onBattery', 'engineFailed', 'waiting'] as const).map(kind => statusText({ kind: 'stopped' }, { kind }, 'nano').tooltip.at(-1));
  expect(new Set(lines).size).toBe(lines.length);
  expect(statusText({ kind: 'stopped' }, { kind: 'compressing', filesLeft: 1200 }, 'nano').tooltip.at(-1)).toBe('Compressing in the background: 1,200 files left');
  expect(statusText({ kind: 'stopped' }, { kind: 'paused' }, 'nano').text).toBe('$(layers) Shorthand $(debug-pause)');
});
