"""Greedy decoding of several prompts of embeddings at once (left-padded)."""

from __future__ import annotations

import torch
from torch import Tensor

from .reader import Reader


@torch.no_grad()
def greedy(decoder: Reader, prompts: list[Tensor], limits: list[int], stop: set[int]) -> list[list[int]]:
    """prompts: [n_i, d] each -> new ids of each, without the stop token, at most limits[i]."""
    b, longest = len(prompts), max(len(p) for p in prompts)
    device = prompts[0].device
    embeds = prompts[0].new_zeros(b, longest, prompts[0].shape[1])
    pad = torch.tensor([longest - len(p) for p in prompts], device=device)
    for row, p in zip(embeds, prompts, strict=True):
        row[longest - len(p) :] = p
    places = torch.arange(longest, device=device)
    real = places[None] >= pad[:, None]
    causal = places[None, :] <= places[:, None]
    own = torch.eye(longest, dtype=torch.bool, device=device)
    mask = (causal[None] & real[:, None, :]) | own[None]
    positions = (places[None] - pad[:, None]).clamp_min(0)
    hidden, cache = decoder.hidden(embeds, mask[:, None], None, positions)
    out: list[list[int]] = [[] for _ in range(b)]
    done = [limit <= 0 for limit in limits]
    last = hidden[:, -1]
    for step in range(max(limits)):
        ids = decoder.logits(last).argmax(-1)
        for i, token in enumerate(ids.tolist()):
            if done[i]:
                continue
            if token in stop:
                done[i] = True
                continue
            out[i].append(token)
            done[i] = len(out[i]) >= limits[i]
        if all(done):
            break
        real = torch.cat((real, real.new_ones(b, 1)), 1)
        positions = (longest + step - pad)[:, None]
        hidden, cache = decoder.hidden(decoder.embed(ids)[:, None], real[:, None, None, :], cache, positions)
        last = hidden[:, -1]
    return out
