"""A bottleneck for slots: of the slot space only the principal axes that the projector tells apart best.

What a narrower slot would keep, without training one: a slot is normalised, measured as the projector's first matrix
sees it (`projector_metric`) and cut to its first `rank` principal axes, each value a float16.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .vector_codes import normalised


@dataclass
class Bottleneck:
    """forth: [d, rank]; back: [rank, d]; mean: [d], of normalised slots."""

    forth: Tensor
    back: Tensor
    mean: Tensor

    def encode(self, x: Tensor) -> Tensor:
        """x: [n, d] -> [n, rank] float16."""
        return ((normalised(x) - self.mean) @ self.forth).half()

    def decode(self, values: Tensor) -> Tensor:
        """-> [n, d], at a root mean square near 1."""
        return values.float() @ self.back + self.mean

    def __call__(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def fit_bottleneck(x: Tensor, metric: Tensor, rank: int) -> Bottleneck:
    """x: [n, d], slots of training windows; metric: [d, d], see `projector_metric`."""
    unit = normalised(x)
    seen = unit @ metric
    _, axes = torch.linalg.eigh(torch.cov((seen - seen.mean(0)).T))
    kept = axes[:, -rank:]
    return Bottleneck(metric @ kept, kept.T @ torch.linalg.inv(metric), unit.mean(0))
