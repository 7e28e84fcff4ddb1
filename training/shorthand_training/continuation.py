"""Negative log likelihood of what follows a context, by what the decoder reads of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .baselines import mean_pooled, skeleton, truncated
from .cases import RATIOS, Case
from .measurer import Measurer
from .metrics import bootstrap
from .pooling import slot_count
from .pruning import surprising_tokens, useful_blocks


def gap_closed(v: dict[str, float]) -> float:
    return (v["none"] - v["x"]) / (v["none"] - v["full"])


def table_of(
    nll: dict[str, list[float]], positions: dict[str, float], counts: list[int], size: int
) -> dict[str, dict[str, Any]]:
    """counts: tokens of each item's target; size: bytes of all targets."""
    table: dict[str, dict[str, Any]] = {}
    for name, values in nll.items():
        gap = bootstrap({"none": nll["none"], "full": nll["full"], "x": values}, gap_closed)
        mean, low, high = bootstrap({"x": values}, lambda v: v["x"])
        weighted = sum(v * n for v, n in zip(values, counts, strict=True))
        table[name] = {
            "nll": mean, "nll_interval": [low, high], "positions": positions[name],
            "gap_closed": gap[0], "gap_closed_interval": list(gap[1:]),
            "bits_per_byte": weighted / 0.693147 / size,
        }  # fmt: skip
    return table


def differences_of(nll: dict[str, list[float]], families: list[str]) -> dict[str, dict[str, Any]]:
    """What the right file's slots save against each other context at the same budget; and a family's against ours."""
    differences: dict[str, dict[str, Any]] = {}
    for prefix in ("", *(f"{f}_" for f in families)):
        for ratio in RATIOS:
            right = nll[f"{prefix}slots{ratio}"]
            pairs = {"none": nll["none"], f"wrong{ratio}": nll[f"{prefix}wrong{ratio}"]}
            if prefix:
                pairs[f"slots{ratio}"] = nll[f"slots{ratio}"]
            else:
                others = [f"{k}{ratio}" for k in ("sibling", "truncated", "blocks", "tokens", "mean", "skeleton")]
                pairs |= {k: nll[k] for k in others if k in nll}
            for name, values in pairs.items():
                d, low, high = bootstrap({"a": values, "b": right}, lambda v: v["a"] - v["b"])
                differences[f"{name} - {prefix}slots{ratio}"] = {"nll": d, "interval": [low, high]}
    for name in ("near", "near_wrong8") if "near" in nll else ():
        d, low, high = bootstrap({"a": nll[name], "b": nll["near_slots8"]}, lambda v: v["a"] - v["b"])
        differences[f"{name} - near_slots8"] = {"nll": d, "interval": [low, high]}
    return differences


def continuation(
    m: Measurer, cases: list[Case], families: dict[str, Measurer], baselines: bool = True
) -> dict[str, Any]:
    """Negative log likelihood of what follows, by kind of context.

    Without `baselines`: no context, full text, a wrong file's slots and the right ones alone.
    """
    targets = m.texts([c.target for c in cases])
    heads = [m.head(c.path) for c in cases]
    contexts = [m.texts(c.context) for c in cases]
    nll: dict[str, list[float]] = {}
    positions: dict[str, float] = {}

    def measure(name: str, middles: list[Tensor]) -> None:
        losses = m.losses([torch.cat((h, x)) for h, x in zip(heads, middles, strict=True)], targets)
        nll[name] = [float(v[0].mean()) for v in losses]
        positions[name] = sum(map(len, middles)) / len(middles)
        print(f"{name}: {sum(nll[name]) / len(nll[name]):.4f}", flush=True)

    made: dict[tuple[int, int, tuple[str, ...]], Tensor] = {}

    def slots(of: Measurer, texts: list[str], ratio: int) -> Tensor:
        """Made once: what is right for one case is wrong for another."""
        key = (id(of), ratio, tuple(texts))
        if key not in made:
            made[key] = of.slots(texts, ratio)
        return made[key]

    encoded = [m.windows(c.context) for c in cases]
    budgets = [[sum(slot_count(len(w), r) for w in c) + 1 for r in RATIOS] for c in encoded]
    pruned: dict[str, list[list[list[int]]]] = {}
    if baselines:
        pruned["tokens"] = [surprising_tokens(m, c, b) for c, b in zip(cases, budgets, strict=True)]
        pruned["blocks"] = [useful_blocks(m, c, b) for c, b in zip(cases, budgets, strict=True)]
    empty = heads[0][:0]
    measure("none", [empty] * len(cases))
    measure("full", [m.ids([t for w in c for t in w]) for c in contexts])
    for i, ratio in enumerate(RATIOS):
        budget = [b[i] for b in budgets]
        if baselines:
            measure(f"truncated{ratio}", [m.ids(truncated(c, n)) for c, n in zip(contexts, budget, strict=True)])
        if baselines and ratio < 16:
            kept = [skeleton(m.prompt.tokenizer, c.context, n) for c, n in zip(cases, budget, strict=True)]
            measure(f"skeleton{ratio}", [m.ids(k) for k in kept])
            measure(f"mean{ratio}", [torch.cat([mean_pooled(m.decoder, w, ratio) for w in c]) for c in contexts])
        for way, kept in pruned.items():
            measure(f"{way}{ratio}", [m.ids(k[i]) for k in kept])
        measure(f"wrong{ratio}", [slots(m, c.wrong, ratio) for c in cases])
        if baselines:
            measure(f"sibling{ratio}", [slots(m, c.sibling, ratio) for c in cases])
        measure(f"slots{ratio}", [slots(m, c.context, ratio) for c in cases])
    if baselines:
        nearest = [m.ids(c[-1]) for c in contexts]
        measure("near", nearest)
        for name, part in (("near_wrong", [c.wrong for c in cases]), ("near_slots", [c.context for c in cases])):
            rest = [m.slots(texts[:-1], 8) for texts in part]
            measure(f"{name}8", [torch.cat((s, x)) for s, x in zip(rest, nearest, strict=True)])
    for family, other in families.items():
        for ratio in RATIOS:
            measure(f"{family}_wrong{ratio}", [slots(other, c.wrong, ratio) for c in cases])
            measure(f"{family}_slots{ratio}", [slots(other, c.context, ratio) for c in cases])
    counts = [len(t) for t in targets]
    size = sum(len(c.target.encode()) for c in cases)
    return {
        "items": len(cases), "target_tokens": sum(counts),
        "context_tokens": sum(len(w) for c in contexts for w in c) / len(cases),
        "table": table_of(nll, positions, counts, size), "differences": differences_of(nll, list(families)),
        "per_item": nll,
    }  # fmt: skip
