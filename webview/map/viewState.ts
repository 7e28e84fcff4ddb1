import * as v from 'valibot';

export const colourings = ['fidelity', 'ratio', 'state'] as const;
export type Colouring = (typeof colourings)[number];

/** What the user chose in the map: it outlives the page. */
const viewStateSchema = v.object({
  /** The folder that is shown; empty for the whole workspace. */
  folder: v.string(),
  /** Until the user chooses, what there is to see decides. */
  colouring: v.optional(v.picklist(colourings)),
  tableShown: v.boolean(),
});

export type ViewState = v.InferOutput<typeof viewStateSchema>;

/** Reads what an earlier page saved. */
export function parseViewState(saved: unknown): ViewState {
  const parsed = v.safeParse(viewStateSchema, saved);
  return parsed.success ? parsed.output : { folder: '', tableShown: false };
}
