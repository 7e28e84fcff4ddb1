"""Questions about files of one repository, with exact answers."""

from __future__ import annotations

import random
from collections import Counter

from .sources import Repository, Source
from .template import NO_ANSWER

#: 0.03 were too few to be learnt; with many more, a small decoder that reads badly says it to everything.
NEGATIVE_SHARE = 0.1
WORDING = {
    "what": "What does `{}` do?",
    "signature": "What is the signature of `{}`?",
    "where": "Where is `{}` defined?",
    "exports": "What does `{}` export?",
    "imports": "What does `{}` import?",
    "parameters": "What are the parameters of `{}`?",
    "returns": "What does `{}` return?",
    "callers": "Which functions call `{}`?",
}
OF_SYMBOLS = ("what", "signature", "where", "parameters", "returns", "callers")
MOST_NAMES = 8
LONGEST_RETURN = 120

Turn = list[str]


def question(kind: str, subject: str) -> str:
    """The fixed wording of each kind; the engine asks in the same words."""
    return WORDING[kind].format(subject)


def names(found: list[str] | None) -> str | None:
    """`a`, `b`; None for no names, too many, or names that are not certain."""
    return ", ".join(f"`{n}`" for n in found) if found and len(found) <= MOST_NAMES else None


def answers(repository: Repository, files: list[Source], file: Source) -> dict[str, dict[str, str]]:
    """By kind: the subjects in `file` that can be asked about, and the answers."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in WORDING}
    everywhere = Counter(s.name for f in files for s in f.symbols)
    for s in file.symbols:
        if everywhere[s.name] != 1:
            continue
        found["where"][s.name] = f"`{file.path}`"
        found["signature"][s.name] = f"`{s.signature}`"
        if s.sentence:
            found["what"][s.name] = s.sentence
        if s.parameters is not None:
            found["parameters"][s.name] = ", ".join(f"`{p}`" for p in s.parameters) or "none"
        if s.returns and len(s.returns) <= LONGEST_RETURN:
            found["returns"][s.name] = f"`{s.returns}`"
        if s.sort == "function" and (callers := names(repository.callers(files, file, s.name))):
            found["callers"][s.name] = callers
    for kind, listed in (("exports", names(file.exported)), ("imports", names(file.modules))):
        if listed:
            found[kind][file.path] = listed
    return found


class Questioner:
    """Asks about files; of the kinds that a file allows, the one that was asked least so far."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.asked: Counter[str] = Counter()

    def absent(self, files: list[Source], others: list[str]) -> Turn | None:
        """A question whose answer is not there; `others`: names of another repository."""
        name = self.rng.choice(others)
        if any(name in f.text for f in files):
            return None
        return [question(self.rng.choice(OF_SYMBOLS), name), NO_ANSWER, "absent"]

    def turns(self, repository: Repository, files: list[Source], others: list[str], count: int) -> list[Turn]:
        """At most `count` questions, none twice."""
        known: dict[str, dict[str, dict[str, str]]] = {}
        turns: list[Turn] = []
        for _ in range(count):
            turn = self.absent(files, others) if others and self.rng.random() < NEGATIVE_SHARE else None
            if turn is None:
                file = self.rng.choice(files)
                if file.path not in known:
                    known[file.path] = answers(repository, files, file)
                open_kinds = [kind for kind, subjects in known[file.path].items() if subjects]
                if not open_kinds:
                    continue
                kind = min(open_kinds, key=lambda k: (self.asked[k], self.rng.random()))
                subject = self.rng.choice(list(known[file.path][kind]))
                turn = [question(kind, subject), known[file.path][kind].pop(subject), kind]
                self.asked[kind] += 1
            if turn[0] not in [t[0] for t in turns]:
                turns.append(turn)
        return turns
