"""How much of a window survives in its slots, and whether the slots themselves can tell.

python -m shorthand_training.fidelity --corpus CORPUS --bundle RUN/export --out RUN/fidelity.json \
    [--markdown RUN/fidelity.md] [--windows 400] [--training-windows 800]

fidelity(window, ratio) = 1 - NLL(text | slots at ratio, then rec) / NLL(text), kept between 0 and 1, both behind the
file's path: the score that the engine stores beside the slots. A ridge regression from the mean and the maximum of a
window's slots predicts it without the decoder; it is fitted on training repositories and judged on held-out ones.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .cases import RATIOS
from .checkpoint import save_json
from .items import read_files
from .measurer import Measurer
from .metrics import correlation, ranks
from .vector_codes import normalised
from .windows import split_windows

PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10000.0)
SHORTEST = 16  # tokens: shorter windows say little about either figure


def draw_windows(m: Measurer, corpus: Path, split: str, count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Path and text of windows of randomly drawn files, at most two of a file."""
    rng = random.Random(seed)
    files = read_files(corpus, split)
    rng.shuffle(files)
    chosen: list[tuple[str, str]] = []
    for file in files:
        texts = [t for t in split_windows(m.tokenizer, file.text, m.window) if len(m.prompt.text(t)) >= SHORTEST]
        chosen += [(file.path, t) for t in rng.sample(texts, min(2, len(texts)))]
        if len(chosen) >= count:
            break
    return chosen[:count]


@dataclass
class Measured:
    """fidelity: [windows, ratios], not clamped; features: the same order, [windows * ratios, f]."""

    fidelity: np.ndarray
    features: np.ndarray


def features_of(slots: Tensor, ratio: int) -> Tensor:
    """slots: [m, d] -> mean and maximum of the normalised slots, the logarithm of their number, the ratio one-hot."""
    x = normalised(slots)
    rest = torch.tensor([float(np.log(len(slots))), *(float(ratio == r) for r in RATIOS)])
    return torch.cat((x.mean(0), x.amax(0), rest))


@torch.no_grad()
def measure(m: Measurer, windows: list[tuple[str, str]]) -> Measured:
    """Both figures of every window at every ratio."""
    ids = m.texts([text for _, text in windows])
    heads = [m.head(path) for path, _ in windows]
    nothing = [float(v[0].sum()) for v in m.losses(heads, ids)]
    columns, features = [], []
    for ratio in RATIOS:
        slots = [m.encoded([text], ratio) for _, text in windows]
        prefixes = [torch.cat((h, m.projected(s, "rec"))) for h, s in zip(heads, slots, strict=True)]
        behind = m.losses(prefixes, ids)
        columns.append([1 - float(v[0].sum()) / n for v, n in zip(behind, nothing, strict=True)])
        features.append(torch.stack([features_of(s, ratio) for s in slots]))
    return Measured(np.array(columns).T, torch.stack(features, 1).flatten(0, 1).numpy())


@dataclass
class Head:
    """fidelity = weights . (features - mean) / scale + bias."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: float

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return ((features - self.mean) / self.scale) @ self.weights + self.bias


def ridge(features: np.ndarray, values: np.ndarray, penalty: float) -> Head:
    """features: [n, f], values: [n]."""
    mean, scale = features.mean(0), features.std(0) + 1e-6
    x, bias = (features - mean) / scale, float(values.mean())
    weights = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (values - bias))
    return Head(mean, scale, weights, bias)


def fitted(features: np.ndarray, values: np.ndarray) -> tuple[Head, float]:
    """The penalty is the one that does best on the last fifth; the head is then fitted on everything."""
    cut = len(values) * 4 // 5

    def error(penalty: float) -> float:
        guess = ridge(features[:cut], values[:cut], penalty)(features[cut:])
        return float(((guess - values[cut:]) ** 2).mean())

    best = min(PENALTIES, key=error)
    return ridge(features, values, best), best


def report(train: Measured, test: Measured) -> dict[str, Any]:
    clamped = np.clip(test.fidelity, 0, 1)
    head, penalty = fitted(train.features, np.clip(train.fidelity, 0, 1).ravel())
    guesses = head(test.features).reshape(clamped.shape)
    rows = []
    for i, ratio in enumerate(RATIOS):
        true, guess = clamped[:, i], guesses[:, i]
        low, quarter, middle, upper, high = np.percentile(true, [5, 25, 50, 75, 95])
        rows.append(
            {
                "ratio": ratio, "mean": float(true.mean()), "p5": float(low), "p25": float(quarter),
                "p50": float(middle), "p75": float(upper), "p95": float(high),
                "below_zero": float((test.fidelity[:, i] < 0).mean()),
                "pearson": correlation(true, guess), "spearman": correlation(ranks(true), ranks(guess)),
                "error": float(np.abs(true - guess).mean()),
                "error_of_mean": float(np.abs(true - train.fidelity[:, i].clip(0, 1).mean()).mean()),
            }
        )  # fmt: skip
    return {"windows": len(clamped), "training_windows": len(train.fidelity), "penalty": penalty, "rows": rows}


def markdown(result: dict[str, Any]) -> str:
    lines = [
        f"{result['windows']} held-out windows; the head is fitted on {result['training_windows']} training windows.",
        "",
        "| ratio | mean | 5 % | 25 % | median | 75 % | 95 % | below zero | "
        "head: Pearson | Spearman | mean error | error of a constant |",
        "|---" * 12 + "|",
    ]
    for r in result["rows"]:
        spread = " | ".join(f"{r[k]:.3f}" for k in ("mean", "p5", "p25", "p50", "p75", "p95"))
        lines.append(
            f"| {r['ratio']}x | {spread} | {100 * r['below_zero']:.0f} % | {r['pearson']:.2f} | {r['spearman']:.2f} | "
            f"{r['error']:.3f} | {r['error_of_mean']:.3f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--windows", type=int, default=400)
    parser.add_argument("--training-windows", type=int, default=800)
    a = parser.parse_args()
    m = Measurer.of_bundle(a.bundle)
    train = measure(m, draw_windows(m, a.corpus, "train", a.training_windows))
    result = report(train, measure(m, draw_windows(m, a.corpus, "test", a.windows)))
    print(markdown(result))
    save_json(a.out, result)
    if a.markdown:
        a.markdown.write_text(markdown(result))


if __name__ == "__main__":
    main()
