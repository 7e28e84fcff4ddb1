"""Calls in languages with braces: functions with their extents, and what is called in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .signatures import closing

_NAME = r"(?P<name>[A-Za-z_$][\w$]*)"
_NOT_METHODS = {"if", "for", "while", "switch", "catch", "function", "return", "super", "with", "await", "constructor"}
_SCRIPT_HEADS = [
    re.compile(rf"\bfunction\s*\*?\s*{_NAME}\s*(?=[<(])"),
    re.compile(rf"\b(?:const|let|var)\s+{_NAME}\s*=\s*(?:async\s*)?(?:function\b\s*\*?\s*)?(?=[<(])"),
    re.compile(
        rf"^[ \t]+(?:(?:public|private|protected|static|async|override|get|set)\s+)*\*?{_NAME}\s*(?=[<(])", re.MULTILINE
    ),
]
_HEADS = {
    "typescript": _SCRIPT_HEADS,
    "javascript": _SCRIPT_HEADS,
    "go": [re.compile(rf"^func\s*(?:\([^)]*\)\s*)?{_NAME}\s*(?=[\[(])", re.MULTILINE)],
    "rust": [re.compile(rf"\bfn\s+{_NAME}\s*(?=[<(])")],
}
_TO_BODY = {
    "typescript": re.compile(r"\s*(?::[^{};=]*)?(?:=>)?\s*(?=\{)"),
    "javascript": re.compile(r"\s*(?:=>)?\s*(?=\{)"),
    "go": re.compile(r"[^{}\n]*(?=\{)"),
    "rust": re.compile(r"[^{};]*(?=\{)"),
}
_DEFINED = {
    "typescript": r"\bfunction\s*\*?\s*$",
    "javascript": r"\bfunction\s*\*?\s*$",
    "go": r"^func\s+$",
    "rust": r"^(?:pub(?:\([^)]*\))?\s+)?(?:async\s+|const\s+|unsafe\s+)*fn\s+$",
}


@dataclass(frozen=True)
class Extent:
    """A function's parameters and body in characters."""

    name: str
    start: int
    end: int


def _brace_end(code: str, at: int) -> int:
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, at):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    return -1


def functions(code: str, language: str) -> Iterator[Extent]:
    """Named functions and methods whose body can be told. `code`: `code_only` of a text."""
    for pattern in _HEADS[language]:
        for match in pattern.finditer(code):
            at = match.end()
            if match["name"] in _NOT_METHODS:
                continue
            if code[at] != "(":
                at = closing(code, at) + 1
            if at == 0 or code[at : at + 1] != "(":
                continue
            end = closing(code, at)
            body = _TO_BODY[language].match(code, end + 1) if end > 0 else None
            if body:
                yield Extent(match["name"], match.end(), _brace_end(code, body.end()))


def _is_head(code: str, at: int, paren: int) -> bool:
    """Whether `name(...)` at the beginning of a line declares a method: a body or a type follows."""
    if code[:at].rpartition("\n")[2].strip():
        return False
    end = closing(code, paren)
    return end < 0 or bool(re.match(r"\s*[:{]", code[end + 1 :]))


def pattern_calls(
    code: str, language: str, name: str, defines: bool, skip: list[tuple[int, int]]
) -> list[tuple[str, int]] | None:
    """(function around the call, row) of every call of a function of the top level.

    `skip`: rows, the last included, of the import that names it. None where anything else is done with the name, or a
    call does not stand in exactly one known function.
    """
    if language not in _HEADS:
        return None
    uses = list(re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", code))
    extents = list(functions(code, language)) if uses else []
    found: list[tuple[str, int]] = []
    for use in uses:
        row = code.count("\n", 0, use.start())
        if any(a <= row <= b for a, b in skip):
            continue
        line = code[: use.start()].rpartition("\n")[2]
        if re.search(_DEFINED[language], line):
            if not defines:
                return None
            continue
        called = re.compile(r"(?:::)?(?:<[^<>()]*>)?\s*(\()").match(code, use.end())
        other = re.search(r"(?:[.#:<]|\bfunc\s*\([^)]*\)|\bfn|\bconst|\blet|\bvar|\bget|\bset)\s*$", line)
        if (
            called is None
            or (other and not line.rstrip().endswith("..."))
            or _is_head(code, use.start(), called.start(1))
        ):
            return None
        around = [e for e in extents if e.start <= use.start() < e.end]
        if len(around) != 1 or around[0].name == name:
            return None
        found.append((around[0].name, row))
    return found
