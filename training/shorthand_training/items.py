"""Items for the compressor: pieces of text and windows in the engine's order, and which tokens count.

Text is in the decoder's tokens, windows are in the encoder's: the two may have different vocabularies.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from tokenizers import Tokenizer

from .corpus import read_split
from .prompt import Prompt
from .task_sequences import Task
from .tokenizer import continuing, encode
from .windows import split_windows


@dataclass
class Ids:
    ids: list[int]
    weight: float = 0.0


@dataclass
class Slots:
    """`windows` in the encoder's tokens. `texts`: the same in the decoder's, where its vocabulary is another one."""

    windows: list[list[int]]
    special: Literal["cont", "rec"] = "cont"
    texts: list[list[int]] | None = None


Item = list[Ids | Slots]


@dataclass
class File:
    repo: str
    path: str
    text: str
    windows: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Windows of a file, in order, as text and as what stands for them."""

    path: str
    windows: list[str]
    slots: Slots


def same_vocabulary(one: Tokenizer, other: Tokenizer) -> bool:
    return one is other or continuing(one).to_str() == continuing(other).to_str()


def read_files(corpus: Path, split: str, share: float = 1.0, seed: int = 0) -> list[File]:
    """Code files of a split in corpus order; a stable share of them."""
    rng = random.Random(seed)
    return [
        File(r["repo"], r["path"], r["text"])
        for r in read_split(corpus, split)
        if r["language"] != "manifest" and rng.random() < share
    ]


class Items:
    """Draws training items at random; windows are as long as the engine's, now and then shorter.

    `tokenizer` is the encoder's, `prompt` the decoder's.
    """

    def __init__(
        self,
        files: list[File],
        tasks: Path | None,
        tokenizer: Tokenizer,
        prompt: Prompt,
        window: int,
        target: int,
        rng: random.Random,
        task_files: int = 2,
    ) -> None:
        self.files, self.tokenizer, self.prompt = files, tokenizer, prompt
        self.window, self.target, self.rng = window, target, rng
        self.shared = same_vocabulary(tokenizer, prompt.tokenizer)
        lines = tasks.read_text().splitlines() if tasks and tasks.exists() else []
        self.tasks = [t for line in lines if len((t := json.loads(line))["files"]) <= task_files]

    def windows_of(self, file: File) -> list[str]:
        if not file.windows:
            file.windows = split_windows(self.tokenizer, file.text, self.window)
        return file.windows

    def window_ids(self, text: str) -> list[int]:
        """Ids of a window, at most `window` of them (a window of joined lines may differ by a token)."""
        return encode(self.tokenizer, text)[: self.window]

    def slots(self, texts: list[str], special: Literal["cont", "rec"] = "cont") -> Slots:
        windows = [self.window_ids(t) for t in texts]
        return Slots(windows, special, None if self.shared else [self.prompt.text(t) for t in texts])

    def text_ids(self, text: str) -> list[int]:
        """A window's text as the decoder reads it."""
        return self.window_ids(text) if self.shared else self.prompt.text(text)

    def head(self, path: str) -> Ids:
        return Ids([*self.prompt.start(), *self.prompt.file(path)])

    def draw_file(self, at_least: int) -> File:
        """A file with enough windows."""
        while True:
            file = self.rng.choice(self.files)
            if len(file.text) > 200 * at_least and len(self.windows_of(file)) >= at_least:
                return file

    def maybe_short(self, text: str) -> str:
        """Sometimes only the first lines of a window, so that short windows are known too."""
        if self.rng.random() > 0.15:
            return text
        lines = text.splitlines(keepends=True)
        return "".join(lines[: self.rng.randrange(1, len(lines) + 1)])

    def continuation(self, windows: int, between_share: float = 0.0) -> Item:
        """Header, slots of consecutive windows of a file, then what follows in it; sometimes raw text first.

        With probability `between_share` the window after the slots is given raw and the one after it is asked for:
        the product's plan puts slots first and the text around the cursor last.
        """
        if self.rng.random() < between_share:
            return self.around(windows)
        count = self.rng.randrange(1, windows + 1)
        file = self.draw_file(count + 1)
        texts = self.windows_of(file)
        start = self.rng.randrange(len(texts) - count)
        target = self.text_ids(texts[start + count])[: self.target]
        pieces: Item = [self.head(file.path)]
        if start > 0 and self.rng.random() < 0.2:
            pieces.append(Ids(self.text_ids(texts[start - 1])[-64:], 0.0))
        pieces += [self.slots(texts[start : start + count]), Ids(target, 1.0)]
        return pieces

    def around(self, windows: int) -> Item:
        """Header, slots, raw text of 32 tokens to a window, then the next tokens."""
        file = self.draw_file(3)
        texts = self.windows_of(file)
        count = min(self.rng.randrange(1, windows + 1), len(texts) - 2)
        start = self.rng.randrange(len(texts) - count - 1)
        after = [t for text in texts[start + count : start + count + 2] for t in self.text_ids(text)]
        shown = self.rng.randrange(min(32, len(after) - 1), min(self.window, len(after) - 1) + 1)
        slots = self.slots(texts[start : start + count])
        return [self.head(file.path), slots, Ids(after[:shown]), Ids(after[shown : shown + self.target], 1.0)]

    @cached_property
    def pairs(self) -> list[tuple[File, File]]:
        """Files of one repository that stand next or next but one to each other, long enough to say something."""
        long = [len(f.text) > 300 for f in self.files]
        return [
            (self.files[i], self.files[j])
            for i in range(len(self.files))
            for j in (i + 1, i + 2)
            if j < len(self.files) and self.files[i].repo == self.files[j].repo and long[i] and long[j]
        ]

    def neighbours(self, windows: int) -> Item:
        """Slots of one file, then the raw start of a neighbouring file of the same repository.

        A corpus without such pairs gives what `continuation` does.
        """
        if not self.pairs:
            return self.continuation(windows)
        first, second = self.rng.choice(self.pairs)
        if self.rng.random() < 0.5:
            first, second = second, first
        texts = self.windows_of(first)
        count = min(len(texts), windows)
        start = self.rng.randrange(len(texts) - count + 1)
        target = self.text_ids(self.windows_of(second)[0])[: self.target]
        return [
            self.head(first.path),
            self.slots(texts[start : start + count]),
            Ids(self.prompt.file(second.path)),
            Ids(target, 1.0),
        ]

    def reconstruction(self) -> Item:
        """Header, slots of one window, rec, the window's own text."""
        file = self.draw_file(1)
        text = self.maybe_short(self.rng.choice(self.windows_of(file)))
        return [self.head(file.path), self.slots([text], "rec"), Ids(self.text_ids(text), 1.0)]

    def task(self) -> Item:
        """Files of a task as slots, then an open file as raw text with its next line, then turns; answers count."""
        task = self.rng.choice(self.tasks)
        return self.asked(task, self.files_of(task))

    def files_of(self, task: Task) -> list[Part]:
        return [self.part(f["path"], split_windows(self.tokenizer, f["text"], self.window)) for f in task["files"]]

    def part(self, path: str, windows: list[str]) -> Part:
        return Part(path, windows, self.slots(windows))

    def asked(self, task: Task, parts: list[Part], near: Item | None = None) -> Item:
        """The questions of a task behind slots of `parts`, and behind `near`."""
        pieces: Item = [Ids(self.prompt.start())]
        for part in parts:
            pieces += [Ids(self.prompt.file(part.path)), part.slots]
        pieces += near or []
        if completion := task.get("completion"):
            before = [*self.prompt.file(completion["path"]), *self.prompt.text(completion["before"])]
            pieces += [Ids(before), Ids(self.prompt.text(completion["line"]), 1.0)]
        for question, answer, *_ in task["turns"]:
            pieces.append(Ids(self.prompt.question(question)))
            pieces.append(Ids(self.prompt.answer(answer), 1.0))
        return pieces


def raw(item: Item) -> Item:
    """The same item with raw text where slots were (the `full` baseline)."""
    pieces: Item = []
    for piece in item:
        if isinstance(piece, Slots):
            pieces += [Ids(ids) for ids in piece.texts or piece.windows]
        else:
            pieces.append(piece)
    return pieces
