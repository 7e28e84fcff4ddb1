"""The next batch is drawn in a thread while this one is computed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Prefetch(Generic[T]):
    """Calls `draw` one step ahead; batches come in the order they were drawn."""

    def __init__(self, draw: Callable[[], T]) -> None:
        self.draw = draw
        self.pool = ThreadPoolExecutor(1)
        self.next: Future[T] = self.pool.submit(draw)

    def __call__(self) -> T:
        batch = self.next.result()
        self.next = self.pool.submit(self.draw)
        return batch

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)
