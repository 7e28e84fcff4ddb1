"""What every training process keeps: a log on the screen and on disk, checkpoints and validation by the clock."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .checkpoint import save_json

SHOW_EVERY = 20  # steps
SAVE_EVERY = 150.0  # seconds


class TrainingLog:
    """Writes FOLDER/NAME.log.jsonl; calls `save` and `validate` when their time has come.

    Speed is in tokens a second since the last line, without the seconds that validation took.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        save: Callable[[], None],
        validate: Callable[[], dict[str, Any]],
        validate_every: float,
        tokens: int = 0,
    ) -> None:
        self.folder, self.name = folder, name
        self.save, self.validate, self.validate_every = save, validate, validate_every
        folder.mkdir(parents=True, exist_ok=True)
        self.handle = (folder / f"{name}.log.jsonl").open("a")
        self.smooth: dict[str, float] = {}
        self.shown_tokens = tokens
        self.saved = self.validated = self.shown = time.monotonic()

    def loss(self, key: str, value: float) -> None:
        """Takes one step's loss into the running mean of `key`."""
        if not math.isfinite(value):
            raise SystemExit(f"{key} is {value}")
        self.smooth[key] = 0.95 * self.smooth.get(key, value) + 0.05 * value

    def due(self, step: int) -> bool:
        """Whether `after` will write a line."""
        return step % SHOW_EVERY == 0

    def after(self, step: int, tokens: int, facts: dict[str, Any]) -> None:
        """After each step; `facts` need only be there when a line is due."""
        now = time.monotonic()
        if self.due(step):
            line = {
                "step": step, "tokens": tokens, **facts,
                "speed": round((tokens - self.shown_tokens) / max(now - self.shown, 1e-9)),
                **{k: round(v, 4) for k, v in sorted(self.smooth.items())},
            }  # fmt: skip
            if now - self.validated > self.validate_every:
                line.update(self.validate())
                self.validated = time.monotonic()
            self.write(line)
            self.shown, self.shown_tokens = time.monotonic(), tokens
        if now - self.saved > SAVE_EVERY:
            self.save()
            self.saved = time.monotonic()

    def write(self, line: dict[str, Any]) -> None:
        print(line, flush=True)
        self.handle.write(json.dumps(line) + "\n")
        self.handle.flush()

    def finish(self, summary: dict[str, Any]) -> None:
        """The last checkpoint is saved before; this writes FOLDER/NAME.summary.json."""
        self.write(summary)
        self.handle.close()
        save_json(self.folder / f"{self.name}.summary.json", summary)
