import type { EncoderPlan, ProjectorPlan } from './encoders/encoderPlan';
import type { FramePlan } from './framePlan';
import type { Part } from './parts';
import type { SlotCodePlan } from './slotCode';

/** A compressor of any kind, open for streaming. */
export interface OpenCompressor {
  readonly encoder: Part<EncoderPlan>;
  /** Published compressors have none. */
  readonly slotCode?: Part<SlotCodePlan> | undefined;
  readonly projector: Part<ProjectorPlan>;
  /** It stands in prompts as it was trained to. */
  readonly frame: FramePlan;
  close(): Promise<void>;
}
