import * as l10n from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { ContextReport } from '../../src/common/context';
import { h } from '../dom';
import { formatCount } from '../strings';

/** What the positions of a decoder are used for, in the order of the ring. */
const shares = ['text', 'slots', 'conversation', 'answer', 'free'] as const;

interface Share {
  readonly kind: (typeof shares)[number];
  readonly positions: number;
}

const svg = 'http://www.w3.org/2000/svg';

/** How the budget is used; the positions add up to it, unless the prompt alone is larger. */
export function budgetShares({ read, promptPositions, answerPositions, budget }: ContextReport): readonly Share[] {
  const sum = (slots: boolean): number => read.reduce((total, file) => total + ((file.form.kind === 'slots') === slots ? file.positions : 0), 0);
  const [text, slots] = [sum(false), sum(true)];
  const positions = { text, slots, conversation: Math.max(0, promptPositions - text - slots), answer: answerPositions, free: Math.max(0, budget - promptPositions - answerPositions) };
  return shares.map(kind => ({ kind, positions: positions[kind] }));
}

/** A ring that shows how the budget is used, with the same in words. */
export function budgetRing(report: ContextReport): SVGSVGElement {
  const all = budgetShares(report);
  const total = Math.max(1, all.reduce((sum, share) => sum + share.positions, 0));
  const ring = document.createElementNS(svg, 'svg');
  ring.setAttribute('class', 'ring');
  ring.setAttribute('viewBox', '0 0 20 20');
  ring.setAttribute('role', 'img');
  ring.setAttribute('aria-label', ringLabel(report, all));
  ring.dataset['testid'] = 'budget-ring';
  let before = 0;
  for (const { kind, positions } of all) {
    const share = (positions / total) * 100;
    if (share > 0) {
      ring.append(arc(kind, before, share));
    }
    before += share;
  }
  return ring;
}

/** The shares as a list, with the colours of the ring. */
export function budgetLegend(report: ContextReport): HTMLElement {
  const items = budgetShares(report).map(({ kind, positions }) =>
    h('li', {}, h('span', { class: `swatch share-${kind}` }), l10n.t("{0}: {1}", shareText(kind), formatCount(positions))),
  );
  return h('ul', { class: 'legend', testId: 'budget-legend', label: l10n.t("Use of the positions") }, ...items);
}

/** A ring for a plan that is not known yet. */
export function emptyRing(): SVGSVGElement {
  const ring = document.createElementNS(svg, 'svg');
  ring.setAttribute('class', 'ring');
  ring.setAttribute('viewBox', '0 0 20 20');
  ring.setAttribute('aria-hidden', 'true');
  ring.append(arc('free', 0, 100));
  return ring;
}

/** The circle's length counts as 100, and it begins at the top. */
function arc(kind: Share['kind'], before: number, share: number): SVGCircleElement {
  const circle = document.createElementNS(svg, 'circle');
  const attributes = { class: `share-${kind}`, cx: '10', cy: '10', r: '7', pathLength: '100', 'stroke-dasharray': `${share} ${100 - share}`, 'stroke-dashoffset': String(-before), transform: 'rotate(-90 10 10)' };
  for (const [name, value] of Object.entries(attributes)) {
    circle.setAttribute(name, value);
  }
  return circle;
}

function ringLabel({ promptPositions, budget }: ContextReport, all: readonly Share[]): string {
  const parts = all.map(({ kind, positions }) => l10n.t("{0}: {1}", shareText(kind), formatCount(positions)));
  return [l10n.t("{0} of {1} positions used by the prompt", formatCount(promptPositions), formatCount(budget)), ...parts].join('. ');
}

function shareText(kind: Share['kind']): string {
  switch (kind) {
    case 'text':
      return l10n.t("As text");
    case 'slots':
      return l10n.t("As slots");
    case 'conversation':
      return l10n.t("Question and conversation");
    case 'answer':
      return l10n.t("Kept for the answer");
    case 'free':
      return l10n.t("Free");
    default:
      return assertNever(kind);
  }
}
