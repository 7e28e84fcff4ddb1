"""Greedy decoding of several prompts of embeddings at once (left-padded)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .reader import Reader
from .repeats import repeated_tail

MOST_POSITIONS = 8192  # of one batch's prompts, padding counted: attention masks grow with the square of a row
MOST_PROMPTS = 16


@torch.no_grad()
def greedy(
    decoder: Reader, prompts: list[Tensor], limits: list[int], stop: set[int],
    enough: Callable[[list[int]], bool] | None = None,
) -> list[list[int]]:  # fmt: skip
    """prompts: [n_i, d] each -> new ids of each, without the stop token, at most limits[i].

    A row also ends where `enough` of its ids says so, and where it only repeats itself (the repeats are dropped).
    """
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
            repeats = repeated_tail(out[i])
            done[i] = len(out[i]) >= limits[i] or repeats > 0 or (enough is not None and enough(out[i]))
            out[i] = out[i][: len(out[i]) - repeats]
        if all(done):
            break
        real = torch.cat((real, real.new_ones(b, 1)), 1)
        positions = (longest + step - pad)[:, None]
        hidden, cache = decoder.hidden(decoder.embed(ids)[:, None], real[:, None, None, :], cache, positions)
        last = hidden[:, -1]
    return out


def greedy_texts(
    decoder: Reader, tokenizer: Tokenizer, prompts: list[Tensor], limits: list[int], stop: set[int],
    enough: Callable[[str], bool] | None = None,
) -> list[str]:  # fmt: skip
    """`greedy` for any number of prompts, those of about the same length together; in the order of the prompts."""

    def written(ids: list[int]) -> bool:
        return enough is not None and enough(tokenizer.decode(ids))

    texts = [""] * len(prompts)
    order = sorted(range(len(prompts)), key=lambda i: -len(prompts[i]))
    while order:
        count = max(1, min(MOST_PROMPTS, MOST_POSITIONS // len(prompts[order[0]])))
        chosen, order = order[:count], order[count:]
        ids = greedy(decoder, [prompts[i] for i in chosen], [limits[i] for i in chosen], stop, written)
        for i, new in zip(chosen, ids, strict=True):
            texts[i] = tokenizer.decode(new)
    return texts
