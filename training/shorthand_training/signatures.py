"""Signatures of declarations as text: where one ends, its parameters' names, its written return type."""

from __future__ import annotations

import re

_GOES_ON = re.compile(r"\s*(extends|implements|where|throws|->|=>|:|\|)")
_TYPE_BEFORE = re.compile(r"(?:[:|&]|->|=>|\S\s*\binterface|\S\s*\bstruct)\s*$")  # what follows is still a type
_NAME = r"[A-Za-z_$][\w$]*"
_JAVA_MODIFIERS = re.compile(r"^(?:(?:public|static|final|abstract|synchronized|default)\s+)*(?:<[^()]*?>\s+)?")


def one_line(text: str, limit: int = 200) -> str | None:
    """A signature on one line, or None if it is longer than `limit`."""
    flat = re.sub(r"\s+", " ", text).strip()
    flat = re.sub(r"\s*([(\[])\s+", r"\1", flat)
    flat = re.sub(r",?\s+([)\]])", r"\1", flat)
    return flat if len(flat) <= limit else None


def signature_end(text: str, at: int) -> int:
    """Index of the `{`, `;`, `=` or line end that closes a declaration's head, brackets respected; -1: not certain."""
    depth = 0
    for i in range(at, min(len(text), at + 400)):
        c = text[i]
        if c in "([<" and not (c == "<" and text[i - 1] in " -"):
            depth += 1
        elif c in ")]" or (c == ">" and text[i - 1] not in "=-"):
            depth -= 1
        elif depth <= 0 and (c in "{;\n" or (c == "=" and text[i + 1 : i + 2] != ">")):
            goes_on = c == "\n" and _GOES_ON.match(text, i)
            in_type = c in "{\n" and _TYPE_BEFORE.search(text[at:i])
            return -1 if goes_on or in_type else i
    return -1


def closing(text: str, at: int) -> int:
    """Index of the bracket that closes the one at `at`, all kinds counted alike; -1: none. Arrows are no brackets."""
    depth = 0
    for i in range(at, len(text)):
        c = text[i]
        if c in "([{<":
            depth += 1
        elif c in ")]}" or (c == ">" and text[i - 1] not in "=-"):
            depth -= 1
            if depth == 0:
                return i
    return -1


def pieces(text: str) -> list[str]:
    """Cut at the commas outside brackets."""
    found, depth, start = [], 0, 0
    for i, c in enumerate(text):
        if c in "([{<":
            depth += 1
        elif c in ")]}" or (c == ">" and text[i - 1] not in "=-"):
            depth -= 1
        elif c == "," and depth == 0:
            found.append(text[start:i].strip())
            start = i + 1
    last = text[start:].strip()
    return [*found, last] if last else found


def _parts(signature: str, name: str) -> tuple[str, str, str] | None:
    """What stands before the name, between its parentheses, and behind them."""
    match = re.search(rf"(?<![\w$.]){re.escape(name)}\s*(?=[(<\[])", signature)
    if match is None:
        return None
    at = match.end()
    if signature[at] != "(":
        at = closing(signature, at) + 1
    if at == 0 or signature[at : at + 1] != "(":
        return None
    end = closing(signature, at)
    return None if end < 0 else (signature[: match.start()], signature[at + 1 : end], signature[end + 1 :].strip())


def _go_names(written: list[str]) -> list[str] | None:
    """`a, b int` gives both; types alone have no names."""
    if written and not any(re.match(r"[A-Za-z_]\w*\s", p) for p in written):
        return None
    names = [re.match(r"[A-Za-z_]\w*", p) for p in written]
    return [n[0] for n in names if n] if all(names) else None


def parameters_of(signature: str, name: str, language: str) -> list[str] | None:
    """Names of a function's parameters in order, receivers left out; None where one has no certain name."""
    parts = _parts(signature, name)
    if parts is None:
        return None
    written = pieces(parts[1])
    if language == "go":
        return _go_names(written)
    names: list[str] = []
    for piece in written:
        if language == "rust":
            if re.fullmatch(r"(?:&\s*(?:'\w+\s+)?)?(?:mut\s+)?self(?:\s*:.*)?", piece):
                continue
            match = re.match(r"(?:mut\s+)?([a-z_]\w*)\s*:", piece)
        elif language == "java":
            match = re.search(r"[\w>\]?.]\s+([A-Za-z_]\w*)$", piece)
        else:
            match = re.fullmatch(rf"(?:\.\.\.)?({_NAME})\??(?:\s*[:=].*)?", piece)
        if match is None:
            return None
        if match[1] != "this":
            names.append(match[1])
    return names


def returns_of(signature: str, name: str, language: str) -> str | None:
    """The return type as it is written; None where none is."""
    parts = _parts(signature, name)
    if parts is None:
        return None
    before, _, behind = parts
    if language == "java":
        kind = _JAVA_MODIFIERS.sub("", before).strip()
        return kind if re.fullmatch(r"\w[\w.<>\[\], ?]*", kind) else None
    if language == "go":
        return behind or None
    match = re.match(r"->\s*(.+)" if language == "rust" else r":\s*(.+)", behind)
    return match[1].strip() if match else None
