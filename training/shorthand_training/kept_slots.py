"""Slots in training as a cache will keep them, so that encoder and projector learn what survives the code.

A product code (`vector_codes.py`) is learnt from the latest slots, and anew as training moves them. The projector sees
coded slots, gradients pass as if they were not (straight through), and slots are drawn to their centroids
(van den Oord et al., 2017, equation 3). The code that ships is learnt afterwards (`codebooks`).
"""

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor

from .projector import Projector
from .vector_codes import ProductCode, learn, normalised, projector_metric

#: Slots that a code is learnt from, at least and at most, and batches from one code to the next.
FEWEST, MOST, LEARN_EVERY = 8192, 20480, 150
ROUNDS = 6


class KeptSlots:
    """Until it has seen enough slots it changes nothing."""

    def __init__(self, projector: Projector, size: int, commitment: float) -> None:
        """size: bytes a slot; commitment: the weight of `distance` in the loss."""
        self.projector, self.size, self.commitment = projector, size, commitment
        self.code: ProductCode | None = None
        self.latest: deque[Tensor] = deque()
        self.since = 0
        #: Of the last batch: mean squared distance from the centroids, as the projector sees it (slots: 1).
        self.distance = torch.zeros(())

    def see(self, slots: Tensor) -> None:
        """slots: [n, d] of a batch. Learns a code when it is time to."""
        self.latest.append(slots.detach().float().cpu())
        while sum(map(len, self.latest)) - len(self.latest[0]) > MOST:
            self.latest.popleft()
        self.since += 1
        enough = sum(map(len, self.latest)) >= FEWEST
        if enough and (self.code is None or self.since >= LEARN_EVERY):
            metric = projector_metric(self.projector).cpu()
            self.code = learn(torch.cat(list(self.latest)), metric, self.size, ROUNDS).shipped().to(slots.device)
            self.since = 0

    def __call__(self, slots: Tensor) -> Tensor:
        """slots: [n, d] -> what the code keeps of them, with the gradient of all of them. Learns only in training."""
        if torch.is_grad_enabled():
            self.see(slots)
        if self.code is None:
            return slots
        with torch.autocast(slots.device.type, enabled=False):
            x = normalised(slots.float())
            there = x @ self.code.forth
            centres = self.code.centroids_of(self.code.nearest_of(there))
            self.distance = (there - centres).pow(2).mean()
            return x + (centres @ self.code.back - x).detach()
