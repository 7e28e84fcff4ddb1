import type { Ratio } from '../../common/bundle';
import { fileRules, type EffectiveRule } from '../../common/fileRules';
import type { Workspace } from '../../common/workspace';
import type { EngineParts } from './engineParts';

/** What holds for each file, at ratios that the encoder was trained for. */
export function engineRules({ compressor }: Pick<EngineParts, 'compressor'>, workspace: Pick<Workspace, 'rules' | 'ratio'>): (file: string) => EffectiveRule {
  const ruleOf = fileRules(workspace);
  const ratios = compressor?.encoder.spec.ratios ?? [];
  return file => {
    const rule = ruleOf(file);
    return { ...rule, ratio: nearestRatio(rule.ratio, ratios) };
  };
}

/** The ratio of an encoder that is nearest to the wanted one, the finer one of two as near. */
export function nearestRatio(wanted: Ratio, ratios: readonly Ratio[]): Ratio {
  const distance = (ratio: Ratio): number => Math.abs(Math.log2(ratio / wanted));
  return ratios.toSorted((a, b) => distance(a) - distance(b) || a - b)[0] ?? wanted;
}
