"""From items to the decoder's input: embeddings with slots spliced in, and the positions that carry loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .encoder import Encoder
from .items import Item, Slots
from .loss import linear_cross_entropy
from .projector import Projector
from .reader import Reader


@dataclass
class Batch:
    """ids: [b, n]; slot_to: [s] flat places in [b * n]; slot_from: [s, 2] window and slot;
    positions: [k] flat places that predict targets: [k]; weights: [k]; owners: [k] item number."""

    ids: Tensor
    slot_to: Tensor
    slot_from: Tensor
    positions: Tensor
    targets: Tensor
    weights: Tensor
    owners: Tensor
    windows: list[list[int]]
    ratio: int


def lay_out(items: list[Item], ratio: int, slots_of: Callable[[int, int], int], multiple: int = 64) -> Batch:
    """Lay items out as rows padded to a multiple of `multiple`; a window that several items have is there once.

    `slots_of(window length, ratio)` is the encoder's slot count. A slot is named by [window, slot]; the special
    vectors by [-1, 0] (cont) and [-1, 1] (rec).
    """
    rows: list[list[int]] = []
    slot_to: list[tuple[int, int]] = []
    slot_from: list[tuple[int, int]] = []
    marks: list[tuple[int, int, int, float]] = []
    windows: list[list[int]] = []
    known: dict[tuple[int, ...], int] = {}
    for b, item in enumerate(items):
        row: list[int] = []
        for piece in item:
            if isinstance(piece, Slots):
                for window in piece.windows:
                    number = known.setdefault(tuple(window), len(windows))
                    if number == len(windows):
                        windows.append(window)
                    for j in range(slots_of(len(window), ratio)):
                        slot_to.append((b, len(row)))
                        slot_from.append((number, j))
                        row.append(0)
                slot_to.append((b, len(row)))
                slot_from.append((-1, 0 if piece.special == "cont" else 1))
                row.append(0)
            else:
                if piece.weight > 0:
                    marks += [(b, len(row) + i - 1, t, piece.weight) for i, t in enumerate(piece.ids)]
                row += piece.ids
        rows.append(row)
    n = -(-max(map(len, rows)) // multiple) * multiple
    ids = torch.zeros(len(rows), n, dtype=torch.long)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row)] = torch.tensor(row)
    return Batch(
        ids,
        torch.tensor([b * n + i for b, i in slot_to], dtype=torch.long),
        torch.tensor(slot_from, dtype=torch.long).view(-1, 2),
        torch.tensor([b * n + i for b, i, _, _ in marks]),
        torch.tensor([t for _, _, t, _ in marks]),
        torch.tensor([w for _, _, _, w in marks]),
        torch.tensor([b for b, _, _, _ in marks]),
        windows,
        ratio,
    )


def project_windows(
    encoder: Encoder, projector: Projector, windows: list[list[int]], ratio: int, width: int | None = None,
    keep: Callable[[Tensor], Tensor] | None = None,
) -> tuple[Tensor, int]:  # fmt: skip
    """-> rows [windows * m + 2, d_dec]: all slots, then cont, then rec; and m.

    `keep` gets the slots that are no padding, [n, d_enc], and says what is left of them before they are projected.
    """
    special = torch.cat((encoder.cont_tok.weight, encoder.rec_tok.weight))
    if not windows:
        return projector(special), 0
    slots, counts = encoder.encode(windows, ratio, width)
    m = slots.shape[1]
    if keep:
        real = torch.arange(m, device=slots.device)[None] < torch.tensor(counts, device=slots.device)[:, None]
        kept = keep(slots[real])
        slots = slots.to(kept.dtype).masked_scatter(real[..., None], kept)
    return projector(torch.cat((slots.flatten(0, 1).to(special.dtype), special))), m


def splice(decoder: Reader, batch: Batch, rows: Tensor, m: int) -> Tensor:
    """-> inputs_embeds [b, n, d]."""
    embeds = decoder.embed(batch.ids)
    if not len(batch.slot_to):
        return embeds
    total = len(rows) - 2
    window, j = batch.slot_from[:, 0], batch.slot_from[:, 1]
    index = torch.where(window >= 0, window * m + j, total + j)
    flat = embeds.flatten(0, 1).index_copy(0, batch.slot_to, rows[index].to(embeds.dtype))
    return flat.view_as(embeds)


def counted_loss(decoder: Reader, embeds: Tensor, positions: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """embeds: [b, n, d]; positions, targets, weights: [k] -> weighted mean cross entropy at the counted positions."""
    hidden, _ = decoder.hidden(embeds)
    return linear_cross_entropy(hidden.flatten(0, 1)[positions], decoder.head_table, targets, weights)


def to_device(batch: Batch, device: torch.device) -> Batch:
    for name in ("ids", "slot_to", "slot_from", "positions", "targets", "weights", "owners"):
        setattr(batch, name, getattr(batch, name).to(device))
    return batch
