"""Items for the shipped engine (`shorthand eval`): texts in, what training's own code made of them beside it.

One JSON object a line, told apart by `kind`. `expected` has one value a kind of context: the negative log likelihood a
token of a continuation, or what greedy decoding wrote.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .answers import Asked
from .cases import Case
from .contexts import Shown
from .cross_file import NextLine
from .measurer import Measurer
from .windows import split_windows

CONTEXTS = ("none", "slots4", "slots8", "slots16", "wrong8", "full")

Columns = dict[str, list[float]] | dict[str, list[str]]


def expected(columns: Columns, index: int) -> dict[str, Any]:
    return {name: columns[name][index] for name in CONTEXTS if name in columns}


def file_of(m: Measurer, file: Shown) -> dict[str, Any]:
    windows, wrong = (split_windows(m.tokenizer, text, m.window) for text in (file.text, file.wrong))
    return {"path": file.path, "windows": windows, "wrongWindows": wrong}


def continuation_items(cases: Sequence[Case], nll: Columns) -> list[dict[str, Any]]:
    return [
        {
            "kind": "continuation", "id": c.id,
            "file": {"path": c.path, "windows": c.context, "wrongWindows": c.wrong}, "target": c.target,
            "expected": expected(nll, i),
        }
        for i, c in enumerate(cases)
    ]  # fmt: skip


def reconstruction_items(cases: Sequence[Case], written: Columns) -> list[dict[str, Any]]:
    return [
        {
            "kind": "reconstruction", "id": c.id,
            "file": {"path": c.path, "windows": c.context[:1], "wrongWindows": c.wrong[:1]},
            "expected": expected(written, i),
        }
        for i, c in enumerate(cases)
    ]  # fmt: skip


def question_items(m: Measurer, asked: Sequence[Asked], written: Columns) -> list[dict[str, Any]]:
    return [
        {
            "kind": "question", "id": a.id, "about": a.kind, "files": [file_of(m, f) for f in a.files],
            "question": a.question, "answer": a.answer, "expected": expected(written, i),
        }
        for i, a in enumerate(asked)
    ]  # fmt: skip


def next_line_items(m: Measurer, lines: Sequence[NextLine], written: Columns) -> list[dict[str, Any]]:
    return [
        {
            "kind": "nextLine", "id": x.id, "file": file_of(m, x.file), "open": x.open.path,
            "before": x.open.before, "line": x.open.line.strip(), "expected": expected(written, i),
        }
        for i, x in enumerate(lines)
    ]  # fmt: skip


def write_items(path: Path, items: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items))
