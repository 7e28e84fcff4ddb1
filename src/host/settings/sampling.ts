import type { Sampling } from '../../common/context';
import { readSetting } from './settings';

/** The least temperature of an answer that is asked for again: without chance it would be the same one. */
const retryTemperature = 0.7;

/**
 * How the decoder samples a chat answer. The seed is fixed: the same question about the same files gives the same answer. `attempt` counts
 * how often the user has asked for another one.
 */
export function chatSampling(attempt = 0): Sampling {
  const temperature = readSetting('chat.temperature');
  return {
    temperature: attempt === 0 ? temperature : Math.max(retryTemperature, temperature),
    topP: 0.95,
    repetitionPenalty: 1.05,
    maxTokens: readSetting('chat.maxTokens'),
    seed: attempt,
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
