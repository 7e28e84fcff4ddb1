import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ShorthandError } from '../../../../src/common/errors';
import { fillInMiddle } from '../../../../src/engine/plan/fillInMiddle';
import { slotFrames } from '../../../../src/engine/plan/slotFrame';
import { rolesPrompt } from '../../../../src/engine/prompt/rolesPrompt';
import { openByteLevelBpe } from '../../../../src/engine/tokenizer/byteLevelBpe';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { tinyCheckpoint } from '../service/support';

const tokenizer = openByteLevelBpe(readFileSync(path.join(tinyCheckpoint, 'tokenizer.json'), 'utf8'));
const format = rolesPrompt({ bos: '<|endoftext|>', file: '<|file|>', user: '<|user|>', assistant: '<|assistant|>', end: '<|end|>' }, tokenizer);
const parts = { tokenizer, format, frame: slotFrames.arc };
const id = (token: string): number => tokenizer.specialTokenId(token);
const text = (plain: string): readonly number[] => [...tokenizer.encode(plain)];
const opened = { displayPath: 'src/b.ts', prefix: 'const a', suffix: ';\n', given: ' =' };

describe('fillInMiddle', () => {
  it('lays a file out as the decoder was trained: header, prefix, suffix, middle', () => {
    expect(fillInMiddle([], opened, parts)).toEqual([
      {
        kind: 'tokens',
        tokens: Int32Array.from([
          id('<|endoftext|>'),
          id('<|file|>'),
          ...text('src/b.ts\n'),
          id('<|fim_prefix|>'),
          ...text('const a'),
          id('<|fim_suffix|>'),
          ...text(';\n'),
          id('<|fim_middle|>'),
          ...text(' ='),
        ]),
      },
    ]);
  });

  it('puts the slots of other files before it', () => {
    const segments = fillInMiddle([{ displayPath: 'a.ts', windows: [{ hash: 'h', ratio: 8, slotCount: 3 }] }], opened, parts);
    expect(segments.slice(0, 3)).toEqual([
      { kind: 'tokens', tokens: Int32Array.from([id('<|endoftext|>'), id('<|file|>'), ...text('a.ts\n')]) },
      { kind: 'slots', windowHash: 'h', ratio: 8, count: 3 },
      { kind: 'special', name: 'cont' },
    ]);
    expect(segments[3]).toMatchObject({ kind: 'tokens' });
    expect(segments).toHaveLength(4);
  });

  it('goes on from the prefix alone for a decoder without these tokens', () => {
    const without: Tokenizer = {
      vocabularySize: tokenizer.vocabularySize,
      encode: plain => tokenizer.encode(plain),
      encodeTemplate: text => tokenizer.encodeTemplate(text),
      encodePieces: (pieces, start) => tokenizer.encodePieces(pieces, start),
      decode: ids => tokenizer.decode(ids),
      decodeBytes: ids => tokenizer.decodeBytes(ids),
      specialTokenId: token => {
        if (token.includes('fim')) {
          throw new ShorthandError('bundle-unsupported', token);
        }
        return id(token);
      },
    };
    const [segment] = fillInMiddle([], opened, { ...parts, tokenizer: without });
    expect(segment).toEqual({ kind: 'tokens', tokens: Int32Array.from([id('<|endoftext|>'), id('<|file|>'), ...text('src/b.ts\n'), ...text('const a =')]) });
  });
});
