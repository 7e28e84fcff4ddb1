"""Cross entropy of a linear head, with the gradients taken while the logits are still in the processor's cache.

A head over 16,384 words makes far more numbers than the layers under it: kept whole, in float32 and once more as their
gradient, they cost more time in memory than the products that make them. A few rows at a time they stay in the cache.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

#: Logits that are held at a time: 16 MiB of float32 on a processor, more where launches cost more than memory.
CPU_LOGITS, DEVICE_LOGITS = 1 << 22, 1 << 27


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, table: Tensor, targets: Tensor, weights: Tensor, learning: bool) -> Tensor:
        device = hidden.device.type
        dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else hidden.dtype
        states, head = hidden.to(dtype), table.to(dtype)
        to_hidden = torch.empty_like(states) if learning and ctx.needs_input_grad[0] else None
        to_table = torch.zeros_like(head, dtype=torch.float32) if learning and ctx.needs_input_grad[1] else None
        rows = max(1, (CPU_LOGITS if device == "cpu" else DEVICE_LOGITS) // len(head))
        narrow = torch.empty(min(rows, len(states)), len(head), dtype=dtype, device=hidden.device)
        wide = torch.empty_like(narrow, dtype=torch.float32)
        total = torch.zeros((), device=hidden.device)
        for i in range(0, len(states), rows):
            part, target, weight = states[i : i + rows], targets[i : i + rows, None], weights[i : i + rows, None]
            n = len(part)
            logits, p = torch.mm(part, head.T, out=narrow[:n]), wide[:n]
            p.copy_(logits)
            wanted = p.gather(1, target)
            largest = p.amax(-1, keepdim=True)
            mass = p.sub_(largest).exp_().sum(-1, keepdim=True)
            total += ((mass.log() + largest - wanted) * weight).sum()
            if to_hidden is None and to_table is None:
                continue
            # softmax - one hot, weighted: the gradient of the logits
            p.mul_(weight / mass).scatter_add_(1, target, -weight)
            logits.copy_(p)
            if to_hidden is not None:
                torch.mm(logits, head, out=to_hidden[i : i + n])
            if to_table is not None:
                to_table += logits.T @ part
        ctx.kinds = hidden.dtype, table.dtype
        ctx.save_for_backward(to_hidden, to_table)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        scaled = [
            None if g is None else (g * gradient).to(kind) for g, kind in zip(ctx.saved_tensors, ctx.kinds, strict=True)
        ]
        return *scaled, None, None, None


@torch.compiler.disable
def linear_cross_entropy(hidden: Tensor, table: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """hidden: [k, d], table: [vocab, d], targets and weights: [k] -> weighted mean of the cross entropy, float32.

    Products are made in autocast's type where it is on. The gradient is taken once: no second derivatives.
    """
    shares = weights.float() / weights.sum()
    return _LinearCrossEntropy.apply(hidden, table, targets, shares, torch.is_grad_enabled())
