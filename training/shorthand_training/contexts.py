"""What the decoder may read of a prompt's files: nothing, all, or as many positions as slots take, in several ways."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .baselines import skeleton, truncated
from .measurer import Measurer
from .pooling import slot_count
from .windows import split_windows


@dataclass(frozen=True)
class Shown:
    """A file of a prompt. `wrong`: the text of a file of another repository."""

    path: str
    text: str
    wrong: str


def middle(m: Measurer, name: str, file: Shown) -> Tensor:
    """What stands behind the file's header, [n, d].

    `none`, `full`, or at a ratio: `slots8`, `wrong8` (another file's slots), `truncated8` and `skeleton8` (raw text
    and declarations alone, cut to the positions of the slots).
    """
    if name == "none":
        return m.ids([])
    texts = split_windows(m.tokenizer, file.text, m.window)
    ids = m.texts(texts)
    if name == "full":
        return m.ids([t for w in ids for t in w])
    way = name.rstrip("0123456789")
    ratio = int(name.removeprefix(way))
    if way == "slots":
        return m.slots(texts, ratio)
    if way == "wrong":
        return m.slots(split_windows(m.tokenizer, file.wrong, m.window), ratio)
    budget = sum(slot_count(len(w), ratio) for w in m.windows(texts)) + 1
    if way == "truncated":
        return m.ids(truncated(ids, budget))
    if way == "skeleton":
        return m.ids(skeleton(m.prompt.tokenizer, texts, budget))
    raise ValueError(f"{name} is no kind of context")


def prefix(m: Measurer, name: str, files: list[Shown]) -> Tensor:
    """Start and files, each with its header: their paths are there in every kind of context."""
    parts = [m.ids(m.prompt.start())]
    for file in files:
        parts += [m.ids(m.prompt.file(file.path)), middle(m, name, file)]
    return torch.cat(parts)
