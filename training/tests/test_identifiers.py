"""Identifiers, batches of greedy decoding, and what stands in a context at a budget."""

import pytest
import torch

from shorthand_training.answers import retention
from shorthand_training.contexts import Shown, middle, prefix
from shorthand_training.cross_file import first_line, has_line
from shorthand_training.generate import greedy, greedy_texts
from shorthand_training.identifiers import identifier_f1, identifier_recall, identifiers
from shorthand_training.measurer import Measurer
from shorthand_training.repeats import repeated_tail

TEXT = "".join(f"def function_{i}(value):\n    return value + {i}\n" for i in range(8))


def test_identifiers_are_names_and_no_keywords() -> None:
    assert identifiers("const total = readAll(x, path_2); // $y1") == {"total", "readAll", "path_2", "$y1"}
    assert identifier_recall("return readAll(path)", "readAll()") == 0.5
    assert identifier_recall("return 1", "") == 1
    assert identifier_f1("readAll(path)", "readAll(other, path)") == pytest.approx(0.8)
    assert identifier_f1("a(1)", "b(2)") == 1
    assert first_line("\n\n  go(1) \nmore") == "go(1)"
    assert has_line("\n go(1)\n") and not has_line("\n\n go(1)")


def test_contexts_keep_to_the_positions_of_slots(measurer: Measurer) -> None:
    file = Shown("a.py", TEXT, "".join(f"total_{i} = {i}\n" for i in range(20)))
    size = {n: len(middle(measurer, n, file)) for n in ("none", "full", "slots8", "truncated8", "skeleton8")}
    assert size["none"] == 0 and size["slots8"] == size["truncated8"] < size["full"]
    assert 0 < size["skeleton8"] <= size["slots8"]
    assert not torch.equal(middle(measurer, "slots8", file)[:4], middle(measurer, "wrong8", file)[:4])
    head = measurer.head("a.py")
    both = prefix(measurer, "slots8", [file, file])
    assert len(both) == 2 * (len(head) + size["slots8"]) - 1
    torch.testing.assert_close(both[: len(head)], head)
    with pytest.raises(ValueError):
        middle(measurer, "other8", file)


def test_texts_come_back_in_the_order_of_the_prompts(measurer: Measurer) -> None:
    prompts = [measurer.ids(list(range(16, 16 + n))) for n in (9, 2, 30, 5)]
    limits = [4, 8, 2, 6]
    together = greedy_texts(measurer.decoder, measurer.prompt.tokenizer, prompts, limits, set())
    for prompt, limit, text in zip(prompts, limits, together, strict=True):
        (ids,) = greedy(measurer.decoder, [prompt], [limit], set())
        assert len(ids) == limit and measurer.prompt.tokenizer.decode(ids) == text


def test_decoding_ends_where_it_only_repeats_itself() -> None:
    assert repeated_tail([1, 2, 3] + [7, 8] * 30) == 58
    assert repeated_tail([5] * 60) == 59 and repeated_tail([5] * 59) == 0
    assert repeated_tail(list(range(40)) * 5) == 0 and repeated_tail(list(range(40)) * 6) == 200


def test_retention_wants_full_text_to_be_better() -> None:
    none, full = [0.1, 0.2, 0.1, 0.2] * 20, [0.7, 0.8, 0.9, 0.8] * 20
    half = [(a + b) / 2 for a, b in zip(none, full, strict=True)]
    assert retention(none, full, half)["retention"] == pytest.approx(0.5)
    assert retention(none, none, half) == {}
