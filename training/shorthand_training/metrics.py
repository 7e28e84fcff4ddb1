"""Text metrics and paired bootstrap intervals."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_TOKEN = re.compile(r"\w+|[^\w\s]")


def code_tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def bleu4(reference: str, guess: str) -> float:
    """Sentence BLEU-4 on code tokens, add-one smoothing above unigrams; 0..100."""
    r, g = code_tokens(reference), code_tokens(guess)
    if not r or not g:
        return 0.0
    total = 0.0
    for n in range(1, 5):
        rc = Counter(tuple(r[i : i + n]) for i in range(len(r) - n + 1))
        gc = Counter(tuple(g[i : i + n]) for i in range(len(g) - n + 1))
        match = sum((rc & gc).values())
        count = sum(gc.values())
        if n == 1 and match == 0:
            return 0.0
        extra = 0 if n == 1 else 1
        total += math.log((match + extra) / (count + extra)) if count + extra else 0.0
    brevity = min(0.0, 1 - len(r) / len(g))
    return 100 * math.exp(brevity + total / 4)


def levenshtein(a: Sequence[object], b: Sequence[object]) -> int:
    """Edit distance, one vectorised row at a time."""
    if not a or not b:
        return max(len(a), len(b))
    names = {v: i for i, v in enumerate(dict.fromkeys([*a, *b]))}
    x, y = np.array([names[v] for v in a]), np.array([names[v] for v in b])
    index = np.arange(len(y) + 1)
    row = index.copy()
    for i, v in enumerate(x):
        step = np.minimum(row[:-1] + (y != v), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate(([i + 1], step)) - index) + index
    return int(row[-1])


def edit_similarity(reference: str, guess: str) -> float:
    """100 * (1 - distance / longer length) on characters."""
    longest = max(len(reference), len(guess))
    return 100.0 if longest == 0 else 100 * (1 - levenshtein(reference, guess) / longest)


def normalised(answer: str) -> str:
    return re.sub(r"\s+", " ", answer.replace("`", "")).strip()


def exact_match(reference: str, guess: str) -> float:
    return float(normalised(reference) == normalised(guess))


def token_f1(reference: str, guess: str) -> float:
    r, g = Counter(code_tokens(reference.lower())), Counter(code_tokens(guess.lower()))
    same = sum((r & g).values())
    if same == 0:
        return 0.0
    precision, recall = same / g.total(), same / r.total()
    return 2 * precision * recall / (precision + recall)


def bootstrap(
    columns: dict[str, Sequence[float]],
    statistic: Callable[[dict[str, float]], float],
    rounds: int = 2000,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Paired bootstrap: statistic of the columns' means, with its 95 % interval (items are drawn together)."""
    arrays = {k: np.asarray(v, dtype=float) for k, v in columns.items()}
    n = len(next(iter(arrays.values())))
    index = np.random.default_rng(seed).integers(0, n, (rounds, n))
    means = {k: v[index].mean(1) for k, v in arrays.items()}
    values = [statistic({k: float(m[i]) for k, m in means.items()}) for i in range(rounds)]
    low, high = np.percentile(values, [2.5, 97.5])
    return statistic({k: float(v.mean()) for k, v in arrays.items()}), float(low), float(high)


def mean(name: str, values: Sequence[float]) -> dict[str, Any]:
    """{name: the mean, name_interval: [low, high]}."""
    middle, low, high = bootstrap({"x": values}, lambda v: v["x"])
    return {name: middle, f"{name}_interval": [low, high]}


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts + 1) / 2)[inverse]


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's; 0 where one side does not vary."""
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
