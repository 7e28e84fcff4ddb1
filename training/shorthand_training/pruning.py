"""Hard pruning: which tokens of a context to keep raw, chosen by the decoder's own perplexities.

`tokens` keeps the most surprising tokens (Selective Context, LLMLingua: self-information under a small model; the
classifier of LLMLingua-2 is learnt from a large model's deletions, which are not to be had here). `blocks` follows
LongCodeZip (2510.00446): blocks end where a line's perplexity jumps, a block is worth what it takes off the perplexity
of the lines before the cursor, and a knapsack fills the budget. Both keep the context's order.
"""

from __future__ import annotations

import torch

from .cases import Case
from .measurer import Measurer

QUERY_TOKENS = 24
SPIKE = 1.0  # standard deviations of the lines' mean loss above their mean: a block begins here


def most_surprising(ids: list[int], losses: list[float], budget: int) -> list[int]:
    """The `budget` ids of the highest loss, in order."""
    best = sorted(range(len(ids)), key=lambda i: -losses[i])[:budget]
    return [ids[i] for i in sorted(best)]


def knapsack(weights: list[int], values: list[float], budget: int) -> list[int]:
    """Indices, ascending, of the most valuable choice that fits; what is worth nothing stays out."""
    best: list[tuple[float, list[int]]] = [(0.0, [])] * (budget + 1)
    for i, (weight, value) in enumerate(zip(weights, values, strict=True)):
        if value <= 0:
            continue
        for room in range(budget, weight - 1, -1):
            with_it = best[room - weight][0] + value
            if with_it > best[room][0]:
                best[room] = (with_it, [*best[room - weight][1], i])
    return best[budget][1]


def lines_of(m: Measurer, texts: list[str]) -> list[list[int]]:
    """Ids of each line that is not blank."""
    lines = [line for text in texts for line in text.splitlines(keepends=True) if line.strip()]
    return [m.prompt.text(line) for line in lines]


def blocks_of(lines: list[list[int]], surprise: list[float], most: int) -> list[list[int]]:
    """Lines joined until one spikes above its neighbours or the block would pass `most` tokens."""
    values = torch.tensor(surprise)
    limit = float(values.mean() + SPIKE * values.std(unbiased=False))
    blocks: list[list[int]] = []
    for i, line in enumerate(lines):
        spike = surprise[i] >= limit and surprise[i] >= max(surprise[max(0, i - 1) : i + 2])
        if not blocks or spike or len(blocks[-1]) + len(line) > most:
            blocks.append([])
        blocks[-1] = blocks[-1] + line
    return blocks


def surprising_tokens(m: Measurer, case: Case, budgets: list[int]) -> list[list[int]]:
    """Kept ids for each budget."""
    ids = [t for w in m.texts(case.context) for t in w]
    losses = m.losses([m.head(case.path)], [ids])[0][0].tolist()
    return [most_surprising(ids, losses, budget) for budget in budgets]


def useful_blocks(m: Measurer, case: Case, budgets: list[int]) -> list[list[int]]:
    """Kept ids for each budget: blocks that help to predict the last lines, then the end of those lines."""
    flat = [t for w in m.texts(case.context) for t in w]
    query = flat[-QUERY_TOKENS:]
    lines = lines_of(m, case.context)
    head = m.head(case.path)
    together = [t for line in lines for t in line]
    losses = m.losses([head], [together])[0][0].tolist()
    surprise, at = [], 0
    for line in lines:
        surprise.append(sum(losses[at : at + len(line)]) / len(line))
        at += len(line)
    alone = float(m.losses([head], [query])[0][0].sum())
    kept: list[list[int]] = []
    for budget in budgets:
        last = query[-(budget // 2) :]
        blocks = blocks_of(lines, surprise, max(8, (budget - len(last)) // 2))
        prefixes = [torch.cat((head, m.ids(b))) for b in blocks]
        behind = m.losses(prefixes, [query] * len(blocks), batch=16)
        drops = [alone - float(v[0].sum()) for v in behind]
        chosen = knapsack([len(b) for b in blocks], drops, budget - len(last))
        kept.append([t for i in chosen for t in blocks[i]] + last)
    return kept
