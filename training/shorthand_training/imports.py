"""What a file imports, and which file of its repository that is."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from .python_symbols import parse

_SCRIPT_ENDINGS = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", "/index.ts", "/index.tsx", "/index.js")
_STATIC = re.compile(r"import\s+(?:(?P<clause>[^'\";]*?)\s*from\s*)?['\"](?P<module>[^'\"\n]+)['\"]")
_REQUIRE = re.compile(
    r"(?:const|let|var)\s+(?P<clause>\{[^}]*\}|[\w$]+)\s*=\s*require\(\s*['\"](?P<module>[^'\"\n]+)['\"]\s*\)"
    r"(?!\s*[.(\[])"
)
_JAVA = re.compile(r"^import\s+(?P<static>static\s+)?(?P<module>[\w.]+(?:\.\*)?)\s*;", re.MULTILINE)
_GO = re.compile(r"^import\s+(?:\((?P<block>[^)]*)\)|(?:[\w.]+\s+)?\"(?P<module>[^\"]+)\")", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    """`names`: what is imported by name and what it is called here. Rows from 0, the last one included."""

    module: str
    names: tuple[tuple[str, str], ...]
    first_row: int
    last_row: int


def _python(text: str) -> list[Import] | None:
    tree = parse(text)
    if tree is None:
        return None
    found: list[Import] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        rows = (node.lineno - 1, (node.end_lineno or node.lineno) - 1)
        if isinstance(node, ast.Import):
            found += [Import(a.name, (), *rows) for a in node.names]
        else:
            names = tuple((a.name, a.asname or a.name) for a in node.names)
            found.append(Import("." * node.level + (node.module or ""), names, *rows))
    return sorted(found, key=lambda i: i.first_row)


def _names(clause: str | None, alias: str) -> tuple[tuple[str, str], ...]:
    """The names in the braces of an import or a destructuring."""
    match = re.search(r"\{([^}]*)\}", clause or "")
    words = [re.sub(r"^type\s+", "", p.strip()) for p in match[1].split(",")] if match else []
    pairs = [re.split(alias, w) for w in words if w]
    return tuple((p[0].strip(), p[-1].strip()) for p in pairs)


def _script(text: str, code: str) -> list[Import] | None:
    if re.search(r"\bimport\s*\(", code):
        return None
    found: list[tuple[int, int, re.Match[str], str]] = []
    for start in re.finditer(r"^import\b(?!\s*[.(])", code, re.MULTILINE):
        match = _STATIC.match(text, start.start())
        if match is None:
            return None
        found.append((match.start(), match.end(), match, r"\s+as\s+"))
    required = [m for m in _REQUIRE.finditer(text) if code[m.start()] != " "]
    if len(required) != len(re.findall(r"\brequire\s*\(", code)):
        return None
    found += [(m.start(), m.end(), m, r"\s*:\s*") for m in required]
    return [
        Import(m["module"], _names(m["clause"], alias), text.count("\n", 0, a), text.count("\n", 0, b))
        for a, b, m, alias in sorted(found, key=lambda f: f[0])
    ]


def _go(text: str) -> list[Import]:
    found: list[Import] = []
    for match in _GO.finditer(text):
        modules = re.findall(r'^\s*(?:[\w.]+\s+)?"([^"]+)"', match["block"], re.MULTILINE) if match["block"] else []
        rows = (text.count("\n", 0, match.start()), text.count("\n", 0, match.end()))
        found += [Import(module, (), *rows) for module in modules or [match["module"]] if module]
    return found


def _java(text: str) -> list[Import]:
    found: list[Import] = []
    for match in _JAVA.finditer(text):
        row, name = text.count("\n", 0, match.start()), match["module"].rpartition(".")[2]
        names = () if match["static"] or name == "*" else ((name, name),)
        found.append(Import(match["module"], names, row, row))
    return found


def imports(text: str, language: str, code: str | None) -> list[Import] | None:
    """Imports in the order of the text; None where they are not certain. `code`: `code_only` of the text."""
    if language == "python":
        return _python(text)
    if code is None:
        return None
    if language in ("typescript", "javascript"):
        return _script(text, code)
    return {"go": _go, "java": _java}.get(language, lambda _: None)(text)


class Paths:
    """The paths of one repository, to find what an import means."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.all = set(paths)
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for path in self.all:
            self.by_name[basename(path)].append(path)

    def ending(self, tails: Iterable[str]) -> str | None:
        """The only path that is one of the tails or ends in it after a slash."""
        found = {p for t in tails for p in self.by_name[basename(t)] if p == t or p.endswith("/" + t)}
        return found.pop() if len(found) == 1 else None

    def resolve(self, module: str, path: str, language: str) -> str | None:
        """The file that `module` names in the file at `path`; None: none of this repository, or not certain."""
        if language == "python":
            stem = module.lstrip(".")
            tails = [f"{stem.replace('.', '/')}{end}" for end in (".py", "/__init__.py")] if stem else ["__init__.py"]
            if stem == module:
                return self.ending(tails)
            folder = dirname(path)
            for _ in range(len(module) - len(stem) - 1):
                folder = dirname(folder)
            return next((p for t in tails if (p := join(folder, t)) in self.all), None)
        if language in ("typescript", "javascript") and module.startswith("."):
            target = normpath(join(dirname(path), module))
            stem = re.sub(r"\.[cm]?jsx?$", "", target)
            return next((p for s in (target, stem) for e in _SCRIPT_ENDINGS if (p := s + e) in self.all), None)
        return self.ending([module.replace(".", "/") + ".java"]) if language == "java" else None
