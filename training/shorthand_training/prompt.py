"""How a decoder is addressed: in which tokens a text begins, a file stands and a question is asked.

Shorthand's own decoders have special tokens for each role (`RolePrompt`); decoders that were published without a chat
template are written to in plain words (`PlainPrompt`). The engine builds prompts in the same two ways.
"""

from __future__ import annotations

from typing import Protocol

from tokenizers import Tokenizer

from .template import ASSISTANT, BOS, END, FILE, IDS, USER, header
from .tokenizer import continuing, encode


class Prompt(Protocol):
    """Every method returns ids of `tokenizer`, the decoder's."""

    tokenizer: Tokenizer
    #: Ids that end an answer.
    stop: set[int]

    def text(self, text: str) -> list[int]:
        """Plain text: a file's content."""
        ...

    def start(self) -> list[int]:
        """Before everything else."""
        ...

    def file(self, path: str) -> list[int]:
        """Before a file's content or its slots."""
        ...

    def question(self, text: str) -> list[int]:
        """Everything between the files and the answer."""
        ...

    def answer(self, text: str) -> list[int]:
        """The answer and what ends it."""
        ...


class RolePrompt:
    """`template.py`'s special tokens."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.stop = {IDS[END], IDS[BOS], IDS[USER], IDS[FILE]}

    def text(self, text: str) -> list[int]:
        return encode(self.tokenizer, text)

    def start(self) -> list[int]:
        return [IDS[BOS]]

    def file(self, path: str) -> list[int]:
        return [IDS[FILE], *encode(self.tokenizer, header(path))]

    def question(self, text: str) -> list[int]:
        return [IDS[USER], *encode(self.tokenizer, text), IDS[ASSISTANT]]

    def answer(self, text: str) -> list[int]:
        return [*encode(self.tokenizer, text), IDS[END]]


class PlainPrompt:
    """`File: path`, `Question: ...`, `Answer:`, as ARC-Encoder asks base models. `bos` may be absent."""

    def __init__(self, tokenizer: Tokenizer, bos: int | None, end: int) -> None:
        self.tokenizer, self.bos, self.end = tokenizer, bos, end
        self.stop = {end}
        self.behind = continuing(tokenizer)

    def text(self, text: str) -> list[int]:
        return encode(self.behind, text)

    def start(self) -> list[int]:
        return [] if self.bos is None else [self.bos]

    def file(self, path: str) -> list[int]:
        return encode(self.tokenizer, f"File: {path}\n")

    def question(self, text: str) -> list[int]:
        return encode(self.tokenizer, f"Question: {text}\nAnswer:")

    def answer(self, text: str) -> list[int]:
        return [*encode(self.tokenizer, f" {text}"), self.end]
