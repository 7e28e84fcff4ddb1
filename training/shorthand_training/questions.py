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
#: The same questions as people put them: a share of those that are trained on stand in one of these.
OTHER_WORDS = {
    "what": (
        "Explain `{}`.", "What is `{}` for?", "What is the purpose of `{}`?", "Describe `{}`.", "what does {} do",
    ),
    "signature": ("Show the signature of `{}`.", "How is `{}` declared?", "what's the signature of {}?"),
    "where": ("Which file defines `{}`?", "Where can I find `{}`?", "In which file is `{}`?", "where is {} defined"),
    "exports": ("Which names does `{}` export?", "List the exports of `{}`.", "what does {} export"),
    "imports": ("Which modules does `{}` import?", "List the imports of `{}`.", "what does {} import"),
    "parameters": ("Which parameters does `{}` take?", "What arguments does `{}` take?", "parameters of {}"),
    "returns": ("What is the return type of `{}`?", "What type does `{}` return?", "what does {} return"),
    "callers": ("Who calls `{}`?", "Where is `{}` called?", "Which functions use `{}`?", "what calls {}?"),
}  # fmt: skip
#: Words that no training has: what a reader of the table may expect of their own.
UNSEEN_WORDS = {
    "what": "Tell me what `{}` does.",
    "signature": "Give me the signature of `{}`.",
    "where": "In what file do I find the definition of `{}`?",
    "exports": "Tell me what `{}` exports.",
    "imports": "Tell me what `{}` imports.",
    "parameters": "List the parameters of `{}`.",
    "returns": "Tell me what `{}` returns.",
    "callers": "List the functions that call `{}`.",
}
OF_SYMBOLS = ("what", "signature", "where", "parameters", "returns", "callers")
MOST_NAMES = 8
LONGEST_RETURN = 120

#: Question, answer, kind, and the symbol or path that is asked about.
Turn = list[str]


def question(kind: str, subject: str) -> str:
    """The fixed wording of each kind; the engine asks in the same words."""
    return WORDING[kind].format(subject)


def in_unseen_words(question: str) -> str:
    """The question as no training puts it; `question` is in the fixed wording."""
    for kind, words in WORDING.items():
        before, after = words.split("{}")
        if question.startswith(before) and question.endswith(after):
            return UNSEEN_WORDS[kind].format(question[len(before) : len(question) - len(after)])
    raise ValueError(f"not in the fixed wording: {question}")


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
    """Asks about files; of the kinds that a file allows, the one that was asked least so far.

    A share of `reworded` of the questions is in other words than the fixed ones.
    """

    def __init__(self, rng: random.Random, reworded: float = 0.0) -> None:
        self.rng, self.reworded = rng, reworded
        self.asked: Counter[str] = Counter()

    def ask(self, kind: str, subject: str) -> str:
        if self.reworded and self.rng.random() < self.reworded:
            return self.rng.choice(OTHER_WORDS[kind]).format(subject)
        return question(kind, subject)

    def absent(self, files: list[Source], others: list[str]) -> Turn | None:
        """A question whose answer is not there; `others`: names of another repository."""
        name = self.rng.choice(others)
        if any(name in f.text for f in files):
            return None
        return [self.ask(self.rng.choice(OF_SYMBOLS), name), NO_ANSWER, "absent", name]

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
                turn = [self.ask(kind, subject), known[file.path][kind].pop(subject), kind, subject]
                self.asked[kind] += 1
            if turn[0] not in [t[0] for t in turns]:
                turns.append(turn)
        return turns
