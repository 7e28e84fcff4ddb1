"""Symbols of Python files, by its own parser."""

from __future__ import annotations

import ast

from .documentation import first_sentence
from .signatures import one_line
from .symbol import Symbol

Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _is_static(node: Function) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def parameters(node: Function, method: bool) -> list[str]:
    """Names in the order in which they are written, with their stars; without `self` and `cls`."""
    a = node.args
    names = [p.arg for p in (*a.posonlyargs, *a.args)]
    if method and names and not _is_static(node):
        names = names[1:]
    starred = [f"*{a.vararg.arg}"] if a.vararg else []
    return [*names, *starred, *(p.arg for p in a.kwonlyargs), *([f"**{a.kwarg.arg}"] if a.kwarg else [])]


def _symbol(node: Function | ast.ClassDef, top: bool) -> Symbol | None:
    sentence = first_sentence(ast.get_docstring(node) or "")
    end = node.body[0].end_lineno or node.lineno
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(b) for b in node.bases)
        flat = one_line(f"class {node.name}({bases})" if bases else f"class {node.name}")
        return Symbol(node.name, end, flat, sentence, "class") if flat else None
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    kind = ast.unparse(node.returns) if node.returns else None
    flat = one_line(f"{word} {node.name}({ast.unparse(node.args)}){f' -> {kind}' if kind else ''}")
    if flat is None:
        return None
    return Symbol(node.name, end, flat, sentence, "function" if top else "method", parameters(node, not top), kind)


def python_symbols(text: str) -> list[Symbol]:
    """Functions and classes of the top level, and the classes' methods."""
    found: list[Symbol] = []

    def visit(nodes: list[ast.stmt], top: bool) -> None:
        for node in nodes:
            if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("__"):
                symbol = _symbol(node, top)
                if symbol:
                    found.append(symbol)
            if isinstance(node, ast.ClassDef) and top:
                visit(node.body, False)

    tree = parse(text)
    visit(tree.body if tree else [], True)
    return found
