"""Recognise permissive licence texts. Anything not recognised is refused."""

from __future__ import annotations

import re

_RULES: list[tuple[str, str]] = [
    ("Apache-2.0", r"apache license,?\s+version 2\.0"),
    ("curl", r"daniel stenberg.*permission to use, copy, modify, and distribute this software for any purpose"),
    ("MIT", r"permission is hereby granted, free of charge, to any person obtaining a copy"),
    ("ISC", r"permission to use, copy, modify, and(/or)? distribute this software for any purpose"),
    ("BSD-3-Clause", r"redistribution and use in source and binary forms.*(neither the name|names? of (its|the|any) )"),
    ("BSD-2-Clause", r"redistribution and use in source and binary forms"),
    ("Unlicense", r"this is free and unencumbered software released into the public domain"),
]
_REFUSED = re.compile(
    r"^[\s#*=_-]*(gnu (affero |lesser |library )?general public license|mozilla public license|eclipse public license|"
    r"business source license|elastic license|server side public license|functional source license|commons clause|"
    r"polyform |"
    r"([^\n]{0,60}\s)?enterprise( edition)? licen[sc]e)",
    re.IGNORECASE,
)


def is_refused(text: str) -> bool:
    """True for a copyleft or source-available licence text."""
    return bool(_REFUSED.search(text))


def recognise(text: str) -> str | None:
    """SPDX id of a permissive licence text, or None."""
    flat = re.sub(r"\s+", " ", text.lower())
    if "apache license" in flat and "version 2.0" in flat[:600]:
        return "Apache-2.0"
    # a file that also quotes the licences of borrowed parts begins with its own
    found = [(match.start(), spdx) for spdx, pattern in _RULES if (match := re.search(pattern, flat))]
    return min(found, key=lambda f: f[0])[1] if found else None
