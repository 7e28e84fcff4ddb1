"""The next line of a file that needs another one, in the manner of RepoBench, by what is read of that other one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch

from .contexts import Shown, prefix
from .corpus import read_split
from .generate import greedy_texts
from .identifiers import identifier_f1, identifiers
from .measurer import Measurer
from .metrics import bootstrap, edit_similarity, mean
from .next_line import Completion, draw
from .sources import Repository

CONTEXTS = ("none", "truncated8", "wrong8", "slots4", "slots8", "slots16", "full")
LONGEST_LINE = 40  # tokens


@dataclass(frozen=True)
class NextLine:
    """`file` defines what the next line of the open file uses."""

    id: str
    file: Shown
    open: Completion


def draw_lines(corpus: Path, count: int, seed: int = 0) -> list[NextLine]:
    """At most `count` lines of different files, the repositories of the test split in turn."""
    rng = random.Random(seed)
    found: list[list[tuple[str, Repository, Completion]]] = []
    for repo, group in groupby(read_split(corpus, "test"), key=lambda r: r["repo"]):
        repository = Repository(list(group))
        drawn = {d[1].path: d[1] for _ in range(count) if (d := draw(repository, rng))}
        found.append([(repo, repository, completion) for completion in drawn.values()])
    longest = max(map(len, found), default=0)
    chosen = [lines[i] for i in range(longest) for lines in found if i < len(lines)][:count]
    lines: list[NextLine] = []
    for k, (repo, repository, completion) in enumerate(chosen):
        after = [chosen[(k + j) % len(chosen)] for j in range(1, len(chosen))]
        _, other, elsewhere = next((c for c in after if c[0] != repo), chosen[k])
        shown = Shown(completion.needs, repository.source(completion.needs).text, other.source(elsewhere.needs).text)
        lines.append(NextLine(f"{repo}:{completion.path}:{completion.line.strip()}", shown, completion))
    return lines


def first_line(text: str) -> str:
    """The first line that is not blank."""
    return text.strip().split("\n")[0].rstrip()


def has_line(text: str) -> bool:
    return "\n" in text.lstrip()


def written_lines(m: Measurer, lines: list[NextLine], prompts: list[torch.Tensor]) -> list[str]:
    """What the decoder writes up to the end of the line."""
    limits = [LONGEST_LINE] * len(lines)
    texts = greedy_texts(m.decoder, m.prompt.tokenizer, prompts, limits, m.prompt.stop, has_line)
    return [first_line(t) for t in texts]


def next_lines(m: Measurer, lines: list[NextLine]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Figures, and the lines themselves by kind of context."""
    opened = [m.ids([*m.prompt.file(x.open.path), *m.prompt.text(x.open.before)]) for x in lines]
    targets = [m.prompt.text(x.open.line) for x in lines]
    wanted = [x.open.line.strip() for x in lines]
    nll: dict[str, list[float]] = {}
    table: dict[str, Any] = {}
    written: dict[str, list[str]] = {}
    for name in CONTEXTS:
        prompts = [torch.cat((prefix(m, name, [x.file]), o)) for x, o in zip(lines, opened, strict=True)]
        nll[name] = [float(v[0].mean()) for v in m.losses(prompts, targets)]
        written[name] = written_lines(m, lines, prompts)
        pairs = list(zip(wanted, written[name], strict=True))
        named = [float(x.open.name in identifiers(g)) for x, g in zip(lines, written[name], strict=True)]
        table[name] = mean("nll", nll[name]) | mean("exact_match", [float(w == g) for w, g in pairs])
        table[name] |= mean("edit_similarity", [edit_similarity(w, g) for w, g in pairs])
        table[name] |= mean("identifier_f1", [identifier_f1(w, g) for w, g in pairs]) | mean("name_recall", named)
        print(f"next line {name}: {table[name]}", flush=True)
    differences: dict[str, Any] = {}
    for name in ("none", "wrong8", "truncated8"):
        d, low, high = bootstrap({"a": nll[name], "b": nll["slots8"]}, lambda v: v["a"] - v["b"])
        differences[f"{name} - slots8"] = {"nll": d, "interval": [low, high]}
    return {"items": len(lines), "table": table, "differences": differences}, written
