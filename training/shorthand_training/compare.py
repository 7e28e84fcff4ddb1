"""Two bundles on the same held-out items: is the second one better?

python -m shorthand_training.compare OLD/evaluation.items.json NEW/evaluation.items.json [--markdown FILE]

Reads what `evaluate` writes; paired bootstrap over items. The token is the same only if both bundles share a tokenizer.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from .metrics import bootstrap

Statistic = Callable[[dict[str, float]], float]
RATIOS = (4, 8, 16)


def statistics() -> dict[str, tuple[list[str], Statistic]]:
    """Name -> the columns that it needs and how it is computed from their means."""
    chosen: dict[str, tuple[list[str], Statistic]] = {
        "NLL, no context": (["none"], lambda v: v["none"]),
        "NLL, full raw text": (["full"], lambda v: v["full"]),
    }
    for ratio in RATIOS:
        right, wrong = f"slots{ratio}", f"wrong{ratio}"

        def closed(v: dict[str, float], right: str = right) -> float:
            return 100 * (v["none"] - v[right]) / (v["none"] - v["full"])

        def saved(v: dict[str, float], right: str = right) -> float:
            return v["none"] - v[right]

        def told(v: dict[str, float], right: str = right, wrong: str = wrong) -> float:
            return v[wrong] - v[right]

        chosen[f"none - slots, {ratio}x"] = (["none", right], saved)
        chosen[f"wrong - slots, {ratio}x"] = ([wrong, right], told)
        chosen[f"gap closed, {ratio}x (%)"] = (["none", "full", right], closed)
    chosen["NLL, slots 8x then the nearest window raw"] = (["near_slots8"], lambda v: v["near_slots8"])
    return chosen


def compare(old: dict[str, list[float]], new: dict[str, list[float]]) -> list[tuple[str, list[float], list[float]]]:
    """Rows: name, [old, new], [difference, low, high]. What one of the two did not measure has none."""
    rows = []
    for name, (needed, statistic) in statistics().items():
        if not all(k in old and k in new for k in needed):
            continue
        columns = {f"old {k}": old[k] for k in needed} | {f"new {k}": new[k] for k in needed}

        def of(which: str, v: dict[str, float], needed: list[str] = needed, f: Statistic = statistic) -> float:
            return f({k: v[f"{which} {k}"] for k in needed})

        difference = bootstrap(columns, lambda v, of=of: of("new", v) - of("old", v))
        values = [bootstrap(columns, lambda v, of=of, w=w: of(w, v), rounds=1)[0] for w in ("old", "new")]
        rows.append((name, values, list(difference)))
    return rows


def table(rows: list[tuple[str, list[float], list[float]]]) -> str:
    lines = ["| | old | new | new - old (95 %) |", "|---|---|---|---|"]
    for name, (old, new), (d, low, high) in rows:
        digits = 1 if "%" in name else 3
        lines.append(
            f"| {name} | {old:.{digits}f} | {new:.{digits}f} | "
            f"{d:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}] |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--markdown", type=Path)
    a = parser.parse_args()
    old, new = json.loads(a.old.read_text()), json.loads(a.new.read_text())
    if old["ids"] != new["ids"]:
        raise SystemExit("the two evaluations are not about the same items")
    text = table(compare(old["nll"], new["nll"]))
    print(text)
    if a.markdown:
        a.markdown.write_text(text)


if __name__ == "__main__":
    main()
