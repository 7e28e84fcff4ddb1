"""Task sequences (files, then questions with exact answers) for the last part of decoder training."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np


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
