"""Put measured tables into a model card, with the line that says what was counted.

python -m shorthand_training.card ../models/shorthand-nano/MODEL_CARD.md RUN/evaluation.md \
    RUN/fidelity.md="Fidelity of a window"

A file whose parts have headings, like `evaluate`'s, fills the card's sections of the same headings; of another one the
section is named behind `=`. The tables of a section keep their order. Everything else in the card stays as it is: what
a figure means is for people to say.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

#: What begins a paragraph that counts what was measured.
COUNTED = re.compile(r"\d+ (held-out )?(items|windows|lines|questions)\b")


class OtherTables(ValueError):
    """The measured tables are not those of the card's section."""


def sections(text: str) -> dict[str, str]:
    """Title -> what stands below it, up to the next heading of any level."""
    parts = re.split(r"^#+ (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def is_table(block: str) -> bool:
    return block.startswith("|")


def is_count(block: str) -> bool:
    return COUNTED.match(block) is not None


def filled(title: str, body: str, measured: str) -> str:
    """A section's body with the measured tables, and the measured count, in the places of its own."""
    blocks, new = body.strip("\n").split("\n\n"), measured.strip("\n").split("\n\n")
    for kind in (is_table, is_count):
        places, found = [i for i, b in enumerate(blocks) if kind(b)], [b for b in new if kind(b)]
        if len(places) != len(found) and (kind is is_table or places):
            raise OtherTables(f"{title}: the card has {len(places)} in its place, measured were {len(found)}")
        for i, block in zip(places, found, strict=False):
            blocks[i] = block.strip("\n")
    return "\n\n".join(blocks)


def fill(card: str, title: str, measured: str) -> str:
    body = sections(card).get(title)
    if body is None:
        raise OtherTables(f"{title}: the card has no such section")
    return card.replace(body.strip("\n"), filled(title, body, measured))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", type=Path)
    parser.add_argument("measured", nargs="+", metavar='FILE[="SECTION"]')
    a = parser.parse_args()
    card = a.card.read_text()
    for name in a.measured:
        file, _, title = name.partition("=")
        text = Path(file).read_text()
        for section, measured in ({title: text} if title else sections(text)).items():
            card = fill(card, section, measured)
    a.card.write_text(card)


if __name__ == "__main__":
    main()
