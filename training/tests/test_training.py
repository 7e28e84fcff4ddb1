"""The log that trainings share, the distilled loss, and the items that the product's plan asks for."""

import json
import random
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from shorthand_training import goldens, training_log
from shorthand_training.assembly import lay_out
from shorthand_training.config import ModelConfig
from shorthand_training.distil import distilled_rows, is_distilled, mixed_loss, teacher_states
from shorthand_training.encoder import ArcEncoder
from shorthand_training.items import Ids, Items, Slots, raw, read_files
from shorthand_training.model import Decoder
from shorthand_training.prompt import RolePrompt
from shorthand_training.training_log import TrainingLog

SMALL = ModelConfig(64, 3, 4, 2, 16, 128, 512, 512)


def test_log_saves_and_validates_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(training_log, "SAVE_EVERY", -1.0)
    log = TrainingLog(
        tmp_path, "run", lambda: calls.append("save"), lambda: calls.append("validate") or {"valid": 1.0}, -1.0, 100
    )
    for step in range(1, 22):
        log.loss("loss", 2.0)
        log.after(step, 100 + step, {"alone": False} if log.due(step) else {})
    log.finish({"step": 21})
    lines = [json.loads(line) for line in (tmp_path / "run.log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [20, 21]
    assert lines[0]["loss"] == 2 and lines[0]["valid"] == 1 and lines[0]["tokens"] == 120 and lines[0]["speed"] > 0
    assert calls.count("save") == 21 and calls.count("validate") == 1
    assert json.loads((tmp_path / "run.summary.json").read_text()) == {"step": 21}
    with pytest.raises(SystemExit):
        log.loss("loss", float("nan"))


def test_distilled_loss_is_least_where_the_reader_says_what_the_teacher_says() -> None:
    decoder, encoder = Decoder(SMALL), ArcEncoder(SMALL)
    goldens.randomise(decoder, 1)
    window = list(range(20, 37))
    items = [
        [Ids([0, 1]), Slots([window], "rec"), Ids(window[:4], 1.0)],
        [Ids([0, 1]), Slots([window]), Ids([50, 51, 52], 1.0)],
    ]
    assert [is_distilled(i) for i in items] == [False, True]
    laid = lay_out([raw(items[1])], 8, encoder.slots_of)
    batch = lay_out(items, 8, encoder.slots_of)
    rows = distilled_rows(batch, items)
    assert rows.tolist() == [4, 5, 6] and batch.targets[rows].tolist() == laid.targets.tolist()
    with torch.no_grad():
        teacher = teacher_states(decoder, laid)
        text = decoder.embed(laid.ids)

        def loss(embeds: torch.Tensor, share: float) -> float:
            every = torch.arange(3)
            return float(mixed_loss(decoder, embeds, laid.positions, laid.targets, laid.weights, every, teacher, share))

        own = torch.softmax(decoder.logits(teacher), -1)
        entropy = float(-(own * own.log()).sum(-1).mean())
        assert loss(text, 1.0) == pytest.approx(entropy, rel=1e-4)
        assert loss(text + torch.randn_like(text), 1.0) > entropy
        plain = torch.nn.functional.cross_entropy(decoder.logits(teacher), laid.targets)
        assert loss(text, 0.0) == pytest.approx(float(plain), rel=1e-4)


def test_a_corpus_without_neighbours_gives_what_it_has(corpus: Path, tokenizer: Tokenizer) -> None:
    only = read_files(corpus, "train")[:1]
    items = Items(only, None, tokenizer, RolePrompt(tokenizer), 64, 48, random.Random(0))
    assert any(isinstance(piece, Slots) for piece in items.neighbours(2))


def test_raw_text_may_stand_between_slots_and_target(corpus: Path, tokenizer: Tokenizer) -> None:
    items = Items(read_files(corpus, "train"), None, tokenizer, RolePrompt(tokenizer), 64, 48, random.Random(0))
    for _ in range(20):
        head, slots, shown, target = items.continuation(2, between_share=1.0)
        assert isinstance(slots, Slots) and slots.special == "cont" and 1 <= len(slots.windows) <= 2
        assert isinstance(shown, Ids) and shown.weight == 0 and 32 <= len(shown.ids) <= 64
        assert isinstance(target, Ids) and target.weight == 1 and 1 <= len(target.ids) <= 48
        text = tokenizer.decode(shown.ids + target.ids)
        assert any(text.strip() in file.text for file in items.files)


def test_a_next_line_stands_behind_the_open_file(corpus: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    completion = {"path": "b.py", "before": "import a", "line": "\na.run()", "name": "run", "needs": "a.py"}
    task = {"files": [{"path": "a.py", "text": "def run():\n    pass\n"}], "turns": [["Q?", "yes", "what"]]}
    lines = tmp_path / "train.jsonl"
    lines.write_text(json.dumps(task | {"completion": completion}) + "\n")
    items = Items(read_files(corpus, "train"), lines, tokenizer, RolePrompt(tokenizer), 64, 48, random.Random(0))
    pieces = items.task()
    weighted = [tokenizer.decode(p.ids) for p in pieces if isinstance(p, Ids) and p.weight]
    assert weighted == ["\na.run()", "yes"]
    start, head, slots, before = pieces[:4]
    assert isinstance(slots, Slots) and isinstance(before, Ids) and not before.weight
    assert tokenizer.decode(before.ids) == "b.py\nimport a"
