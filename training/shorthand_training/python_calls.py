"""Calls in Python files, by its own parser."""

from __future__ import annotations

import ast

from .python_symbols import Function, parse


class _Finder(ast.NodeVisitor):
    """Collects the calls of one name with the function around each; `certain` is lost by any other use of it."""

    def __init__(self, name: str, defines: bool) -> None:
        self.name, self.defines = name, defines
        self.around: list[str] = []
        self.found: list[tuple[str, int]] = []
        self.certain = True

    def visit_function(self, node: Function) -> None:
        if node.name == self.name and not (self.defines and not self.around):
            self.certain = False
        for outside in (*node.decorator_list, node.args, *([node.returns] if node.returns else [])):
            self.visit(outside)
        self.around.append(node.name)
        for inside in node.body:
            self.visit(inside)
        self.around.pop()

    visit_FunctionDef = visit_function
    visit_AsyncFunctionDef = visit_function

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == self.name:
            self.certain = self.certain and len(self.around) == 1 and self.around[0] != self.name
            self.found.append((self.around[0] if self.around else "", node.lineno - 1))
        else:
            self.visit(node.func)
        for value in (*node.args, *node.keywords):
            self.visit(value)

    def visit_Name(self, node: ast.Name) -> None:
        self.certain = self.certain and node.id != self.name

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.certain = self.certain and node.attr != self.name
        self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        self.certain = self.certain and node.arg != self.name
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.certain = self.certain and node.name != self.name
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.certain = self.certain and node.asname != self.name


def python_calls(text: str, name: str, defines: bool) -> list[tuple[str, int]] | None:
    """(function around the call, row) of every call of a function of the top level, which this file defines or imports.

    None where anything else is done with the name, a call stands in no function or in a function in a function.
    """
    tree = parse(text)
    if tree is None:
        return None
    finder = _Finder(name, defines)
    finder.visit(tree)
    return finder.found if finder.certain else None
