"""The identifiers of a piece of code, and how many of them another piece holds."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_KEYWORDS = """
    abstract and any as async await bool boolean break case catch char class const continue crate def default
    defer del do double elif else enum except export extends extern false finally float fn for from func function
    go if impl implements import in instanceof int interface is lambda let long loop map match mod mut new nil
    none None not null number of or override package pass private protected pub public raise range return self
    Self short static str string struct super switch this throw throws trait true True False try type typeof
    undefined unsafe use var void where while with yield
    """
#: Keywords of the corpus's languages: every model writes them, whatever it has read.
KEYWORDS = frozenset(_KEYWORDS.split())
SHORTEST = 2


def identifiers(text: str) -> set[str]:
    """Names of at least two characters that are no keywords."""
    return {n for n in _NAME.findall(text) if len(n) >= SHORTEST and n not in KEYWORDS}


def identifier_recall(reference: str, guess: str) -> float:
    """The share of the reference's identifiers that the guess holds; 1 where there are none."""
    wanted = identifiers(reference)
    return len(wanted & identifiers(guess)) / len(wanted) if wanted else 1.0


def identifier_f1(reference: str, guess: str) -> float:
    """F1 of the two sets of identifiers; 1 where both are empty."""
    wanted, found = identifiers(reference), identifiers(guess)
    if not wanted and not found:
        return 1.0
    return 2 * len(wanted & found) / (len(wanted) + len(found))
