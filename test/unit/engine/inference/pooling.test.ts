import { describe, expect, it } from 'vitest';
import { batchByLength } from '../../../../src/engine/encoder/batches';
import { encoderInputs } from '../../../../src/engine/encoder/encoderInputs';
import { poolingGroups, slotCount } from '../../../../src/engine/encoder/pooling';
import { encoderSpec } from './goldens';

const arc = encoderSpec({ kind: 'arc' });
const pcc = encoderSpec({ kind: 'pcc' });
const published = { ...pcc, memory: 'first' } as typeof pcc;

describe('poolingGroups', () => {
  it.each<[number, number, readonly number[]]>([
    [0, 4, []],
    [1, 4, [1]],
    [3, 4, [3]],
    [4, 4, [4]],
    [5, 4, [3, 2]],
    [7, 4, [4, 3]],
    [9, 4, [3, 3, 3]],
    [10, 4, [4, 3, 3]],
    [16, 8, [8, 8]],
    [17, 8, [6, 6, 5]],
    [33, 16, [11, 11, 11]],
    [256, 16, Array<number>(16).fill(16)],
  ])('splits %d tokens at ratio %d evenly', (tokens, ratio, groups) => {
    expect(poolingGroups(tokens, ratio)).toEqual(groups);
  });

  it('follows the reference for every length: full groups, or one more group than fit, none two apart', () => {
    for (const ratio of [4, 8, 16] as const) {
      for (let tokens = 1; tokens <= 600; tokens++) {
        const groups = poolingGroups(tokens, ratio);
        const count = tokens < ratio ? 1 : tokens % ratio === 0 ? tokens / ratio : Math.floor(tokens / ratio) + 1;
        expect(groups).toHaveLength(count);
        expect(slotCount(arc, tokens, ratio)).toBe(count);
        expect(groups.reduce((sum, size) => sum + size, 0)).toBe(tokens);
        expect(Math.max(...groups) - Math.min(...groups)).toBeLessThanOrEqual(1);
        expect([...groups].sort((a, b) => b - a)).toEqual(groups);
      }
    }
  });

  it('gives every published PCC segment the slots of a full one, and others those of their length', () => {
    expect([1, 17, 256].map(tokens => slotCount(published, tokens, 8))).toEqual([32, 32, 32]);
    expect([1, 17, 256].map(tokens => slotCount(pcc, tokens, 8))).toEqual([1, 3, 32]);
    expect([published, pcc].map(encoder => slotCount(encoder, 0, 8))).toEqual([0, 0]);
  });
});

describe('batchByLength', () => {
  it('puts similar lengths together within the budget and loses nobody', () => {
    const lengths = [3, 200, 1, 190, 5, 100, 4, 256, 2];
    const batches = batchByLength(lengths, 400);
    expect(batches).toEqual([[7], [1, 3], [5, 4, 6, 0], [8, 2]]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
  });

  it('leaves a window that is longer than the budget alone', () => {
    expect(batchByLength([500, 500, 1], 400)).toEqual([[0], [1], [2]]);
    expect(batchByLength([], 400)).toEqual([]);
  });
});

describe('encoderInputs', () => {
  it('pads ARC windows and averages each group of tokens', () => {
    const { inputs, slots } = encoderInputs(arc, [Int32Array.of(9, 8, 7, 6, 5), Int32Array.of(4)], 4);
    expect(slots).toBe(2);
    expect(inputs['input_ids']).toMatchObject({ shape: [2, 5], data: BigInt64Array.of(9n, 8n, 7n, 6n, 5n, 4n, 0n, 0n, 0n, 0n) });
    expect(inputs['attention_mask']).toMatchObject({ shape: [2, 5], data: Float32Array.of(1, 1, 1, 1, 1, 1, 0, 0, 0, 0) });
    const third = 1 / 3;
    expect(inputs['pooling']).toMatchObject({
      shape: [2, 2, 5],
      data: Float32Array.of(third, third, third, 0, 0, 0, 0, 0, 0.5, 0.5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    });
  });

  it('puts the memory tokens of their places right behind each PCC segment', () => {
    const { inputs, slots } = encoderInputs(pcc, [Int32Array.of(9, 8, 7, 6, 5, 4, 3, 2, 1), Int32Array.of(4)], 8);
    expect(slots).toBe(2);
    expect(inputs['input_ids']).toMatchObject({ shape: [2, 11], data: BigInt64Array.of(9n, 8n, 7n, 6n, 5n, 4n, 3n, 2n, 1n, 321n, 323n, 4n, 321n, ...Array<bigint>(9).fill(0n)) });
    expect(inputs['slot_index']).toMatchObject({ shape: [2, 2], data: BigInt64Array.of(9n, 10n, 1n, 0n) });
  });

  it('puts the first memory tokens behind each published PCC segment', () => {
    const { inputs, slots } = encoderInputs({ ...published, window: 8 }, [Int32Array.of(9, 8, 7), Int32Array.of(4)], 4);
    expect(slots).toBe(2);
    expect(inputs['input_ids']).toMatchObject({ shape: [2, 5], data: BigInt64Array.of(9n, 8n, 7n, 320n, 321n, 4n, 320n, 321n, 0n, 0n) });
    expect(inputs['slot_index']).toMatchObject({ shape: [2, 2], data: BigInt64Array.of(3n, 4n, 1n, 2n) });
  });
});
