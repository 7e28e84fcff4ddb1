"""Documentation comments: where they stand and what their first sentence is."""

from __future__ import annotations

import re

_INLINE_TAG = re.compile(r"\{@\w+\s+([^}]*)\}")


def first_sentence(comment: str) -> str | None:
    """The first sentence of a documentation comment, one line, or None if it says too little or too much."""
    kept: list[str] = []
    for raw in comment.strip().splitlines():
        line = raw.strip()
        if not line and kept:
            break
        if line.startswith(("@", ":param", "```", ">>>", "#", "|", "..")):
            break
        if line:
            kept.append(line)
    text = _INLINE_TAG.sub(r"\1", " ".join(kept))
    text = re.sub(r"</?\w+>", "", re.sub(r"\s+", " ", text)).strip()
    end = re.search(r"[.!](?=\s|$)(?<!e\.g\.)(?<!i\.e\.)", text)
    sentence = text[: end.end()] if end else text
    if not 15 <= len(sentence) <= 180 or "eslint" in sentence or "TODO" in sentence or "http" in sentence:
        return None
    return sentence if sentence.endswith((".", "!")) else sentence + "."


def comment_before(lines: list[str], row: int, language: str) -> str:
    """The documentation comment that ends right above `row`, without its marks."""
    above = row - 1
    while above >= 0 and re.match(r"\s*(@\w|#\[)", lines[above]):
        above -= 1
    if language in ("go", "rust"):
        mark = "///" if language == "rust" else "//"
        kept: list[str] = []
        while above >= 0 and lines[above].strip().startswith(mark):
            kept.insert(0, lines[above].strip()[len(mark) :])
            above -= 1
        return "\n".join(kept)
    if above < 0 or not lines[above].rstrip().endswith("*/"):
        return ""
    kept = []
    while above >= 0:
        kept.insert(0, lines[above])
        if "/*" in lines[above]:
            break
        above -= 1
    block = "\n".join(kept).strip()
    if not block.startswith("/**"):
        return ""
    return "\n".join(re.sub(r"^\s*\*+ ?", "", line) for line in block[3:-2].split("\n"))
