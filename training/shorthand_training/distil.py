"""The compressor's loss: cross entropy, and the frozen decoder's own predictions from the raw text as soft targets.

The decoder that reads slots should predict what it predicts when it reads the text. Its whole distribution says more
a token than the one token that came, which matters most where training is short.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .assembly import Batch
from .items import Item, Slots
from .reader import Reader


def is_distilled(item: Item) -> bool:
    """Reconstruction has no raw-text reader to learn from: the text itself would stand before it."""
    return not any(isinstance(p, Slots) and p.special == "rec" for p in item)


@torch.no_grad()
def teacher_states(decoder: Reader, laid: Batch) -> Tensor:
    """laid: the raw forms of a batch's distilled items -> final states [k, d] at their counted positions."""
    hidden, _ = decoder.hidden(decoder.embed(laid.ids))
    return hidden.flatten(0, 1)[laid.positions]


def distilled_rows(batch: Batch, items: list[Item]) -> Tensor:
    """Rows of the batch's counted positions that belong to distilled items, in the teacher's order."""
    chosen = torch.tensor([is_distilled(i) for i in items], device=batch.owners.device)
    return chosen[batch.owners].nonzero()[:, 0]


def mixed_loss(
    decoder: Reader, embeds: Tensor, positions: Tensor, targets: Tensor, weights: Tensor,
    rows: Tensor, teacher: Tensor, share: float,
) -> Tensor:  # fmt: skip
    """embeds: [b, n, d]; positions, targets, weights: [k]; rows: [t] of the k; teacher: [t, d] -> scalar.

    (1 - share) * cross entropy against the text + share * cross entropy against the teacher's distribution, the
    second at distilled positions only; elsewhere cross entropy alone.
    """
    hidden, _ = decoder.hidden(embeds)
    logits = torch.log_softmax(decoder.logits(hidden.flatten(0, 1)[positions]).float(), -1)
    losses = -logits.gather(1, targets[:, None])[:, 0]
    with torch.no_grad():
        wanted = torch.softmax(decoder.logits(teacher).float(), -1)
    soft = -(wanted * logits[rows]).sum(-1)
    losses = losses.index_add(0, rows, share * (soft - losses[rows]))
    return (losses * weights).sum() / weights.sum()
