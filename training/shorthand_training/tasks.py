"""Tasks from program analysis: files, then questions whose answers are exact.

python -m shorthand_training.tasks --corpus CORPUS --tokenizer RUN/tokenizer.json --out RUN/tasks [--count 4000]

{split}.jsonl: {repo, files: [{path, text}], turns: [[question, answer, kind], ...]}
{split}.npz:   the same as token ids in the decoder's layout, with loss weights (answers count most).
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .corpus import read_split
from .symbols import Symbol, symbols
from .template import ASSISTANT, BOS, END, FILE, IDS, NO_ANSWER, USER, header
from .tokenizer import encode, load

CONTEXT_WEIGHT, QUESTION_WEIGHT, ANSWER_WEIGHT = 1.0, 0.2, 3.0
MAX_CHARACTERS = 4200  # of one context file, about 1100 tokens
NEGATIVE_SHARE = 0.03  # more, and a small decoder that reads badly says it to everything

Task = dict[str, object]


@dataclass
class Source:
    path: str
    text: str
    symbols: list[Symbol]


def head_of(text: str, characters: int) -> str:
    """Whole lines from the start, at most `characters`."""
    if len(text) <= characters:
        return text
    return text[: text.rfind("\n", 0, characters) + 1]


def sources_of(records: list[dict[str, str]]) -> list[Source]:
    """Files with at least two symbols inside their first MAX_CHARACTERS."""
    kept = []
    for record in records:
        text = head_of(record["text"], MAX_CHARACTERS)
        rows = text.count("\n")
        inside = [s for s in symbols(record["text"], record["language"]) if s.line <= rows]
        if len(inside) >= 2 and text:
            kept.append(Source(record["path"], text, inside))
    return kept


def question(kind: str, subject: str) -> str:
    """The fixed wording of each kind; the engine asks in the same words."""
    return {
        "what": f"What does `{subject}` do?",
        "signature": f"What is the signature of `{subject}`?",
        "where": f"Where is `{subject}` defined?",
        "exports": f"What does `{subject}` export?",
    }[kind]


def turn(files: list[Source], others: list[str], rng: random.Random) -> list[str] | None:
    """One [question, answer, kind] about the files."""
    file = rng.choice(files)
    symbol = rng.choice(file.symbols)
    if others and rng.random() < NEGATIVE_SHARE:
        absent = rng.choice(others)
        if not any(absent in f.text for f in files):
            kind = rng.choice(["what", "signature", "where"])
            return [question(kind, absent), NO_ANSWER, "absent"]
    kind = rng.choices(["what", "signature", "where", "exports"], [0.4, 0.25, 0.2, 0.15])[0]
    if kind == "what":
        documented = [s for s in file.symbols if s.sentence]
        if not documented:
            return None
        symbol = rng.choice(documented)
        return [question(kind, symbol.name), str(symbol.sentence), kind]
    if kind == "signature":
        return [question(kind, symbol.name), f"`{symbol.signature}`", kind]
    if kind == "where":
        if sum(s.name == symbol.name for f in files for s in f.symbols) != 1:
            return None
        return [question(kind, symbol.name), f"`{file.path}`", kind]
    names = [s.name for s in file.symbols if s.exported]
    if not 1 <= len(names) <= 8:
        return None
    return [question(kind, file.path), ", ".join(f"`{n}`" for n in names), kind]


def make(corpus: Path, split: str, count: int, rng: random.Random) -> Iterator[Task]:
    """About `count` tasks, repositories in turn."""
    total = sum(1 for _ in read_split(corpus, split))
    others: list[str] = []
    for repo, group in groupby(read_split(corpus, split), key=lambda r: r["repo"]):
        records = list(group)
        wanted = max(1, round(count * len(records) / total))
        sources = sources_of(rng.sample(records, min(len(records), wanted * 4)))
        if not sources:
            continue
        for _ in range(wanted):
            first = rng.randrange(len(sources))
            size = rng.choice((1, 1, 2, 3))
            files = [sources[(first + i) % len(sources)] for i in range(min(size, len(sources)))]
            turns: list[list[str]] = []
            for _ in range(rng.randrange(3, 9)):
                item = turn(files, others, rng)
                if item and item[0] not in [t[0] for t in turns]:
                    turns.append(item)
            if turns:
                yield {"repo": repo, "files": [{"path": f.path, "text": f.text} for f in files], "turns": turns}
        others = [s.name for f in rng.sample(sources, min(len(sources), 200)) for s in f.symbols]


def layout(task: Task, tokenizer: Tokenizer) -> tuple[list[int], list[float]]:
    """Ids and loss weights of one task with raw files."""
    ids, weights = [IDS[BOS]], [0.0]
    for file in task["files"]:  # type: ignore[attr-defined]
        piece = [IDS[FILE], *encode(tokenizer, header(file["path"])), *encode(tokenizer, file["text"])]
        ids += piece
        weights += [CONTEXT_WEIGHT] * len(piece)
    for asked, answer, _ in task["turns"]:  # type: ignore[attr-defined]
        piece = [IDS[USER], *encode(tokenizer, asked), IDS[ASSISTANT]]
        ids += piece
        weights += [QUESTION_WEIGHT] * len(piece)
        piece = [*encode(tokenizer, answer), IDS[END]]
        ids += piece
        weights += [ANSWER_WEIGHT] * len(piece)
    return ids, weights


def pack(path: Path, tokenizer: Tokenizer, out: Path) -> int:
    """{split}.jsonl -> {split}.npz; returns the number of tokens."""
    ids: list[int] = []
    weights: list[float] = []
    starts = [0]
    with path.open() as handle:
        for line in handle:
            a, b = layout(json.loads(line), tokenizer)
            ids += a
            weights += b
            starts.append(len(ids))
    temporary = out.with_name("tmp-" + out.name)
    np.savez(
        temporary,
        tokens=np.array(ids, dtype=np.uint16),
        weights=np.array(weights, dtype=np.float16),
        starts=np.array(starts),
    )
    temporary.rename(out)
    return len(ids)


@dataclass
class TaskSequences:
    """tokens: [n] uint16; weights: [n] float16 (loss weight of each id as a target); starts: [k + 1]."""

    tokens: np.ndarray
    weights: np.ndarray
    starts: np.ndarray
    rng: random.Random

    @classmethod
    def open(cls, folder: Path, split: str, rng: random.Random) -> TaskSequences:
        data = np.load(folder / f"{split}.npz")
        return cls(data["tokens"], data["weights"], data["starts"], rng)

    def sequence(self, length: int) -> tuple[list[int], np.ndarray]:
        """Whole tasks back to back, cut at `length` + 1 ids; weights are those of the targets."""
        ids: list[int] = []
        weights: list[float] = []
        while len(ids) <= length:
            i = self.rng.randrange(len(self.starts) - 1)
            a, b = self.starts[i], self.starts[i + 1]
            ids += self.tokens[a:b].tolist()
            weights += self.weights[a:b].tolist()
        return ids[: length + 1], np.array(weights[1 : length + 1], dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    arguments = parser.parse_args()
    tokenizer = load(arguments.tokenizer)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for split, count in (("test", 200), ("valid", 100), ("train", arguments.count)):
        path = arguments.out / f"{split}.jsonl"
        rng = random.Random(split)
        with path.open("w") as handle:
            made = 0
            for task in make(arguments.corpus, split, count, rng):
                handle.write(json.dumps(task, ensure_ascii=False) + "\n")
                made += 1
        tokens = pack(path, tokenizer, arguments.out / f"{split}.npz")
        print(f"{split}: {made} tasks, {tokens / 1e6:.2f}M tokens", flush=True)


if __name__ == "__main__":
    main()
