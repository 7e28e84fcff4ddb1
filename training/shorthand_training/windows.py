"""Windows as the engine makes them: runs of whole lines of at most `limit` tokens, each tokenised on its own."""

from __future__ import annotations

from tokenizers import Tokenizer

from .tokenizer import encode


def cut_long(tokenizer: Tokenizer, line: str, limit: int) -> list[str]:
    """Pieces of a line that is longer than a window."""
    if len(encode(tokenizer, line)) <= limit:
        return [line]
    middle = len(line) // 2
    return cut_long(tokenizer, line[:middle], limit) + cut_long(tokenizer, line[middle:], limit)


def split_windows(tokenizer: Tokenizer, text: str, limit: int) -> list[str]:
    """Window texts; joined they are `text`."""
    lines = text.splitlines(keepends=True)
    sizes = [len(e.ids) for e in tokenizer.encode_batch_fast(lines, add_special_tokens=False)]
    pieces: list[tuple[str, int]] = []
    for line, size in zip(lines, sizes, strict=True):
        if size <= limit:
            pieces.append((line, size))
        else:
            pieces += [(p, len(encode(tokenizer, p))) for p in cut_long(tokenizer, line, limit)]
    windows: list[str] = []
    current: list[str] = []
    used = 0
    for line, size in pieces:
        if current and used + size > limit:
            windows.append("".join(current))
            current, used = [], 0
        current.append(line)
        used += size
    if current:
        windows.append("".join(current))
    return windows
