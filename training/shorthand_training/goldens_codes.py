"""A code for the slots of `bundle-tiny`'s encoder, in the export layout, with what it makes of some slots.

Called by `goldens`. Slots that lie about as near to a second centroid are left out: which one they get is up to the
order of additions.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from torch import Tensor

from .checkpoint import save_json, save_tensors
from .codebooks import write_slot_code
from .encoder import window_slots
from .export import read_compressor
from .tokenizer import encode, load
from .vector_codes import ProductCode, learn, normalised, projector_metric
from .windows import split_windows

BYTES, SLOTS = 16, 48
#: Of the squared distances to the two nearest centroids.
LEAST_MARGIN = 1e-3


def margins(code: ProductCode, x: Tensor) -> Tensor:
    """x: [n, d] -> by how much each one's closest call was decided [n]."""
    y = (normalised(x) @ code.forth).view(len(x), len(code.centroids), 1, -1)
    nearest = (y - code.centroids).pow(2).sum(-1).topk(2, largest=False).values
    return (nearest[..., 1] - nearest[..., 0]).amin(-1)


@torch.no_grad()
def write_codes(out: Path) -> None:
    folder = out / "slot-code-tiny"
    shutil.rmtree(folder, ignore_errors=True)
    c = read_compressor(out / "bundle-tiny")
    tokenizer = load(out / "bundle-tiny/tokenizer.json")
    sources = [p.read_text() for p in sorted(Path(__file__).parent.glob("*.py"))]
    windows = [encode(tokenizer, t)[: c.window] for s in sources for t in split_windows(tokenizer, s, c.window)]
    slots = torch.cat([window_slots(c.encoder, windows[i :: len(c.ratios)], r) for i, r in enumerate(c.ratios)])
    code = learn(slots, projector_metric(c.projector), BYTES).shipped()
    write_slot_code(code, folder)
    drawn = slots[torch.randperm(len(slots), generator=torch.Generator().manual_seed(6))[: 20 * SLOTS]]
    x = drawn[margins(code, drawn) > LEAST_MARGIN][:SLOTS]
    if len(x) < SLOTS:
        raise RuntimeError("too few slots that are decided clearly")
    expected = {"slots": x, "codes": code.encode(x).long(), "decoded": code(x)}
    save_tensors(folder / "expected.safetensors", expected)
    save_json(
        folder / "cases.json",
        {
            "slot-code/": "learnt on slots of bundle-tiny's encoder",
            "slots": "[n, d] before the projector",
            "codes": f"[n, {BYTES}] index of the nearest centroid of each part",
            "decoded": "[n, d] what the codes stand for",
            "tolerance": 1e-4,
        },
    )
