"""Items for the compressor: pieces of text and windows in the engine's order, and which tokens count.

An item is a list of pieces: ("ids", token ids, loss weight) or ("slots", list of windows, "cont" | "rec").
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tokenizers import Tokenizer

from .corpus import read_split
from .template import ASSISTANT, BOS, END, FILE, IDS, USER, header
from .tokenizer import encode
from .windows import split_windows


@dataclass
class Ids:
    ids: list[int]
    weight: float = 0.0


@dataclass
class Slots:
    windows: list[list[int]]
    special: Literal["cont", "rec"] = "cont"


Item = list[Ids | Slots]


@dataclass
class File:
    repo: str
    path: str
    text: str
    windows: list[str] = field(default_factory=list)


def file_header(tokenizer: Tokenizer, path: str) -> list[int]:
    return [IDS[FILE], *encode(tokenizer, header(path))]


def read_files(corpus: Path, split: str, share: float = 1.0, seed: int = 0) -> list[File]:
    """Code files of a split in corpus order; a stable share of them."""
    rng = random.Random(seed)
    return [
        File(r["repo"], r["path"], r["text"])
        for r in read_split(corpus, split)
        if r["language"] != "manifest" and rng.random() < share
    ]


class Items:
    """Draws training items at random; windows are as long as the engine's, now and then shorter."""

    def __init__(
        self,
        files: list[File],
        tasks: Path | None,
        tokenizer: Tokenizer,
        window: int,
        target: int,
        rng: random.Random,
        task_files: int = 1,
    ) -> None:
        self.files, self.tokenizer, self.window, self.target, self.rng = files, tokenizer, window, target, rng
        lines = tasks.read_text().splitlines() if tasks and tasks.exists() else []
        self.tasks = [t for line in lines if len((t := json.loads(line))["files"]) <= task_files]

    def windows_of(self, file: File) -> list[str]:
        if not file.windows:
            file.windows = split_windows(self.tokenizer, file.text, self.window)
        return file.windows

    def window_ids(self, text: str) -> list[int]:
        """Ids of a window, at most `window` of them (a window of joined lines may differ by a token)."""
        return encode(self.tokenizer, text)[: self.window]

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
        context = [self.window_ids(t) for t in texts[start : start + count]]
        target = self.window_ids(texts[start + count])[: self.target]
        pieces: Item = [Ids([IDS[BOS], *file_header(self.tokenizer, file.path)])]
        if start > 0 and self.rng.random() < 0.2:
            pieces.append(Ids(self.window_ids(texts[start - 1])[-64:], 0.0))
        pieces += [Slots(context), Ids(target, 1.0)]
        return pieces

    def around(self, windows: int) -> Item:
        """Header, slots, raw text of 32 tokens to a window, then the next tokens."""
        file = self.draw_file(3)
        texts = self.windows_of(file)
        count = min(self.rng.randrange(1, windows + 1), len(texts) - 2)
        start = self.rng.randrange(len(texts) - count - 1)
        context = [self.window_ids(t) for t in texts[start : start + count]]
        after = [t for text in texts[start + count : start + count + 2] for t in self.window_ids(text)]
        shown = self.rng.randrange(min(32, len(after) - 1), min(self.window, len(after) - 1) + 1)
        head = Ids([IDS[BOS], *file_header(self.tokenizer, file.path)])
        return [head, Slots(context), Ids(after[:shown]), Ids(after[shown : shown + self.target], 1.0)]

    def neighbours(self, windows: int) -> Item:
        """Slots of one file, then the raw start of a neighbouring file of the same repository."""
        while True:
            i = self.rng.randrange(len(self.files) - 3)
            first, second = self.files[i], self.files[i + self.rng.randrange(1, 3)]
            if first.repo == second.repo and len(first.text) > 300 and len(second.text) > 300:
                break
        if self.rng.random() < 0.5:
            first, second = second, first
        texts = self.windows_of(first)
        count = min(len(texts), windows)
        start = self.rng.randrange(len(texts) - count + 1)
        context = [self.window_ids(t) for t in texts[start : start + count]]
        target = self.window_ids(self.windows_of(second)[0])[: self.target]
        return [
            Ids([IDS[BOS], *file_header(self.tokenizer, first.path)]),
            Slots(context),
            Ids(file_header(self.tokenizer, second.path)),
            Ids(target, 1.0),
        ]

    def reconstruction(self) -> Item:
        """Header, slots of one window, rec, the window's own text."""
        file = self.draw_file(1)
        ids = self.window_ids(self.maybe_short(self.rng.choice(self.windows_of(file))))
        head = Ids([IDS[BOS], *file_header(self.tokenizer, file.path)])
        return [head, Slots([ids], "rec"), Ids(ids, 1.0)]

    def task(self) -> Item:
        """Files of a task as slots, then its turns; answers count."""
        task = self.rng.choice(self.tasks)
        pieces: Item = [Ids([IDS[BOS]])]
        for file in task["files"]:
            texts = split_windows(self.tokenizer, file["text"], self.window)
            pieces.append(Ids(file_header(self.tokenizer, file["path"])))
            pieces.append(Slots([self.window_ids(t) for t in texts]))
        for asked, answer, _ in task["turns"]:
            pieces.append(Ids([IDS[USER], *encode(self.tokenizer, asked), IDS[ASSISTANT]]))
            pieces.append(Ids([*encode(self.tokenizer, answer), IDS[END]], 1.0))
        return pieces


def raw(item: Item) -> Item:
    """The same item with raw text where slots were (the `full` baseline)."""
    pieces: Item = []
    for piece in item:
        if isinstance(piece, Slots):
            pieces += [Ids(w) for w in piece.windows]
        else:
            pieces.append(piece)
    return pieces
