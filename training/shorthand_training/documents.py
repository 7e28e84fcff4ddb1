"""Sequences for the decoder: several files of one repository, headers first, a share in fill-in-the-middle form."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from .shards import Shard
from .template import BOS, END, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX, IDS


def fill_in_the_middle(ids: list[int], rng: random.Random) -> list[int]:
    """prefix-suffix-middle order of one span of tokens."""
    a, b = sorted((rng.randrange(len(ids) + 1), rng.randrange(len(ids) + 1)))
    b = min(b, a + 256)
    return [
        IDS[FIM_PREFIX], *ids[:a], IDS[FIM_SUFFIX], *ids[b:], IDS[FIM_MIDDLE], *ids[a:b], IDS[END]
    ]  # fmt: skip


@dataclass
class Documents:
    """Draws sequences of exactly `length` + 1 ids; a repository is drawn in proportion to its size."""

    shard: Shard
    fim_share: float
    rng: random.Random

    def __post_init__(self) -> None:
        self.ends = np.cumsum(self.shard.files[:, 3] - self.shard.files[:, 1])

    def span(self, index: int, room: int) -> list[int]:
        """Header and a run of at most `room` tokens of a file: mostly its start, otherwise a later part."""
        _, start, body, end = (int(v) for v in self.shard.files[index])
        size = end - body
        head = self.shard.tokens[start:body].tolist()
        limit = max(64, room - len(head))
        cut = 0
        if size > limit and self.rng.random() < 0.5:
            cut = self.rng.randrange(size - limit // 2)
        content = self.shard.tokens[body + cut : min(end, body + cut + limit)].tolist()
        if self.rng.random() < self.fim_share and len(content) > 16:
            content = fill_in_the_middle(content, self.rng)
        return head + content

    def sequence(self, length: int) -> list[int]:
        """<|endoftext|> and neighbouring files until full."""
        index = int(np.searchsorted(self.ends, self.rng.randrange(int(self.ends[-1])), side="right"))
        repository = self.shard.files[index, 0]
        ids = [IDS[BOS]]
        while len(ids) <= length:
            room = length + 1 - len(ids)
            if room > 512 and self.rng.random() < 0.6:
                room = self.rng.randrange(256, room)
            ids += self.span(index, room)
            index += self.rng.choice((1, 1, 1, 2, 3))
            if index >= len(self.shard.files) or self.shard.files[index, 0] != repository:
                index = int(np.searchsorted(self.ends, self.rng.randrange(int(self.ends[-1])), side="right"))
                repository = self.shard.files[index, 0]
                ids.append(IDS[BOS])
        return ids[: length + 1]
