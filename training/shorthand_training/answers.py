"""Greedy answers to questions about files, by kind of context."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .contexts import Shown, prefix
from .generate import greedy_texts
from .measurer import Measurer
from .metrics import bleu4, bootstrap, exact_match, mean, token_f1

CONTEXTS = ("none", "truncated8", "skeleton8", "wrong8", "slots4", "slots8", "slots16", "full")
MOST_FILES = 2
LONGEST_ANSWER = 48  # tokens
HOVER = "what"


@dataclass(frozen=True)
class Asked:
    id: str
    repo: str
    files: list[Shown]
    question: str
    answer: str
    kind: str


def with_wrong(tasks: list[dict[str, Any]]) -> Iterable[tuple[dict[str, Any], list[Shown]]]:
    """Each task's files, with the text of a file of another repository: of the next task that is of another one."""
    for i, task in enumerate(tasks):
        others = (tasks[(i + k) % len(tasks)] for k in range(1, len(tasks)))
        other = next((t for t in others if t["repo"] != task["repo"]), task)
        wrong = other["files"][0]["text"]
        yield task, [Shown(f["path"], f["text"], wrong) for f in task["files"]]


def draw_questions(tasks: Path, count: int, kinds: set[str] | None = None, seed: int = 0) -> list[Asked]:
    """At most `count` different questions, as many of each kind as there are."""
    rng = random.Random(seed)
    lines = [t for line in tasks.open() if len((t := json.loads(line))["files"]) <= MOST_FILES]
    rng.shuffle(lines)
    by_kind: dict[str, dict[str, Asked]] = defaultdict(dict)
    for task, files in with_wrong(lines):
        for question, answer, kind, _ in task["turns"]:
            name = f"{task['repo']}:{'+'.join(f.path for f in files)}:{question}"
            if kinds is None or kind in kinds:
                # The same question about the same files is asked once, whatever other files stand beside them.
                known = f"{question}\n{answer}"
                by_kind[kind].setdefault(known, Asked(name, task["repo"], files, question, answer, kind))
    queues = [list(by_kind[kind].values()) for kind in sorted(by_kind)]
    turns = [queue[i] for i in range(max(map(len, queues), default=0)) for queue in queues if i < len(queue)]
    return turns[:count]


def answers_to(m: Measurer, asked: list[Asked], context: str) -> list[str]:
    prompts = [torch.cat((prefix(m, context, a.files), m.ids(m.prompt.question(a.question)))) for a in asked]
    return greedy_texts(m.decoder, m.prompt.tokenizer, prompts, [LONGEST_ANSWER] * len(prompts), m.prompt.stop)


def retention(none: list[float], full: list[float], x: list[float]) -> dict[str, Any]:
    """(x - none) / (full - none) with its interval; nothing where full text is not clearly better than none."""
    columns = {"none": none, "full": full, "x": x}
    _, low, _ = bootstrap(columns, lambda v: v["full"] - v["none"])
    if low <= 0:
        return {}
    value, low, high = bootstrap(columns, lambda v: (v["x"] - v["none"]) / max(1e-9, v["full"] - v["none"]))
    return {"retention": value, "retention_interval": [low, high]}


def task_answers(m: Measurer, asked: list[Asked]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Figures, and the answers themselves by kind of context."""
    kinds = sorted({a.kind for a in asked})
    written = {name: answers_to(m, asked, name) for name in CONTEXTS}
    pairs = {name: [(a.answer, g) for a, g in zip(asked, guesses, strict=True)] for name, guesses in written.items()}
    f1 = {name: [token_f1(*p) for p in column] for name, column in pairs.items()}
    table: dict[str, Any] = {}
    for name, column in pairs.items():
        exact = [exact_match(*p) for p in column]
        table[name] = mean("exact_match", exact) | mean("token_f1", f1[name])
        table[name] |= {} if name in ("none", "full") else retention(f1["none"], f1["full"], f1[name])
        for metric, values in (("exact_match", exact), ("token_f1", f1[name])):
            by_kind = {k: [v for a, v in zip(asked, values, strict=True) if a.kind == k] for k in kinds}
            table[name][f"{metric}_by_kind"] = {k: sum(v) / len(v) for k, v in by_kind.items()}
        print(f"tasks {name}: {table[name]['token_f1']:.3f}", flush=True)
    figures = {"items": len(asked), "kinds": {k: sum(a.kind == k for a in asked) for k in kinds}, "table": table}
    return figures, written


def hover(m: Measurer, tasks: Path, count: int) -> dict[str, Any]:
    """The sentence of a hover: smoothed BLEU-4 of the answer to what a symbol does."""
    asked = draw_questions(tasks, count, {HOVER})
    table: dict[str, Any] = {}
    for name in CONTEXTS:
        guesses = answers_to(m, asked, name)
        table[name] = mean("bleu4", [bleu4(a.answer, g) for a, g in zip(asked, guesses, strict=True)])
        table[name] |= mean("token_f1", [token_f1(a.answer, g) for a, g in zip(asked, guesses, strict=True)])
        print(f"hover {name}: {table[name]['bleu4']:.2f}", flush=True)
    return {"items": len(asked), "table": table}
