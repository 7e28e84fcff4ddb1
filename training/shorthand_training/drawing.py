"""Batches for whatever reads slots: which items, and at which ratio."""

from __future__ import annotations

import random

from .assembly import Batch, lay_out
from .config import CompressorTraining
from .encoder import Encoder
from .items import Item, Items


def draw_items(items: Items, settings: CompressorTraining, rng: random.Random, progress: float) -> list[Item]:
    """A batch of tasks, or one of the other kinds mixed."""
    if items.tasks and rng.random() < settings.task_share:
        return [items.task() for _ in range(max(1, settings.batch // 2))]
    first, last = settings.reconstruction_shares
    reconstruction_share = first + (last - first) * progress
    batch: list[Item] = []
    for _ in range(settings.batch):
        if rng.random() < reconstruction_share:
            batch.append(items.reconstruction())
        elif rng.random() < settings.neighbour_share:
            batch.append(items.neighbours(settings.context_windows))
        else:
            batch.append(items.continuation(settings.context_windows, settings.between_share))
    return batch


def draw_ratio(settings: CompressorTraining, rng: random.Random, progress: float, finest: int) -> int:
    """`finest`: what the encoder can do at all."""
    now = next((r for r in settings.curriculum if progress < r.until), None)
    ratios, weights = (now.ratios, now.weights) if now else (settings.ratios, settings.ratio_weights)
    possible = [(r, w) for r, w in zip(ratios, weights, strict=True) if r >= finest]
    return rng.choices([r for r, _ in possible], [w for _, w in possible])[0] if possible else finest


def draw(items: Items, settings: CompressorTraining, encoder: Encoder, rng: random.Random, progress: float) -> Batch:
    """One ratio a batch."""
    ratio = draw_ratio(settings, rng, progress, encoder.finest_ratio)
    return lay_out(draw_items(items, settings, rng, progress), ratio, encoder.slots_of)
