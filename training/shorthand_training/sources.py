"""Files of a repository as questions see them: a first part of the text, and facts about all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .code_only import code_only
from .exports import exports
from .imports import Import, Paths, imports
from .pattern_calls import pattern_calls
from .python_calls import python_calls
from .symbol import Symbol
from .symbols import symbols

MAX_CHARACTERS = 4200  # of one context file, about 1100 tokens


def head_of(text: str, characters: int) -> str:
    """Whole lines from the start, at most `characters`."""
    if len(text) <= characters:
        return text
    return text[: text.rfind("\n", 0, characters) + 1]


@dataclass
class Source:
    """`text` is what a prompt holds: the first MAX_CHARACTERS of `full`, whole lines. Rows count from 0."""

    path: str
    language: str
    full: str

    @cached_property
    def text(self) -> str:
        return head_of(self.full, MAX_CHARACTERS)

    @cached_property
    def rows(self) -> int:
        """Whole lines of `text`."""
        return self.text.count("\n")

    @cached_property
    def code(self) -> str | None:
        return code_only(self.full, self.language)

    @cached_property
    def symbols(self) -> list[Symbol]:
        """Those whose declaration is in `text`."""
        return [s for s in symbols(self.full, self.language) if s.line <= self.rows]

    @cached_property
    def imports(self) -> list[Import] | None:
        return imports(self.full, self.language, self.code)

    @cached_property
    def exported(self) -> list[str] | None:
        """Names that the file exports; None where that is not certain, or where `text` does not show all."""
        found = exports(self.full, self.language, self.code)
        return None if found is None or any(row >= self.rows for _, row in found) else [name for name, _ in found]

    @cached_property
    def modules(self) -> list[str] | None:
        """What the file imports, each module once; None as above."""
        found = self.imports
        if found is None or any(i.last_row >= self.rows for i in found):
            return None
        return list(dict.fromkeys(i.module for i in found))


class Repository:
    """Files by path, analysed when they are asked for."""

    def __init__(self, records: list[dict[str, str]]) -> None:
        self.records = {r["path"]: r for r in records}
        self.paths = Paths(self.records)
        self.known: dict[str, Source] = {}

    def source(self, path: str) -> Source:
        if path not in self.known:
            record = self.records[path]
            self.known[path] = Source(path, record["language"], record["text"])
        return self.known[path]

    def links(self, source: Source) -> list[tuple[Import, str]]:
        """The imports by name whose file is known."""
        found = [
            (i, self.paths.resolve(i.module, source.path, source.language)) for i in source.imports or [] if i.names
        ]
        return [(i, path) for i, path in found if path and path != source.path]

    def _calls(self, source: Source, defined_in: Source, name: str) -> list[tuple[str, int]] | None:
        """Calls of `defined_in`'s function in `source`; None: not certain."""
        if name not in source.full:
            return []
        defines = source is defined_in
        links = [i for i, path in self.links(source) if path == defined_in.path and (name, name) in i.names]
        if not defines and not links:
            return None
        if source.language == "python":
            return python_calls(source.full, name, defines)
        if source.code is None:
            return None
        return pattern_calls(source.code, source.language, name, defines, [(i.first_row, i.last_row) for i in links])

    def callers(self, files: list[Source], defined_in: Source, name: str) -> list[str] | None:
        """Functions of `files` that call a function of the top level of one of them, in order; None: not certain."""
        names: list[str] = []
        for source in files:
            found = self._calls(source, defined_in, name)
            if found is None or any(row >= source.rows for _, row in found):
                return None
            names += [caller for caller, _ in found]
        return list(dict.fromkeys(names))
