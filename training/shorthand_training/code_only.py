"""A source text with its comments and strings blanked out, every character in its place."""

from __future__ import annotations

import re

_LINE, _BLOCK = r"//[^\n]*", r"/\*[\s\S]*?\*/"
_DOUBLE, _SINGLE = r'"(?:\\[\s\S]|[^"\\\n])*"', r"'(?:\\[\s\S]|[^'\\\n])*'"
_CHARACTER = r"'(?:\\[^'\n]+|[^'\\\n])'"
_REGEX = r"(?<=[(,=:\[!&|?{};])[ \t]*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*"
_SCRIPT = [_LINE, _BLOCK, _DOUBLE, _SINGLE, r"`(?:\\[\s\S]|[^`\\])*`", _REGEX]
_BLANKED = {
    "python": [r'"""(?:\\[\s\S]|[^\\])*?"""', r"'''(?:\\[\s\S]|[^\\])*?'''", r"#[^\n]*", _DOUBLE, _SINGLE],
    "typescript": _SCRIPT,
    "javascript": _SCRIPT,
    "go": [_LINE, _BLOCK, _DOUBLE, r"`[^`]*`", _CHARACTER],
    "rust": [_LINE, _BLOCK, r'r(#+)"[\s\S]*?"\1', _DOUBLE.replace(r"\\\n", r"\\"), _CHARACTER],
    "java": [_LINE, _BLOCK, r'"""[\s\S]*?"""', _DOUBLE, _CHARACTER],
}
_PATTERNS = {language: re.compile("|".join(parts)) for language, parts in _BLANKED.items()}
_PAIRS = {")": "(", "]": "[", "}": "{"}


def is_balanced(code: str) -> bool:
    """Whether every bracket has its partner: what was blanked too much or too little seldom leaves that."""
    depth: list[str] = []
    for c in re.findall(r"[()\[\]{}]", code):
        if c not in _PAIRS:
            depth.append(c)
        elif not depth or depth.pop() != _PAIRS[c]:
            return False
    return not depth


def code_only(text: str, language: str) -> str | None:
    """As long as `text`; None for an unknown language, or where brackets don't match afterwards."""
    pattern = _PATTERNS.get(language)
    if pattern is None:
        return None
    code = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    return code if is_balanced(code) else None
