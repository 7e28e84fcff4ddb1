"""Learning rates by the clock: a run has a deadline in seconds and cools down over the last share of it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Clock:
    """Seconds of training so far (kept over restarts) against a deadline.

    A file with a number of seconds at `override` moves the deadline of a running process. This process pauses after
    `pause` seconds: for machines that end a command by a clock of their own.
    """

    deadline: float
    spent: float = 0.0
    override: Path | None = None
    pause: float | None = None
    _since: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        return self.spent + time.monotonic() - self._since

    def progress(self) -> float:
        """0 at the start, 1 at the deadline."""
        if self.override is not None and self.override.exists():
            with contextlib.suppress(ValueError):
                self.deadline = float(self.override.read_text())
        return min(1.0, self.elapsed() / self.deadline)

    def paused(self) -> bool:
        """Whether this process should save and end, to be started again later."""
        return self.pause is not None and time.monotonic() - self._since >= self.pause


def cooldown(progress: float, share: float, floor: float = 0.0) -> float:
    """1, then linear to `floor` over the last `share`."""
    if progress < 1 - share:
        return 1.0
    return floor + (1 - floor) * (1 - progress) / share


def warmup(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / steps)
