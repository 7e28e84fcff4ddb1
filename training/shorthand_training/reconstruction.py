"""How much of a window comes back from its own slots."""

from __future__ import annotations

from typing import Any

import torch

from .cases import RATIOS, Case
from .generate import greedy_texts
from .identifiers import identifier_recall
from .measurer import Measurer
from .metrics import bleu4, edit_similarity, mean

#: Of greedy output, each (reference, guess) -> a figure.
WRITTEN = {"bleu4": bleu4, "edit_similarity": edit_similarity, "identifier_recall": identifier_recall}


def reconstruction(
    m: Measurer, cases: list[Case], greedy_items: int, families: dict[str, Measurer] | None = None
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Teacher-forced on all cases, greedy on the first of them, as long as the window.

    Figures, and what was written by kind of context. `families`: other encoders over the same decoder.
    """
    texts = [c.context[0] for c in cases]
    wanted = m.texts(texts)
    heads = [m.head(c.path) for c in cases]
    middles = {"none": [heads[0][:0]] * len(cases)}
    for prefix, of in {"": m, **{f"{name}_": other for name, other in (families or {}).items()}}.items():
        for ratio in RATIOS:
            middles[f"{prefix}slots{ratio}"] = [of.slots([t], ratio, "rec") for t in texts]
        middles[f"{prefix}wrong8"] = [of.slots([c.wrong[0]], 8, "rec") for c in cases]
    table: dict[str, Any] = {}
    written: dict[str, list[str]] = {}
    for name, middle in middles.items():
        prefixes = [torch.cat((h, x)) for h, x in zip(heads, middle, strict=True)]
        losses = m.losses(prefixes, wanted)
        table[name] = mean("token_accuracy", [float(v[1].mean()) for v in losses])
        table[name] |= mean("nll", [float(v[0].mean()) for v in losses])
        if greedy_items:
            limits = [len(w) for w in wanted[:greedy_items]]
            guesses = greedy_texts(m.decoder, m.prompt.tokenizer, prefixes[:greedy_items], limits, m.prompt.stop)
            written[name] = guesses
            for metric, of in WRITTEN.items():
                table[name] |= mean(metric, [of(t, g) for t, g in zip(texts, guesses, strict=False)])
        print(f"reconstruction {name}: {table[name]}", flush=True)
    return {"items": len(cases), "greedy_items": greedy_items, "table": table}, written
