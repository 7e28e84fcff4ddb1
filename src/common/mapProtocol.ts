import * as v from 'valibot';
import { noProgress, nothing, type Protocol } from './rpc/protocol';
import { compressProgressSchema, fileMemorySchema } from './workspace';

const size = v.pipe(v.number(), v.minValue(0));

/** What the map shows of a file. */
export const mapFileSchema = v.object({
  ...v.pick(fileMemorySchema, ['path', 'displayPath', 'state', 'ratio', 'pinned', 'tokens', 'slots', 'fidelity']).entries,
  /** Decoder positions that the last answer spent on the file; absent where it read nothing of it. */
  positionsRead: v.optional(size),
});

/** Everything that the map page shows; sent whole with every change. */
export const mapStateSchema = v.object({
  list: v.variant('kind', [
    v.object({ kind: v.literal('loading') }),
    v.object({ kind: v.literal('no-folder') }),
    /** `message` is localised: what happened and what to do. */
    v.object({ kind: v.literal('failed'), message: v.string() }),
    v.object({ kind: v.literal('ready'), files: v.array(mapFileSchema), skipped: size }),
  ]),
  /** Set while the workspace is compressed. */
  compressing: v.optional(v.object({ progress: v.optional(compressProgressSchema) })),
  /** Set while fidelity is measured. */
  measuring: v.optional(v.object({ windowsDone: size, windowsTotal: size })),
  /** True when the last answer read something. */
  answered: v.boolean(),
});

const file = v.object({ path: v.string() });

/** What the extension host answers to the map page. */
export const mapProtocol = {
  name: 'shorthand-map',
  version: 1,
  methods: {
    /** Runs until it is cancelled; its progress is the state of the map. */
    watch: { params: nothing, progress: mapStateSchema, result: nothing },
    open: { params: file, progress: noProgress, result: nothing },
    /** Shows the file beside what the decoder makes of its slots. */
    reconstruct: { params: file, progress: noProgress, result: nothing },
    /** Reads the list of files again. */
    refresh: { params: nothing, progress: noProgress, result: nothing },
    compressWorkspace: { params: nothing, progress: noProgress, result: nothing },
    /** Measures the fidelity of what has none; a second call while it runs stops it. */
    measure: { params: nothing, progress: noProgress, result: nothing },
    openFolder: { params: nothing, progress: noProgress, result: nothing },
    showLog: { params: nothing, progress: noProgress, result: nothing },
  },
} as const satisfies Protocol;

export type MapProtocol = typeof mapProtocol;
export type MapFile = v.InferOutput<typeof mapFileSchema>;
export type MapState = v.InferOutput<typeof mapStateSchema>;
