import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { bundleManifestSchema } from '../../../src/common/bundle';
import type { SearchHit } from '../../../src/common/workspace';
import { AnswerDeltas } from '../../../src/host/native/answerDeltas';
import { answerNotes } from '../../../src/host/native/answerNotes';
import { excerptsWithin } from '../../../src/host/native/excerpts';
import { modelInformation } from '../../../src/host/native/modelInformation';
import { inRoot } from '../../../scripts/lib/paths.mjs';
import { answerOf } from './fakes';

vi.mock('vscode', () => import('./vscodeStub'));

describe('pieces of an answer', () => {
  it('are what each snapshot adds', () => {
    const deltas = new AnswerDeltas();
    expect(['It', 'It owns', 'It owns', 'It owns things.'].map(text => deltas.next(text))).toEqual(['It', ' owns', '', ' things.']);
  });

  it('leave out a snapshot that takes words back', () => {
    const deltas = new AnswerDeltas();
    deltas.next('It owns ');
    expect(deltas.next('It owns')).toBe('');
    expect(deltas.next('It owns it.')).toBe('it.');
  });
});

describe('excerpts for other assistants', () => {
  const hit = (displayPath: string, words: number): SearchHit => ({ path: `/w/${displayPath}`, displayPath, firstLine: 3, lastLine: 9, text: 'word '.repeat(words).trim(), score: 1 });
  const countTokens = async (text: string) => text.split(/\s+/).filter(word => word !== '').length;

  it('name path and lines', async () => {
    expect(await excerptsWithin([hit('src/a.ts', 2)], [], undefined)).toEqual(['src/a.ts:3-9\n```ts\nword word\n```\n']);
  });

  it('keep to the budget, best first, and count what is left out', async () => {
    const texts = await excerptsWithin([hit('a.ts', 20), hit('b.ts', 20), hit('c.ts', 20)], [], { tokenBudget: 40, countTokens });
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^a\.ts:3-9/);
    expect(texts[1]).toBe('Excerpts left out for want of room: 2.\n');
    expect(await countTokens(texts.join(''))).toBeLessThanOrEqual(40);
  });

  it('say when there are none', async () => {
    expect(await excerptsWithin([], ['own'], undefined)).toEqual(['No file of the workspace matches.\n', 'own']);
  });
});

it('the notes of an answer say why it ends and what was not read', () => {
  const notes = answerNotes({ ...answerOf('Yes'), stopReason: 'length' }, ['a_b.ts']);
  expect(notes).toContain('longest length');
  expect(notes).toContain('a\\_b\\.ts is not a file of this workspace');
  expect(notes).toContain('did not fit: 1');
  const answer = answerOf('Yes');
  expect(answerNotes({ ...answer, context: { ...answer.context, leftOut: [] } }, [])).toBe('');
});

it('the model says what it is from its manifest alone', () => {
  const manifest = v.parse(bundleManifestSchema, JSON.parse(readFileSync(inRoot('models/shorthand-nano/bundle.json'), 'utf8')));
  const information = modelInformation(manifest, 200, 0);
  expect(information).toMatchObject({ name: 'shorthand-nano (local, very small)', version: manifest.version, maxInputTokens: manifest.decoder.positions - 200, maxOutputTokens: 200, capabilities: {} });
  expect(information.tooltip).toMatch(/1\d(\.\d)? MB of weights/);
  expect(modelInformation(manifest, 1e6, 0).maxInputTokens).toBe(1);
  const large = { ...manifest, decoder: { ...manifest.decoder, positions: 131_072 } };
  expect(modelInformation(large, 200, 0).maxInputTokens).toBe(8192 - 200);
  expect(modelInformation(large, 200, 32_768).maxInputTokens).toBe(32_768 - 200);
});
