"""Named things of a source file with exact facts, in every language that is known."""

from __future__ import annotations

from .pattern_symbols import PATTERNS, pattern_symbols
from .python_symbols import python_symbols
from .symbol import Symbol


def symbols(text: str, language: str) -> list[Symbol]:
    """Symbols of a file, those whose name occurs once as a definition."""
    if language == "python":
        found = python_symbols(text)
    elif language in PATTERNS:
        found = list(pattern_symbols(text, language))
    else:
        return []
    names = [s.name for s in found]
    return [s for s in found if names.count(s.name) == 1]
