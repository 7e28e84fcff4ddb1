"""Measure a bundle on repositories that training never saw.

python -m shorthand_training.evaluate --corpus CORPUS --bundle RUN/export --tasks RUN/tasks --out RUN/evaluation.json \
    [--markdown RUN/evaluation.md] [--items 240] [--engine-items RUN/eval-items.jsonl]

Parts: continuation, reconstruction, nextline (the next line across files), tasks (questions), hover (what a symbol
does). Beside OUT, a file that ends in .items.json keeps each item's figures, for `compare`; --engine-items gets items
of every part but hover for `shorthand eval`.
The decoder is used as it ships: linear layers and head int8, lookup float16. Float32 activations. With `--decoder`
the bundle is what `pair` exported, and the decoder is a folder in Hugging Face's layout.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from . import engine_items
from .answers import draw_questions, hover, task_answers
from .cases import make_cases
from .checkpoint import save_json
from .continuation import continuation
from .cross_file import draw_lines, next_lines
from .measurer import Measurer
from .reconstruction import reconstruction
from .report import markdown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--decoder", type=Path, help="the decoder that `pair` trained the bundle against")
    parser.add_argument("--tasks", type=Path, help="folder of task files; left out: no task figures")
    parser.add_argument("--family", nargs=2, action="append", default=[], metavar=("NAME", "FOLDER"),
                        help="another encoder over the same decoder, an export's or a run's")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--engine-items", type=Path)
    parser.add_argument("--engine-count", type=int, default=40, help="items of each part")
    parser.add_argument("--items", type=int, default=240)
    parser.add_argument("--greedy", type=int, default=36, help="windows that are written out by greedy decoding")
    parser.add_argument("--questions", type=int, default=200, help="as many of each kind as there are")
    parser.add_argument("--hover", type=int, default=60, help="questions about what a symbol does")
    parser.add_argument("--lines", type=int, default=60, help="next lines across files")
    parser.add_argument("--no-baselines", action="store_true",
                        help="continuation: no context, full text, wrong and right slots alone")  # fmt: skip
    parser.add_argument("--parts", default="continuation,reconstruction,nextline,tasks,hover",
                        help="others stay as OUT has them")  # fmt: skip
    a = parser.parse_args()
    started = time.monotonic()
    if a.decoder:
        m = Measurer.of_pair(a.bundle, a.decoder)
    else:
        m = Measurer.of_bundle(a.bundle)
    cases = make_cases(a.corpus, m.tokenizer, m.window, a.items)
    families = {name: m.with_compressor(Path(folder)) for name, folder in a.family}

    def keep(part: str, figures: dict[str, Any]) -> None:
        result = json.loads(a.out.read_text()) if a.out.exists() else {}
        result["repositories"] = sorted({c.repo for c in cases})
        result["decoder"] = str(m.rounding)
        result[part] = figures
        save_json(a.out, result)
        if a.markdown:
            a.markdown.write_text(markdown(result))

    parts = a.parts.split(",")
    items: list[dict[str, Any]] = []
    few = a.engine_count
    if "continuation" in parts:
        figures = continuation(m, cases, families, not a.no_baselines)
        per_item = figures.pop("per_item")
        save_json(a.out.with_suffix(".items.json"), {"ids": [c.id for c in cases], "nll": per_item})
        items += engine_items.continuation_items(cases[:few], per_item)
        keep("continuation", figures)
    if "reconstruction" in parts:
        figures, written = reconstruction(m, cases, a.greedy, families)
        items += engine_items.reconstruction_items(cases[: min(few, a.greedy)], written)
        keep("reconstruction", figures)
    if "nextline" in parts:
        lines = draw_lines(a.corpus, a.lines)
        figures, written = next_lines(m, lines)
        items += engine_items.next_line_items(m, lines[:few], written)
        keep("nextline", figures)
    if "tasks" in parts and a.tasks:
        asked = draw_questions(a.tasks / "test.jsonl", a.questions)
        figures, written = task_answers(m, asked)
        items += engine_items.question_items(m, asked[:few], written)
        keep("tasks", figures)
    if "hover" in parts and a.tasks:
        keep("hover", hover(m, a.tasks / "test.jsonl", a.hover))
    if a.engine_items:
        engine_items.write_items(a.engine_items, items)
    print(f"{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
