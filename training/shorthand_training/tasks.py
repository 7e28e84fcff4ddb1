"""Tasks from program analysis: files, then questions and next lines whose answers are exact.

python -m shorthand_training.tasks --corpus CORPUS --tokenizer RUN/tokenizer.json --out RUN/tasks [--count 4000]

{split}.jsonl: {repo, files: [{path, text}], completion?: {path, before, line, name, needs},
    turns: [[question, answer, kind, subject], ...]}
{split}.npz:   the same as token ids in the decoder's layout, with loss weights (answers count most).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from .corpus import read_split
from .next_line import draw
from .questions import Questioner
from .sources import Repository, Source
from .task_sequences import Task, pack
from .tokenizer import load

COUNTS = {"test": 600, "valid": 100}
#: Questions to a task, at least and at most. In training every further one costs a few tokens, reading the files
#: hundreds.
TURNS = {"train": (6, 14)}
FEW_TURNS = (3, 8)
#: Of the questions, those in other words than the fixed ones. What is measured is asked in the fixed ones.
REWORDED = {"train": 0.4}
COMPLETION_SHARE = 0.2  # of the tasks: files, then the next line of another file
LINKED_SHARE = 0.25  # of the tasks: files of which one imports the other
MIN_SYMBOLS = 2


def useful(repository: Repository, paths: list[str]) -> list[Source]:
    """The files with enough to ask about."""
    found = [repository.source(path) for path in paths]
    return [s for s in found if s.text and len(s.symbols) >= MIN_SYMBOLS]


def linked(repository: Repository, sources: list[Source], rng: random.Random, tries: int = 10) -> list[Source]:
    """A file and one that it imports by name; no files where none was found."""
    for _ in range(tries):
        source = rng.choice(sources)
        found = useful(repository, [path for _, path in repository.links(source)])
        if found:
            return rng.sample([source, rng.choice(found)], 2)
    return []


def make(corpus: Path, split: str, count: int, rng: random.Random) -> Iterator[Task]:
    """About `count` tasks, repositories in turn."""
    total = sum(1 for _ in read_split(corpus, split))
    others: list[str] = []
    questioner = Questioner(rng, REWORDED.get(split, 0.0))
    for repo, group in groupby(read_split(corpus, split), key=lambda r: r["repo"]):
        repository = Repository(list(group))
        paths = list(repository.records)
        wanted = max(1, round(count * len(paths) / total))
        sources = useful(repository, rng.sample(paths, min(len(paths), wanted * 4)))
        if not sources:
            continue
        for _ in range(wanted):
            drawn, completion = rng.random(), None
            if drawn < COMPLETION_SHARE and (needed := draw(repository, rng)):
                files, completion = [needed[0]], asdict(needed[1])
            elif drawn < COMPLETION_SHARE + LINKED_SHARE and (pair := linked(repository, sources, rng)):
                files = pair
            else:
                size = rng.choice((1, 1, 1, 2, 3))
                files = rng.sample(sources, min(size, len(sources)))
            turns = questioner.turns(repository, files, others, rng.randint(*TURNS.get(split, FEW_TURNS)))
            if turns:
                task: Task = {"repo": repo, "files": [{"path": f.path, "text": f.text} for f in files]}
                yield task | ({"completion": completion} if completion else {}) | {"turns": turns}
        others = [s.name for f in rng.sample(sources, min(len(sources), 200)) for s in f.symbols]


def write(corpus: Path, split: str, count: int, path: Path) -> Counter[str]:
    """A file of tasks; returns how many questions of each kind and how many completions it has."""
    kinds: Counter[str] = Counter()
    with path.open("w") as handle:
        for task in make(corpus, split, count, random.Random(split)):
            handle.write(json.dumps(task, ensure_ascii=False) + "\n")
            kinds.update(["tasks", *(t[2] for t in task["turns"]), *(["completions"] if "completion" in task else [])])
    return kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    arguments = parser.parse_args()
    tokenizer = load(arguments.tokenizer)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for split, count in (COUNTS | {"train": arguments.count}).items():
        path = arguments.out / f"{split}.jsonl"
        kinds = write(arguments.corpus, split, count, path)
        tokens = pack(path, tokenizer, arguments.out / f"{split}.npz")
        print(f"{split}: {tokens / 1e6:.2f}M tokens; {dict(sorted(kinds.items()))}", flush=True)


if __name__ == "__main__":
    main()
