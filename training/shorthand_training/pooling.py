"""ARC-Encoder's balanced grouping (kyutai-labs/ARC-Encoder, embedding_modules.py)."""

from __future__ import annotations

import torch
from torch import Tensor


def split_integer(n: int, ratio: int) -> list[int]:
    """Sizes of the groups of n tokens: `ratio` each, or balanced sizes when it does not divide."""
    if n % ratio == 0:
        return [ratio] * (n // ratio)
    groups = n // ratio + 1
    size, larger = divmod(n, groups)
    return [size + 1] * larger + [size] * (groups - larger)


def slot_count(n: int, ratio: int) -> int:
    return -(-n // ratio)


def pooling_matrix(lengths: list[int], ratio: int, width: int) -> Tensor:
    """[b, m, width]: row j of item b averages its j-th group; m is the largest slot count, other rows are zero."""
    m = max(slot_count(n, ratio) for n in lengths)
    matrix = torch.zeros(len(lengths), m, width)
    for b, n in enumerate(lengths):
        at = 0
        for j, size in enumerate(split_integer(n, ratio)):
            matrix[b, j, at : at + size] = 1 / size
            at += size
    return matrix
