import type { Sampling } from '../../common/context';
import { readSetting } from './settings';

/** How the decoder samples a chat answer. The seed is fixed: the same question about the same files gives the same answer. */
export function chatSampling(): Sampling {
  return {
    temperature: readSetting('chat.temperature'),
    topP: 0.95,
    repetitionPenalty: 1.05,
    maxTokens: readSetting('chat.maxTokens'),
    seed: 0,
    stop: [],
  };
}

/** How the decoder writes a completion: the likeliest words. Code repeats itself, so nothing is said against that. */
export function completionSampling(): Sampling {
  return { temperature: 0, topP: 1, repetitionPenalty: 1, maxTokens: 64, seed: 0, stop: [] };
}

/** How the decoder samples a hover: greedy, and short enough to read at a glance. */
export function hoverSampling(): Sampling {
  return { ...chatSampling(), temperature: 0, maxTokens: Math.min(96, readSetting('chat.maxTokens')) };
}
