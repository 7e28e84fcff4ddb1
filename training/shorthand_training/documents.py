"""Sequences for the decoder: several files of one repository, headers first, a share in fill-in-the-middle form.

Where `again_share` says so, a part of a file stands once more behind it. Whoever reads slots or a question about a file
has to find something in its context and say it again, and ordinary files ask for that seldom.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from .shards import Shard
from .template import BOS, END, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX, IDS

#: Tokens of a part that stands in a sequence again.
AGAIN_MIN, AGAIN_MAX = 24, 256


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
    again_share: float = 0.0

    def __post_init__(self) -> None:
        self.ends = np.cumsum(self.shard.files[:, 3] - self.shard.files[:, 1])

    def span(self, index: int, room: int) -> tuple[list[int], list[int]]:
        """Header and a run of at most `room` tokens of a file: mostly its start, otherwise a later part."""
        _, start, body, end = (int(v) for v in self.shard.files[index])
        size = end - body
        head = self.shard.tokens[start:body].tolist()
        limit = max(64, room - len(head))
        cut = 0
        if size > limit and self.rng.random() < 0.5:
            cut = self.rng.randrange(size - limit // 2)
        return head, self.shard.tokens[body + cut : min(end, body + cut + limit)].tolist()

    def again(self, content: list[int]) -> list[int]:
        """A part of what was just read, long enough to tell that it is read again."""
        start = self.rng.randrange(len(content) - AGAIN_MIN + 1)
        return content[start : start + self.rng.randrange(AGAIN_MIN, AGAIN_MAX + 1)]

    def sequence(self, length: int) -> list[int]:
        """<|endoftext|> and neighbouring files until full."""
        index = int(np.searchsorted(self.ends, self.rng.randrange(int(self.ends[-1])), side="right"))
        repository = self.shard.files[index, 0]
        ids = [IDS[BOS]]
        while len(ids) <= length:
            room = length + 1 - len(ids)
            if room > 512 and self.rng.random() < 0.6:
                room = self.rng.randrange(256, room)
            repeats = self.again_share > 0 and room > 4 * AGAIN_MIN and self.rng.random() < self.again_share
            if repeats:
                room = self.rng.randrange(room // 3, room * 2 // 3)
            head, content = self.span(index, room)
            if repeats and len(content) >= AGAIN_MIN:
                ids += head + content + head + self.again(content)
            elif self.rng.random() < self.fim_share and len(content) > 16:
                ids += head + fill_in_the_middle(content, self.rng)
            else:
                ids += head + content
            index += self.rng.choice((1, 1, 1, 2, 3))
            if index >= len(self.shard.files) or self.shard.files[index, 0] != repository:
                index = int(np.searchsorted(self.ends, self.rng.randrange(int(self.ends[-1])), side="right"))
                repository = self.shard.files[index, 0]
                ids.append(IDS[BOS])
        return ids[: length + 1]
