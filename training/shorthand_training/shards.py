"""Token shards: every file of a split as `<|file|>path\\n` + content ids, files of a repository side by side.

python -m shorthand_training.shards --corpus CORPUS --tokenizer RUN/tokenizer.json --out RUN/shards

{split}.tokens.npy: uint16 ids; {split}.files.npy: int64 [files, 4] = repository number, first id of the file, first
id of its content, end.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .corpus import read_split
from .template import FILE, IDS, header
from .tokenizer import load


@dataclass
class Shard:
    """tokens: [n] uint16; files: [f, 4] int64."""

    tokens: np.ndarray
    files: np.ndarray

    @classmethod
    def open(cls, folder: Path, split: str) -> Shard:
        return cls(np.load(folder / f"{split}.tokens.npy", mmap_mode="r"), np.load(folder / f"{split}.files.npy"))


def build(corpus: Path, split: str, tokenizer: Tokenizer, out: Path, chunk: int = 512) -> Shard:
    """Tokenise one split and write it."""
    parts: list[np.ndarray] = []
    rows: list[tuple[int, int, int, int]] = []
    repositories: dict[str, int] = {}
    at = 0
    batch: list[dict[str, str]] = []

    def flush() -> None:
        nonlocal at
        heads = tokenizer.encode_batch_fast([header(r["path"]) for r in batch], add_special_tokens=False)
        bodies = tokenizer.encode_batch_fast([r["text"] for r in batch], add_special_tokens=False)
        for record, head, body in zip(batch, heads, bodies, strict=True):
            ids = [IDS[FILE], *head.ids, *body.ids]
            repository = repositories.setdefault(record["repo"], len(repositories))
            rows.append((repository, at, at + 1 + len(head.ids), at + len(ids)))
            parts.append(np.array(ids, dtype=np.uint16))
            at += len(ids)
        batch.clear()

    for record in read_split(corpus, split):
        batch.append(record)
        if len(batch) == chunk:
            flush()
    flush()
    shard = Shard(np.concatenate(parts), np.array(rows, dtype=np.int64))
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / f"{split}.tokens.npy", shard.tokens)
    np.save(out / f"{split}.files.npy", shard.files)
    print(f"{split}: {len(shard.files)} files, {len(shard.tokens) / 1e6:.2f}M tokens", flush=True)
    return shard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    tokenizer = load(arguments.tokenizer)
    for split in ("valid", "test", "train"):
        build(arguments.corpus, split, tokenizer, arguments.out)


if __name__ == "__main__":
    main()
