"""Named things of a source file with exact facts: signature, first sentence of the documentation, line, exported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class Symbol:
    name: str
    line: int  # 0-based line of the declaration's end of signature
    signature: str
    sentence: str | None
    exported: bool


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


def one_line(text: str, limit: int = 200) -> str | None:
    """A signature on one line, or None if it is longer than `limit`."""
    flat = re.sub(r"\s+", " ", text).strip()
    flat = re.sub(r"\s*([(\[])\s+", r"\1", flat)
    flat = re.sub(r",?\s+([)\]])", r"\1", flat)
    return flat if len(flat) <= limit else None


def python_symbols(text: str) -> list[Symbol]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found: list[Symbol] = []

    def visit(nodes: list[ast.stmt], top: bool) -> None:
        for node in nodes:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if isinstance(node, ast.ClassDef):
                bases = ", ".join(ast.unparse(b) for b in node.bases)
                signature = f"class {node.name}({bases})" if bases else f"class {node.name}"
            else:
                word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
                returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                signature = f"{word} {node.name}({ast.unparse(node.args)}){returns}"
            flat = one_line(signature)
            if flat and not node.name.startswith("__"):
                sentence = first_sentence(ast.get_docstring(node) or "")
                end = node.body[0].end_lineno or node.lineno
                found.append(Symbol(node.name, end, flat, sentence, top and not node.name.startswith("_")))
            if isinstance(node, ast.ClassDef) and top:
                visit(node.body, False)

    visit(tree.body, True)
    return found


_PATTERNS = {
    "typescript": re.compile(
        r"^(?P<head>(?P<export>export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
        r"(?P<word>function\*?|class|interface|type|const|enum)\s+(?P<name>[A-Za-z_$][\w$]*))",
        re.MULTILINE,
    ),
    "go": re.compile(r"^(?P<head>(?P<word>func|type)\s+(?:\([^)\n]*\)\s*)?(?P<name>[A-Za-z_]\w*))", re.MULTILINE),
    "rust": re.compile(
        r"^[ \t]*(?P<head>(?P<export>pub(?:\([^)]*\))?\s+)?(?:async\s+)?(?:const\s+)?(?:unsafe\s+)?"
        r"(?P<word>fn|struct|enum|trait)\s+(?P<name>[A-Za-z_]\w*))",
        re.MULTILINE,
    ),
    "java": re.compile(
        r"^[ \t]*(?P<head>(?P<export>public)\s+(?:static\s+|final\s+|abstract\s+|synchronized\s+)*"
        r"(?:(?P<word>class|interface|enum)\s+|[\w<>\[\], .?]+\s+)(?P<name>[A-Za-z_]\w*))(?=[\s(<{])",
        re.MULTILINE,
    ),
}
_PATTERNS["javascript"] = _PATTERNS["typescript"]


def _signature_end(text: str, at: int) -> int:
    """Index of the `{`, `;`, `=` or line end that closes a declaration's head, brackets respected."""
    depth = 0
    for i in range(at, min(len(text), at + 400)):
        c = text[i]
        if c in "([<" and not (c == "<" and text[i - 1] in " -"):
            depth += 1
        elif c in ")]" or (c == ">" and text[i - 1] not in "=-"):
            depth -= 1
        elif depth <= 0 and (c in "{;\n" or (c == "=" and text[i + 1 : i + 2] != ">")):
            return i
    return -1


def _comment_before(lines: list[str], row: int, language: str) -> str:
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


def regex_symbols(text: str, language: str) -> Iterator[Symbol]:
    lines = text.split("\n")
    for match in _PATTERNS[language].finditer(text):
        name, word = match["name"], match["word"]
        if len(name) < 3:
            continue
        end = _signature_end(text, match.end("head"))
        signature = one_line(text[match.start("head") : end]) if end > 0 else None
        if signature is None:
            continue
        row = text.count("\n", 0, match.start("head"))
        sentence = first_sentence(_comment_before(lines, row, language))
        exported = name[0].isupper() if language == "go" else bool(match["export"])
        signature = re.sub(r"^export (default )?", "", signature)
        if word in ("const", "type") and len(signature) < len(name) + 8:
            signature = f"{word} {name}"
        yield Symbol(name, text.count("\n", 0, end) + 1, signature, sentence, exported)


def symbols(text: str, language: str) -> list[Symbol]:
    """Symbols of a file, those whose name occurs once as a definition."""
    if language == "python":
        found = python_symbols(text)
    elif language in _PATTERNS:
        found = list(regex_symbols(text, language))
    else:
        return []
    names = [s.name for s in found]
    return [s for s in found if names.count(s.name) == 1]
