"""The held-out items that every figure about continuation is measured on."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Tokenizer

from .corpus import read_split
from .items import File
from .windows import split_windows

RATIOS = (4, 8, 16)
CONTEXT_WINDOWS = 2


@dataclass
class Case:
    """A file part: context windows, what follows them, and windows of other files."""

    id: str
    repo: str
    path: str
    context: list[str]
    target: str
    wrong: list[str] = field(default_factory=list)
    sibling: list[str] = field(default_factory=list)


def make_cases(corpus: Path, tokenizer: Tokenizer, window: int, count: int, seed: int = 0) -> list[Case]:
    """`count` cases spread evenly over the test repositories.

    Wrong windows come from the next case of another repository, sibling windows from the next case of the same one (or
    the wrong ones again, where a repository has no other file).
    """
    rng = random.Random(seed)
    by_repo: dict[str, list[File]] = {}
    for r in read_split(corpus, "test"):
        if r["language"] not in ("manifest", "markdown"):
            by_repo.setdefault(r["repo"], []).append(File(r["repo"], r["path"], r["text"]))
    cases: list[Case] = []
    for files in by_repo.values():
        rng.shuffle(files)
    turn = 0
    while len(cases) < count and any(by_repo.values()):
        repo = list(by_repo)[turn % len(by_repo)]
        turn += 1
        while by_repo[repo]:
            file = by_repo[repo].pop()
            windows = split_windows(tokenizer, file.text, window)
            if len(windows) > CONTEXT_WINDOWS and len(windows[-1]) > 40:
                start = rng.randrange(len(windows) - CONTEXT_WINDOWS)
                context = windows[start : start + CONTEXT_WINDOWS]
                target = windows[start + CONTEXT_WINDOWS]
                if len(target.strip()) > 40:
                    cases.append(Case(f"{repo}:{file.path}:{start}", repo, file.path, context, target))
                    break
    for i, case in enumerate(cases):
        others = [cases[(i + k) % len(cases)] for k in range(1, len(cases))]
        case.wrong = next(c for c in others if c.repo != case.repo).context
        near = [c.context for c in others if c.repo == case.repo and c.path != case.path]
        case.sibling = near[0] if near else case.wrong
    return cases
