"""Baselines and the comparison of two bundles."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch

from shorthand_training import chat_answers
from shorthand_training.answers import Asked
from shorthand_training.cases import Case
from shorthand_training.compare import compare, table
from shorthand_training.corpus import read_split
from shorthand_training.measurer import Measurer
from shorthand_training.plot import quality
from shorthand_training.pruning import blocks_of, knapsack, most_surprising, surprising_tokens, useful_blocks


def test_surprising_tokens_keep_their_order() -> None:
    assert most_surprising([7, 8, 9, 10], [0.1, 3.0, 0.2, 2.0], 2) == [8, 10]
    assert most_surprising([7], [0.1], 5) == [7]


def test_knapsack_takes_the_best_that_fits() -> None:
    assert knapsack([5, 4, 3], [10.0, 7.0, 6.0], 7) == [1, 2]
    assert knapsack([5, 4, 3], [10.0, 7.0, 6.0], 12) == [0, 1, 2]
    assert knapsack([2, 2], [-1.0, 0.0], 4) == []
    assert knapsack([9], [1.0], 4) == []


def test_blocks_end_where_a_line_surprises() -> None:
    lines = [[1], [2], [3], [4], [5]]
    assert blocks_of(lines, [1.0, 1.0, 5.0, 1.0, 1.0], 10) == [[1, 2], [3, 4, 5]]
    assert blocks_of(lines, [1.0] * 5, 2)[0] == [1]
    assert [t for b in blocks_of(lines, [1.0, 2.0, 1.0, 2.0, 1.0], 2) for t in b] == [1, 2, 3, 4, 5]


def test_pruned_contexts_fit_their_budgets(measurer: Measurer) -> None:
    text = "".join(f"def function_{i}(value):\n    return value + {i}\n" for i in range(6))
    case = Case("c", "c/one", "src/a.py", [text, text], "def last():\n    pass\n")
    flat = [t for w in measurer.windows(case.context) for t in w]
    for prune in (surprising_tokens, useful_blocks):
        for budget, kept in zip((40, 20, 9), prune(measurer, case, [40, 20, 9]), strict=True):
            assert 0 < len(kept) <= budget and set(kept) <= set(flat)
    assert useful_blocks(measurer, case, [40])[0][-20:] == flat[-20:]


def test_two_bundles_are_compared_on_the_same_items() -> None:
    generator = torch.Generator().manual_seed(0)
    none = 4 + torch.rand(60, generator=generator)
    columns = {"none": none, "full": none - 1, "near_slots8": none - 0.9}
    columns |= {f"slots{r}": none - 0.25 for r in (4, 8, 16)} | {f"wrong{r}": none - 0.1 for r in (4, 8, 16)}
    old = {k: v.tolist() for k, v in columns.items()}
    new = old | {"slots8": (none - 0.5).tolist()}
    rows = {name: (values, difference) for name, values, difference in compare(old, new)}
    values, difference = rows["gap closed, 8x (%)"]
    assert values == pytest.approx([25, 50], abs=1e-3) and difference == pytest.approx([25, 25, 25], abs=1e-3)
    assert rows["gap closed, 4x (%)"][1] == pytest.approx([0, 0, 0], abs=1e-6)
    assert rows["wrong - slots, 8x"][0] == pytest.approx([0.15, 0.4], abs=1e-4)
    assert "| gap closed, 8x (%) | 25.0 | 50.0 | +25.0 [+25.0, +25.0] |" in table(compare(old, new))
    fewer = {k: v for k, v in old.items() if k != "near_slots8"}
    assert len(compare(fewer, new)) == len(rows) - 1


def test_the_product_is_asked_on_its_command_line(corpus: Path, tmp_path: Path) -> None:
    repository = next(read_split(corpus, "test"))["repo"]
    chat_answers.write_workspaces(corpus, [repository], tmp_path)
    folder = chat_answers.workspace(tmp_path, repository)
    assert any(path.is_file() for path in folder.rglob("*"))
    shorthand = tmp_path / "shorthand.py"
    shorthand.write_text("import sys\nprint(' '.join(sys.argv[1:]) + '\\n\\nread a.py:1-2 as slots')\n")
    cli = [sys.executable, str(shorthand)]
    assert (
        chat_answers.answer(cli, tmp_path, ["--positions", "600"], "Q?")
        == f"ask Q? --folder {tmp_path} --positions 600"
    )
    asked = [Asked("1", repository, [], "Q?", f"ask Q? --folder {folder}", "what")]
    assert chat_answers.row(cli, tmp_path, "", asked).startswith("| none | 1.000")


def test_plot_shows_what_was_measured() -> None:
    row = {"gap_closed": 0.3, "gap_closed_interval": [0.25, 0.35]}
    table = {f"slots{r}": row for r in (4, 8, 16)} | {"mean8": row | {"gap_closed_interval": [-0.05, 0.35]}}
    drawing = quality(table, "a < b")
    root = ElementTree.fromstring(drawing)
    words = {e.text for e in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"a < b", "slots", "mean-pooled embeddings", "4x", "16x", "-20 %"} <= words
    assert "a wrong file's slots" not in words
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4


def test_losses_come_back_in_the_order_of_the_items(measurer: Measurer) -> None:
    targets = [[20, 21, 22], [30] * 12, [40, 41]]
    prefixes = [measurer.ids(list(range(16, 16 + n))) for n in (9, 2, 5)]
    together = measurer.losses(prefixes, targets, batch=2)
    for prefix, target, both in zip(prefixes, targets, together, strict=True):
        alone = measurer.losses([prefix], [target])[0]
        assert both.shape == (2, len(target))
        torch.testing.assert_close(both, alone, atol=1e-4, rtol=1e-4)
