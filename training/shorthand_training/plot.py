"""Quality against ratio, drawn from evaluation.json as an SVG.

python -m shorthand_training.plot --evaluation RUN/evaluation.json --out models/NAME/quality.svg
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from .cases import RATIOS
from .report import LABELS

# Okabe and Ito's colours, which the colour-blind can tell apart; a dash and a mark tell them apart in print.
SERIES = {
    "truncated": ("#000000", "6 3"),
    "blocks": ("#999999", "6 3"),
    "tokens": ("#999999", "2 3"),
    "slots": ("#0072b2", ""),
    "skeleton": ("#009e73", "6 3"),
    "mean": ("#cc79a7", "6 3"),
    "sibling": ("#e69f00", "2 3"),
    "wrong": ("#d55e00", "2 3"),
}
LEFT, TOP, WIDTH, HEIGHT, KEY = 64, 44, 380, 300, 300


@dataclass
class Point:
    ratio: int
    value: float
    low: float
    high: float


def points_of(table: dict[str, Any], name: str) -> list[Point]:
    """Gap closed in per cent with its interval, at each ratio that was measured."""
    rows = [(r, table[f"{name}{r}"]) for r in RATIOS if f"{name}{r}" in table]
    return [Point(r, 100 * v["gap_closed"], *(100 * x for x in v["gap_closed_interval"])) for r, v in rows]


def x_of(ratio: int) -> float:
    """Ratios stand evenly on a logarithmic axis."""
    first, last = math.log2(RATIOS[0]), math.log2(RATIOS[-1])
    return LEFT + 40 + (WIDTH - 80) * (math.log2(ratio) - first) / (last - first)


def text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def quality(table: dict[str, Any], title: str) -> str:
    """table: the continuation table of an evaluation -> an SVG document."""
    series = {name: points for name in SERIES if (points := points_of(table, name))}
    lowest = min(0.0, *(p.low for points in series.values() for p in points))
    bottom = 20 * math.floor(lowest / 20)

    def y_of(value: float) -> float:
        return TOP + HEIGHT * (100 - value) / (100 - bottom)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + KEY} {TOP + HEIGHT + 56}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{escape(title)}</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        text(LEFT, 24, title, "start", ' font-size="14" font-weight="bold"'),
    ]
    for level in range(bottom, 101, 20):
        y = y_of(level)
        out.append(f'<path d="M{LEFT} {y:.1f}H{LEFT + WIDTH}" stroke="{"#888888" if level == 0 else "#dddddd"}"/>')
        out.append(text(LEFT - 8, y + 4, f"{level} %", "end"))
    for ratio in RATIOS:
        out.append(text(x_of(ratio), TOP + HEIGHT + 20, f"{ratio}x"))
    out.append(text(LEFT + WIDTH / 2, TOP + HEIGHT + 42, "fewer decoder positions than tokens of text"))
    for i, (name, points) in enumerate(series.items()):
        colour, dash = SERIES[name]
        shift = (i - (len(series) - 1) / 2) * 4
        places = [(x_of(p.ratio) + shift, p) for p in points]
        line = "L".join(f"{x:.1f} {y_of(p.value):.1f}" for x, p in places)
        width = 3 if name == "slots" else 1.5
        out.append(f'<g stroke="{colour}" fill="{colour}" stroke-width="{width}">')
        out.append(f'<path d="M{line}" fill="none" stroke-dasharray="{dash}"/>')
        for x, p in places:
            out.append(f'<path d="M{x:.1f} {y_of(p.low):.1f}V{y_of(p.high):.1f}" stroke-width="1"/>')
            out.append(f'<circle cx="{x:.1f}" cy="{y_of(p.value):.1f}" r="3" stroke="none"/>')
        y = TOP + 12 + 22 * i
        out.append(f'<path d="M{LEFT + WIDTH + 14} {y - 4}h24" stroke-dasharray="{dash}"/></g>')
        out.append(text(LEFT + WIDTH + 46, y, LABELS[name], "start"))
    return "\n".join([*out, "</svg>"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    part = json.loads(a.evaluation.read_text())["continuation"]
    title = f"Share of full text's help that is kept ({part['items']} items, 95 % intervals)"
    a.out.write_text(quality(part["table"], title))


if __name__ == "__main__":
    main()
