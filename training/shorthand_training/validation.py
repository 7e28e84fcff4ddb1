"""What a compressor in training is worth on fixed held-out items."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .assembly import lay_out, project_windows, splice, to_device
from .decoder import autocast
from .encoder import Encoder
from .items import Item, Slots, raw
from .kept_slots import KeptSlots
from .pairing import Pairing
from .projector import Projector
from .reader import Reader, token_losses


@dataclass(frozen=True)
class Watched:
    """Held-out items, the same in every run."""

    continuations: list[Item]
    reconstructions: list[Item]
    #: None where there is no task data.
    tasks: list[Item]
    #: Such whose files stand among as many others as training has at most; none where there are no others.
    crowded: list[Item]


@torch.no_grad()
def item_losses(
    decoder: Reader, encoder: Encoder, projector: Projector, items: list[Item], ratio: int, batch: int = 8,
    kept: KeptSlots | None = None,
) -> list[float]:  # fmt: skip
    """Mean negative log likelihood of each item's counted tokens."""
    values: list[float] = []
    for i in range(0, len(items), batch):
        part = items[i : i + batch]
        laid = to_device(lay_out(part, ratio, encoder.slots_of, 1), decoder.device)
        rows, m = project_windows(encoder, projector, laid.windows, ratio, None, kept)
        hidden, _ = decoder.hidden(splice(decoder, laid, rows, m))
        losses = token_losses(decoder, hidden.flatten(0, 1)[laid.positions], laid.targets).cpu()
        sums = torch.zeros(len(part)).index_add(0, laid.owners.cpu(), losses)
        counts = torch.zeros(len(part)).index_add(0, laid.owners.cpu(), torch.ones_like(losses))
        values += (sums / counts).tolist()
    return values


def without_slots(item: Item) -> Item:
    return [p for p in item if not isinstance(p, Slots)]


def with_windows_of(item: Item, other: Item) -> Item:
    """The item with another item's windows, cut or repeated to as many tokens."""
    theirs = [t for p in other if isinstance(p, Slots) for w in p.windows for t in w]
    pieces: Item = []
    for piece in item:
        if isinstance(piece, Slots):
            need = sum(map(len, piece.windows))
            pool = (theirs * (need // len(theirs) + 1))[:need]
            cut, windows = 0, []
            for w in piece.windows:
                windows.append(pool[cut : cut + len(w)])
                cut += len(w)
            pieces.append(Slots(windows, piece.special))
        else:
            pieces.append(piece)
    return pieces


def validate(pairing: Pairing, watched: Watched) -> dict[str, float]:
    """Means on fixed validation items: none, full, right and wrong slots; reconstruction and answers likewise."""
    p = pairing
    p.encoder.eval()
    items, rec, tasks = watched.continuations, watched.reconstructions, watched.tasks

    def mean(chosen: list[Item], ratio: int) -> float:
        with autocast(p.decoder.device):
            values = item_losses(p.decoder, p.encoder, p.projector, chosen, ratio, kept=p.kept)
        return round(sum(values) / len(values), 4)

    wrong = [with_windows_of(a, items[(i + len(items) // 2) % len(items)]) for i, a in enumerate(items)]
    result = {
        "none": mean([without_slots(i) for i in items], 8),
        "full": mean([raw(i) for i in items], 8),
        "slots4": mean(items, 4),
        "slots8": mean(items, 8),
        "wrong8": mean(wrong, 8),
        "rec_none": mean([without_slots(i) for i in rec], 4),
        "rec4": mean(rec, 4),
        "rec8": mean(rec, 8),
    }
    if tasks:
        result |= {
            "ask_none": mean([without_slots(i) for i in tasks], 8),
            "ask_full": mean([raw(i) for i in tasks], 8),
            "ask4": mean(tasks, 4),
            "ask8": mean(tasks, 8),
        }
    if watched.crowded:
        result["crowd8"] = mean(watched.crowded, 8)
    p.encoder.train()
    return result
