"""Several evaluations in one table: the pairs that an encoder and decoders make, beside each other.

python -m shorthand_training.pairs "nano, its own decoder=RUN/evaluation.json" "..., ...=OUT/evaluation.json" \
    [--markdown pairs.md]

Gap closed can be compared between decoders; NLL can't where their vocabularies differ, bits a byte can.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from .cases import RATIOS
from .report import interval


def gap(row: dict[str, Any]) -> str:
    return f"{row['gap_closed'] * 100:.0f} % {interval(row['gap_closed_interval'], 0, 100)}"


def table(named: dict[str, dict[str, Any]]) -> str:
    """named: what a pair is called -> its evaluation's `continuation`."""
    rows = [
        "| pair | items | bits a byte: no context, full text | context | "
        + " | ".join(f"gap closed, {r}x (95 %)" for r in RATIOS)
        + " |",
        "|---" * (4 + len(RATIOS)) + "|",
    ]
    for name, part in named.items():
        values = part["table"]
        ends = f"{values['none']['bits_per_byte']:.3f}, {values['full']['bits_per_byte']:.3f}"
        for context, title in (("slots", "slots"), ("wrong", "a wrong file's slots")):
            first = f"{name} | {part['items']} | {ends}" if context == "slots" else " | | "
            rows.append(f"| {first} | {title} | " + " | ".join(gap(values[f"{context}{r}"]) for r in RATIOS) + " |")
        saved = [part["differences"][f"wrong{r} - slots{r}"] for r in RATIOS]
        cells = " | ".join(f"{d['nll']:+.3f} {interval(d['interval'])}" for d in saved)
        rows.append(f"|  | | | NLL, wrong file's - right file's | {cells} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+", metavar="NAME=EVALUATION")
    parser.add_argument("--markdown", type=Path)
    a = parser.parse_args()
    named = {name: json.loads(Path(file).read_text())["continuation"] for name, file in (p.split("=") for p in a.pairs)}
    text = table(named)
    print(text)
    if a.markdown:
        a.markdown.write_text(text)


if __name__ == "__main__":
    main()
