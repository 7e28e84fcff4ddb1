"""Pairs of texts with the figures that `metrics.py` gives them, for the engine's own metrics. Called by `goldens`."""

from __future__ import annotations

from pathlib import Path

from .checkpoint import save_json
from .cross_file import first_line
from .metrics import bleu4, edit_similarity, exact_match, token_f1

PAIRS = [
    ("", ""),
    ("", "text"),
    ("text", ""),
    ("`read(path, limit)`", "read(path,  limit) "),
    ("Reads the whole file at once.", "Reads a file at once, whole."),
    ("return value + 1", "Return VALUE + 1"),
    ("def total(a, b):\n    return a + b\n", "def total(a, c):\n    return a * c\n"),
    ("a a a b", "a b b c"),
    ("größe = straße_2 # ½ 漢字", "größe = strasse_2 # 漢字"),
    ("🙂 x", "x 🙂🙂"),
    ("one two three", "\n\n  one two three \nfour"),
]


def write_metrics(out: Path) -> None:
    cases = [
        {
            "reference": r, "guess": g, "bleu4": bleu4(r, g), "editSimilarity": edit_similarity(r, g),
            "exactMatch": exact_match(r, g), "tokenF1": token_f1(r, g), "firstLine": first_line(g),
        }
        for r, g in PAIRS
    ]  # fmt: skip
    save_json(out / "metrics" / "cases.json", cases)
