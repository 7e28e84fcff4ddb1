"""Tasks as the decoder reads them: token ids with loss weights (answers count most)."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from .template import ASSISTANT, BOS, END, FILE, IDS, USER, header
from .tokenizer import encode

CONTEXT_WEIGHT, QUESTION_WEIGHT, ANSWER_WEIGHT = 1.0, 0.2, 3.0

#: {repo, files: [{path, text}], completion?: {path, before, line, name, needs},
#: turns: [[question, answer, kind, subject]]}
Task = dict[str, Any]


def layout(task: Task, tokenizer: Tokenizer) -> tuple[list[int], list[float]]:
    """Ids and loss weights of one task with raw files: files, the open file and its next line, turns."""
    ids, weights = [IDS[BOS]], [0.0]

    def add(piece: list[int], weight: float) -> None:
        ids.extend(piece)
        weights.extend([weight] * len(piece))

    for file in task["files"]:
        add([IDS[FILE], *encode(tokenizer, header(file["path"])), *encode(tokenizer, file["text"])], CONTEXT_WEIGHT)
    if completion := task.get("completion"):
        head = [IDS[FILE], *encode(tokenizer, header(completion["path"]))]
        add([*head, *encode(tokenizer, completion["before"])], CONTEXT_WEIGHT)
        add(encode(tokenizer, completion["line"]), ANSWER_WEIGHT)
    for asked, answer, *_ in task["turns"]:
        add([IDS[USER], *encode(tokenizer, asked), IDS[ASSISTANT]], QUESTION_WEIGHT)
        add([*encode(tokenizer, answer), IDS[END]], ANSWER_WEIGHT)
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
