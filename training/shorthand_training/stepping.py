"""What every training loop does with its optimisers: rates before a step, the step after the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.optim import Optimizer

#: Gradients are cut to this norm.
CLIP = 1.0


def set_rates(optimisers: Sequence[Optimizer], full: Sequence[Sequence[float]], factor: float) -> None:
    """`full`: the learning rate of every group of every optimiser, before `factor`."""
    for optimiser, rates in zip(optimisers, full, strict=True):
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * factor


def take_step(optimisers: Sequence[Optimizer], clipped: Iterable[Tensor]) -> None:
    """Gradients of `clipped` are cut together; afterwards no gradient is left."""
    torch.nn.utils.clip_grad_norm_(clipped, CLIP)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
