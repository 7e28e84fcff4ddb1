"""What slots are compared with: raw text cut to the same positions, a signature skeleton, mean-pooled embeddings."""

from __future__ import annotations

import re

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .pooling import pooling_matrix
from .reader import Reader
from .tokenizer import encode

_DECLARATION = re.compile(
    r"^\s*(export\b|import\b|from\b|use\b|#include|async def\b|def\b|class\b|function\b|interface\b|type\b|enum\b|"
    r"const\b|func\b|pub\b|fn\b|struct\b|impl\b|trait\b|mod\b|public\b|private\b|protected\b|static\b|@\w+)"
)


def truncated(windows: list[list[int]], budget: int) -> list[int]:
    """The last `budget` tokens of the context: what is nearest to the continuation."""
    flat = [t for w in windows for t in w]
    return flat[-budget:] if budget else []


def skeleton(tokenizer: Tokenizer, texts: list[str], budget: int) -> list[int]:
    """Declaration lines only; the last `budget` tokens of them."""
    lines = [line for text in texts for line in text.splitlines(keepends=True) if _DECLARATION.match(line)]
    return encode(tokenizer, "".join(lines))[-budget:]


@torch.no_grad()
def mean_pooled(decoder: Reader, window: list[int], ratio: int) -> Tensor:
    """[m, d]: averages of the decoder's own token embeddings over the same balanced groups."""
    embeds = decoder.embed(torch.tensor([window], device=decoder.device))
    pool = pooling_matrix([len(window)], ratio, len(window)).to(embeds)
    return (pool @ embeds)[0]
