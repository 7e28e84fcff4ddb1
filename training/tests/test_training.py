"""The log and the loss that trainings share, and the items that the product's plan asks for."""

import json
import random
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from shorthand_training import goldens, loss, training_log
from shorthand_training.assembly import lay_out
from shorthand_training.config import CONFIGS, CompressorTraining, ModelConfig, Ratios
from shorthand_training.crowd import Crowd
from shorthand_training.drawing import draw_ratio
from shorthand_training.encoder import ArcEncoder, PccEncoder, from_decoder
from shorthand_training.fit import batch_loss
from shorthand_training.items import File, Ids, Items, Slots, read_files
from shorthand_training.model import Decoder
from shorthand_training.pairing import Pairing
from shorthand_training.projector import MlpProjector
from shorthand_training.prompt import RolePrompt
from shorthand_training.quantise import Rounding
from shorthand_training.task_sequences import Task
from shorthand_training.together import goes_on, going_on
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


def test_the_loss_of_a_linear_head_and_its_gradients_are_those_of_cross_entropy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loss, "CPU_LOGITS", 50 * 7)
    torch.manual_seed(0)
    hidden, table = torch.randn(23, 8, requires_grad=True), torch.randn(50, 8, requires_grad=True)
    targets, weights = torch.randint(0, 50, (23,)), torch.rand(23)
    losses = torch.nn.functional.cross_entropy(hidden @ table.T, targets, reduction="none")
    wanted = (losses * weights).sum() / weights.sum()
    to_hidden, to_table = torch.autograd.grad(3 * wanted, (hidden, table))
    found = loss.linear_cross_entropy(hidden, table, targets, weights)
    assert torch.allclose(found, wanted)
    mine = torch.autograd.grad(3 * found, (hidden, table))
    assert torch.allclose(mine[0], to_hidden, atol=1e-6) and torch.allclose(mine[1], to_table, atol=1e-6)
    with torch.no_grad():
        assert torch.allclose(loss.linear_cross_entropy(hidden, table, targets, weights), wanted)
    alone = 3 * loss.linear_cross_entropy(hidden, table.detach(), targets, weights)
    assert torch.allclose(torch.autograd.grad(alone, hidden)[0], to_hidden, atol=1e-6)


def test_the_loss_of_a_linear_head_follows_autocast() -> None:
    torch.manual_seed(0)
    hidden, table = torch.randn(9, 16, requires_grad=True), torch.randn(30, 16, requires_grad=True)
    targets, weights = torch.randint(0, 30, (9,)), torch.ones(9)
    exact = loss.linear_cross_entropy(hidden, table, targets, weights)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = loss.linear_cross_entropy(hidden, table, targets, weights)
    assert rounded.dtype == torch.float32 and not torch.equal(rounded, exact)
    assert torch.allclose(rounded, exact, rtol=1e-2)
    for mine, theirs in zip(
        torch.autograd.grad(rounded, (hidden, table)), torch.autograd.grad(exact, (hidden, table)), strict=True
    ):
        assert mine.dtype == torch.float32 and torch.allclose(mine, theirs, atol=2e-2)


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
    task = {"files": [{"path": "a.py", "text": "def run():\n    pass\n"}], "turns": [["Q?", "yes", "what", "run"]]}
    lines = tmp_path / "train.jsonl"
    lines.write_text(json.dumps(task | {"completion": completion}) + "\n")
    items = Items(read_files(corpus, "train"), lines, tokenizer, RolePrompt(tokenizer), 64, 48, random.Random(0))
    pieces = items.task()
    weighted = [tokenizer.decode(p.ids) for p in pieces if isinstance(p, Ids) and p.weight]
    assert weighted == ["\na.run()", "yes"]
    start, head, slots, before = pieces[:4]
    assert isinstance(slots, Slots) and isinstance(before, Ids) and not before.weight
    assert tokenizer.decode(before.ids) == "b.py\nimport a"


def crowd_of(files: list[File], tasks: list[Task], tokenizer: Tokenizer, tmp_path: Path) -> Crowd:
    lines = tmp_path / "train.jsonl"
    lines.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return Crowd(Items(files, lines, tokenizer, RolePrompt(tokenizer), 64, 48, random.Random(0)))


def test_questions_stand_among_files_that_do_not_name_what_they_ask_about(tokenizer: Tokenizer, tmp_path: Path) -> None:
    own = File("r", "a.py", "def run():\n    pass\n")
    others = [File("r", f"b{i}.py", f"def other{i}():\n    return {i}\n" * 40) for i in range(6)]
    naming = File("r", "c.py", "import a\n\na.run()\n")
    task = {"repo": "r", "files": [{"path": own.path, "text": own.text}], "turns": [["Q?", "yes", "what", "run"]]}
    crowd = crowd_of([own, *others, naming, File("else", "d.py", "pass\n")], [task], tokenizer, tmp_path)
    for item in crowd.draw(4, 400, near_share=1.0):
        text = tokenizer.decode([t for piece in item if isinstance(piece, Ids) for t in piece.ids])
        assert "a.py" in text and "c.py" not in text and "d.py" not in text and "b" in text
        *_, near, asked, answer = item
        assert isinstance(near, Ids) and tokenizer.decode(near.ids) == own.text and not near.weight
        assert isinstance(answer, Ids) and answer.weight == 1 and isinstance(asked, Ids)
        assert 2 <= sum(isinstance(piece, Slots) for piece in item) <= 1 + len(others)
    alone = crowd_of([own, File("else", "d.py", "pass\n")], [task], tokenizer, tmp_path)
    assert not alone.tasks


def test_a_window_that_several_items_have_is_encoded_once() -> None:
    window = list(range(20, 28))
    batch = lay_out([[Slots([window, [1, 2]])], [Slots([window]), Ids([5], 1.0)]], 4, ArcEncoder(SMALL).slots_of)
    assert batch.windows == [window, [1, 2]]
    assert batch.slot_from.tolist() == [[0, 0], [0, 1], [1, 0], [-1, 0], [0, 0], [0, 1], [-1, 0]]


def test_a_run_begins_with_finer_ratios_where_the_encoder_has_them() -> None:
    settings = CompressorTraining(curriculum=(Ratios(0.2, (1, 2), (0.5, 0.5)), Ratios(0.4, (2, 4), (0.5, 0.5))))
    rng = random.Random(0)

    def drawn(progress: float, finest: int) -> set[int]:
        return {draw_ratio(settings, rng, progress, finest) for _ in range(200)}

    assert drawn(0.1, 1) == {1, 2} and drawn(0.3, 1) == {2, 4} and drawn(0.4, 1) == {4, 8, 16}
    assert drawn(0.1, 4) == {4} and drawn(0.3, 4) == {4} and drawn(0.9, 4) == {4, 8, 16}
    assert ArcEncoder(SMALL).finest_ratio == 1 and PccEncoder(SMALL, 64, 256).finest_ratio == 4


def test_what_was_trained_together_goes_on_gently_at_the_ratios_that_ship() -> None:
    config = CONFIGS["nano"]
    onward = going_on(config)
    assert onward.decoder.muon_lr < config.decoder.muon_lr and onward.decoder.adam_lr < config.decoder.adam_lr
    assert onward.together.encoder_lr < config.together.encoder_lr and not onward.together.curriculum
    assert draw_ratio(onward.together, random.Random(0), 0.0, 1) in onward.together.ratios


def test_a_run_that_is_resumed_does_as_it_did_before(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    (other / "encoder").mkdir(parents=True)
    assert goes_on(other, mine) and not goes_on(other, other) and not goes_on(mine, other) and not goes_on(None, mine)


def test_a_decoder_that_learns_to_read_slots_teaches_its_compressor(tokenizer: Tokenizer) -> None:
    reader = Decoder(SMALL)
    goldens.randomise(reader, 1)
    torch.manual_seed(0)
    encoder, projector = from_decoder(reader, "arc", 2, 32, (4,)), MlpProjector(64, 64, 64, reader.embedding_rms)
    pairing = Pairing(reader, RolePrompt(tokenizer), encoder, projector, tokenizer, 32, (4,), "tiny", Rounding())
    batch = lay_out([[Ids([0]), Slots([list(range(20, 47))]), Ids([50, 51], 1.0)]], 4, encoder.slots_of)
    rows, loss_value = batch_loss(pairing, batch)
    assert rows.shape == (8 + 2, 64)
    loss_value.backward()
    for part in (reader, encoder, projector):
        assert any(p.grad is not None and p.grad.any() for p in part.parameters())
