"""A model card takes over what was measured and keeps what people wrote."""

import pytest

from shorthand_training.card import OtherTables, fill, sections

CARD = """# model

## Evaluation
`the command`

### Continuation

240 items, 400 tokens each.

| a | b |
|---|---|
| old | 1 |

What it means.

| c |
|---|
| old |

### Next
| a | b |
|---|---|
| old | 1 |
"""
MEASURED = """Repositories: one, two.

### Continuation

12 items, 90 tokens each.

| a | b |
|---|---|
| new | 2 |

| c |
|---|
| new |
"""


def test_tables_and_counts_are_replaced_and_words_stay() -> None:
    ((title, measured),) = sections(MEASURED).items()
    filled = fill(CARD, title, measured)
    assert filled == CARD.replace("240 items, 400", "12 items, 90").replace("old | 1", "new | 2", 1).replace(
        "| old |\n\n### Next", "| new |\n\n### Next"
    )
    assert "| old | 1 |" in sections(filled)["Next"]


def test_other_tables_than_the_cards_are_refused() -> None:
    with pytest.raises(OtherTables, match="Continuation"):
        fill(CARD, "Continuation", "| a |\n|---|\n| 1 |\n")
    with pytest.raises(OtherTables, match="Elsewhere"):
        fill(CARD, "Elsewhere", MEASURED)
