"""What a file exports: names with their rows, or None where that is not certain."""

from __future__ import annotations

import ast
import re

from .python_symbols import Function, parse

_SCRIPT = re.compile(
    r"^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:function\s*\*?|class|interface|type|const\s+enum|const|let|var|enum|namespace)\s+(?P<name>[A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_RUST = re.compile(
    r"^pub\s+(?:async\s+|unsafe\s+|const\s+(?=fn))*(?:fn|struct|enum|trait|type|const|static)\s+(?P<name>[A-Za-z_]\w*)",
    re.MULTILINE,
)
_ALL = {
    "typescript": (_SCRIPT, r"^export\b", r"\bmodule\.exports\b|^exports\."),
    "javascript": (_SCRIPT, r"^export\b", r"\bmodule\.exports\b|^exports\."),
    "rust": (_RUST, r"^pub\s", r"\bmacro_rules!"),
}


def _python(text: str) -> list[tuple[str, int]] | None:
    """Public functions and classes of the top level; not certain with an `__all__` or with definitions by condition."""
    tree = parse(text)
    if tree is None or "__all__" in text:
        return None
    if any(
        isinstance(n, Function | ast.ClassDef) for s in tree.body if isinstance(s, ast.If | ast.Try) for n in s.body
    ):
        return None
    nodes = [n for n in tree.body if isinstance(n, Function | ast.ClassDef)]
    return [(n.name, n.lineno - 1) for n in nodes if not n.name.startswith("_")]


def exports(text: str, language: str, code: str | None) -> list[tuple[str, int]] | None:
    """Each name once. `code`: `code_only` of the text.

    Languages whose files export nothing by themselves (Go exports by package) give None, as do forms that are not
    read here: lists, defaults, what is exported from elsewhere.
    """
    if language == "python":
        found = _python(text)
    elif code is None or language not in _ALL:
        return None
    else:
        pattern, every, other = _ALL[language]
        matches = list(pattern.finditer(code))
        if re.search(other, code, re.MULTILINE) or len(re.findall(every, code, re.MULTILINE)) != len(matches):
            return None
        found = [(m["name"], code.count("\n", 0, m.start())) for m in matches]
    if found is None:
        return None
    first: dict[str, int] = {}
    for name, row in found:
        first.setdefault(name, row)
    return list(first.items())
