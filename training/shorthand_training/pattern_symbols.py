"""Symbols of languages with braces, by patterns at the beginnings of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .documentation import comment_before, first_sentence
from .signatures import one_line, parameters_of, returns_of, signature_end
from .symbol import Sort, Symbol

_SCRIPT = re.compile(
    r"^(?P<head>(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?P<word>function\*?|class|interface|type|const|enum)\s+(?P<name>[A-Za-z_$][\w$]*))",
    re.MULTILINE,
)
PATTERNS = {
    "typescript": _SCRIPT,
    "javascript": _SCRIPT,
    "go": re.compile(
        r"^(?P<head>(?P<word>func|type)\s+(?P<inside>\([^)\n]*\)\s*)?(?P<name>[A-Za-z_]\w*))", re.MULTILINE
    ),
    "rust": re.compile(
        r"^(?P<inside>[ \t]+)?(?P<head>(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?(?:const\s+)?(?:unsafe\s+)?"
        r"(?P<word>fn|struct|enum|trait)\s+(?P<name>[A-Za-z_]\w*))",
        re.MULTILINE,
    ),
    "java": re.compile(
        r"^(?P<inside>[ \t]+)?(?P<head>public\s+(?:static\s+|final\s+|abstract\s+|synchronized\s+)*"
        r"(?:(?P<word>class|interface|enum)\s+|[\w<>\[\], .?]+\s+)(?P<name>[A-Za-z_]\w*))(?=[\s(<{])",
        re.MULTILINE,
    ),
}


def _sort(match: re.Match[str]) -> Sort:
    word = match["word"]
    if word in ("const", None) and match.re is _SCRIPT:
        return "value"
    if word is None or word.startswith("func") or word == "fn":
        return "method" if match.groupdict().get("inside") else "function"
    return "class"


def pattern_symbols(text: str, language: str) -> Iterator[Symbol]:
    lines = text.split("\n")
    for match in PATTERNS[language].finditer(text):
        name, sort = match["name"], _sort(match)
        if len(name) < 3:
            continue
        end = signature_end(text, match.end("head"))
        signature = one_line(text[match.start("head") : end]) if end > 0 else None
        if signature is None:
            continue
        row = text.count("\n", 0, match.start("head"))
        sentence = first_sentence(comment_before(lines, row, language))
        signature = re.sub(r"^export (default )?", "", signature)
        if match["word"] in ("const", "type") and len(signature) < len(name) + 8:
            signature = f"{match['word']} {name}"
        names, kind = None, None
        if sort in ("function", "method"):
            names, kind = parameters_of(signature, name, language), returns_of(signature, name, language)
        yield Symbol(name, text.count("\n", 0, end) + 1, signature, sentence, sort, names, kind)
