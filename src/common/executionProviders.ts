import * as v from 'valibot';

/** What ONNX Runtime can run graphs on. */
export const executionProviders = ['cpu', 'cuda', 'directml', 'coreml', 'webgpu'] as const;
export const executionProviderSchema = v.picklist(executionProviders);

/** Names as their makers write them; they are the same in every language. */
export const providerNames: Readonly<Record<ExecutionProvider, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  directml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
};

/** What a user may ask for: `auto` takes the best one that is worth it for the model. */
export const providerChoices = ['auto', ...executionProviders] as const;
export const providerChoiceSchema = v.picklist(providerChoices);

/** The graphs of a bundle, each of which may run on another provider. */
export const graphNameSchema = v.picklist(['encoder', 'projector', 'decoder']);

/** Why a provider can't be used. Whoever shows it puts it into words; `detail` is what the library itself said, in English. */
export const providerProblemSchema = v.variant('kind', [
  /** It exists on another operating system only. */
  v.object({ kind: v.literal('platform') }),
  /** This build of ONNX Runtime has been made without it. */
  v.object({ kind: v.literal('not-built') }),
  /** A library can't be found, or can't be loaded. */
  v.object({ kind: v.literal('library'), library: v.string(), detail: v.string() }),
  /** The libraries are there, but no device that they can use. */
  v.object({ kind: v.literal('no-device'), detail: v.string() }),
  /** The probe's process ended without an answer. */
  v.object({ kind: v.literal('crashed'), detail: v.string() }),
  v.object({ kind: v.literal('timeout'), seconds: v.number() }),
  /** It computes something else than the CPU does. */
  v.object({ kind: v.literal('wrong-result'), detail: v.string() }),
  /** It has no memory for this model. */
  v.object({ kind: v.literal('memory'), detail: v.string() }),
  /** It refused the graph, or failed in another way. */
  v.object({ kind: v.literal('error'), detail: v.string() }),
]);

export const providerStatusSchema = v.variant('state', [
  /** Runs these graphs. */
  v.object({ state: v.literal('used'), provider: executionProviderSchema, graphs: v.array(graphNameSchema) }),
  /** Its probe went well: it is this many times as fast as the CPU. */
  v.object({ state: v.literal('available'), provider: executionProviderSchema, speed: v.number() }),
  /** Nobody has needed it yet. */
  v.object({ state: v.literal('untried'), provider: executionProviderSchema }),
  /** It can't be on this machine, with this library. */
  v.object({ state: v.literal('unavailable'), provider: executionProviderSchema, problem: providerProblemSchema }),
  /** It was tried and did not work. */
  v.object({ state: v.literal('failed'), provider: executionProviderSchema, problem: providerProblemSchema }),
]);

export type ExecutionProvider = v.InferOutput<typeof executionProviderSchema>;
export type ProviderChoice = v.InferOutput<typeof providerChoiceSchema>;
export type GraphName = v.InferOutput<typeof graphNameSchema>;
export type ProviderProblem = v.InferOutput<typeof providerProblemSchema>;
export type ProviderStatus = v.InferOutput<typeof providerStatusSchema>;
