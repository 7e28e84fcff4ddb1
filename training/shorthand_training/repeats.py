"""Decoding that is stuck: the last tokens are one block, over and over. The engine ends an answer there, too."""

from __future__ import annotations

LONGEST_BLOCK = 40  # two long lines of code
FEWEST_REPEATS = 6
FEWEST_TOKENS = 60


def repeated_tail(ids: list[int]) -> int:
    """How many ids to drop so that one copy of the block stays, 0 where nothing repeats itself.

    A block counts that stands there at least FEWEST_REPEATS times and over at least FEWEST_TOKENS ids.
    """
    for block in range(1, LONGEST_BLOCK + 1):
        span = max(FEWEST_REPEATS, -(-FEWEST_TOKENS // block)) * block
        if span <= len(ids) and ids[-span + block :] == ids[-span:-block]:
            return span - block
    return 0
