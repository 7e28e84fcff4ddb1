"""A named thing of a source file with exact facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: `function`: at the top level of its file; `method`: in a class, an `impl` or with a receiver.
Sort = Literal["function", "method", "class", "value"]


@dataclass
class Symbol:
    name: str
    line: int  # 0-based line of the declaration's end of signature
    signature: str
    sentence: str | None  # first sentence of the documentation
    sort: Sort
    parameters: list[str] | None = None  # names; None: not a function, or names that are not certain
    returns: str | None = None  # the written return type
