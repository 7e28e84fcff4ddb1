"""The next line across files (in the manner of RepoBench): a line of one file that needs a name of another one."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from .sources import Repository, Source

MAX_BEFORE = 1200  # characters of the open file, about 320 tokens
MIN_BEFORE = 80
SHORTEST, LONGEST = 12, 120  # characters of a line without its indentation
SHORTEST_NAME = 4


@dataclass
class Completion:
    """`line`, behind the file's text `before` it, uses `name`, defined in the file at `needs`.

    The line break and the white space between the two belong to `line`: tokenizers join them with what follows.
    """

    path: str
    before: str
    line: str
    name: str
    needs: str


def tail_of(text: str, characters: int) -> str:
    """Whole lines from the end, at most `characters`."""
    if len(text) <= characters:
        return text
    return text[text.find("\n", len(text) - characters) + 1 :]


def first_use(source: Source, name: str) -> int | None:
    """The first row whose code has the name, imports and what is exported from elsewhere left out."""
    if source.code is None:
        return None
    imported = {row for i in source.imports or [] for row in range(i.first_row, i.last_row + 1)}
    for row, line in enumerate(source.code.split("\n")):
        if row not in imported and re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", line):
            return None if line.startswith("export {") else row
    return None


def completions(repository: Repository, source: Source) -> list[Completion]:
    """The lines of `source` that a name from another file is first used in."""
    found: list[Completion] = []
    lines = source.full.split("\n")
    own = {s.name for s in source.symbols}
    for link, path in repository.links(source):
        defined = {s.name for s in repository.source(path).symbols}
        for there, here in link.names:
            if there != here or there not in defined or here in own or len(here) < SHORTEST_NAME:
                continue
            row = first_use(source, here)
            if row is None or not SHORTEST <= len(lines[row].strip()) <= LONGEST:
                continue
            above = tail_of("".join(line + "\n" for line in lines[:row]), MAX_BEFORE)
            before = above.rstrip()
            if len(before) >= MIN_BEFORE:
                found.append(Completion(source.path, before, above[len(before) :] + lines[row], here, path))
    return found


def draw(repository: Repository, rng: random.Random, tries: int = 20) -> tuple[Source, Completion] | None:
    """The file that is needed and a line that needs it, from files at random."""
    paths = list(repository.records)
    for _ in range(tries):
        found = completions(repository, repository.source(rng.choice(paths)))
        if found:
            chosen = rng.choice(found)
            return repository.source(chosen.needs), chosen
    return None
