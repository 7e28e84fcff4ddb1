"""The whole chain on a toy corpus: shards, tasks, decoder, compressor, export, evaluation."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from shorthand_training import (
    codebooks,
    compressor,
    decoder,
    engine_items,
    evaluate,
    export,
    report,
    shards,
    task_sequences,
    tasks,
    together,
    wording,
)
from shorthand_training.config import Config
from shorthand_training.documents import Documents, fill_in_the_middle
from shorthand_training.fit import Session
from shorthand_training.items import Ids, Items, read_files
from shorthand_training.measurer import Measurer
from shorthand_training.prompt import RolePrompt
from shorthand_training.quantise import Rounding
from shorthand_training.schedule import Clock, cooldown
from shorthand_training.template import BOS, FILE, IDS

CPU = torch.device("cpu")


def test_fill_in_the_middle_keeps_every_token() -> None:
    ids = list(range(100, 140))
    assert sorted(t for t in fill_in_the_middle(ids, random.Random(0)) if t >= 100) == ids


def test_schedule(tmp_path: Path) -> None:
    assert cooldown(0.3, 0.6) == 1 and cooldown(1.0, 0.6) == 0 and 0.4 < cooldown(0.7, 0.6) < 0.6
    override = tmp_path / "deadline"
    clock = Clock(1e9, 50, override)
    assert clock.progress() < 0.01
    override.write_text("1")
    assert clock.progress() == 1
    assert not clock.paused() and Clock(10, pause=0).paused()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, corpus: Path, tokenizer: Tokenizer, config: Config) -> Path:
    folder = tmp_path_factory.mktemp("run")
    tokenizer.save(str(folder / "tokenizer.json"))
    for split in ("train", "valid", "test"):
        shards.build(corpus, split, tokenizer, folder / "shards")
    (folder / "tasks").mkdir()
    for split in ("train", "test"):
        with (folder / "tasks" / f"{split}.jsonl").open("w") as handle:
            for task in tasks.make(corpus, split, 12, random.Random(0)):
                handle.write(json.dumps(task) + "\n")
        task_sequences.pack(folder / "tasks" / f"{split}.jsonl", tokenizer, folder / "tasks" / f"{split}.npz")
    model = replace(config.model, hidden_size=128, head_dim=32)
    small = replace(config, model=model)
    decoder.train(small, folder, 3, CPU)
    together.train_together(small, together.Place(corpus, folder, "arc"), CPU, Session(4), folder)
    compressor.train(small, corpus, folder, "arc", CPU, Session(4), folder)
    compressor.train(small, corpus, folder, "pcc", CPU, Session(2))
    return folder


def test_sequences_begin_with_a_header(run: Path) -> None:
    documents = Documents(shards.Shard.open(run / "shards", "train"), 0.3, random.Random(0))
    for _ in range(20):
        ids = documents.sequence(128)
        assert len(ids) == 129 and ids[0] == IDS[BOS] and ids[1] == IDS[FILE]


def test_parts_of_files_stand_in_sequences_again(run: Path) -> None:
    shard = shards.Shard.open(run / "shards", "train")
    documents = Documents(shard, 0.0, random.Random(0), again_share=1.0)
    for length in (24, 40, 900):
        part = documents.again(list(range(length)))
        assert part == list(range(part[0], part[-1] + 1)) and 24 <= len(part) <= min(length, 256)
    same = 0
    for _ in range(20):
        ids = documents.sequence(256)
        heads = [ids[i : i + 6] for i, t in enumerate(ids) if t == IDS[FILE]]
        assert len(ids) == 257
        same += any(first == second for first, second in zip(heads, heads[1:], strict=False))
    assert same >= 15


def test_task_weights_fall_on_answers(run: Path) -> None:
    sequences = task_sequences.TaskSequences.open(run / "tasks", "train", random.Random(0))
    ids, weights = sequences.sequence(300)
    assert len(ids) == 301 and len(weights) == 300
    assert set(np.round(np.unique(weights), 1)) <= {0.0, 0.2, 1.0, 3.0}


def test_training_resumes(run: Path, corpus: Path, config: Config) -> None:
    small = replace(config, model=replace(config.model, hidden_size=128, head_dim=32))

    def summary(name: str) -> dict[str, float]:
        return json.loads((run / f"{name}.summary.json").read_text())

    before = {name: summary(name) for name in ("decoder", "together")}
    together.train_together(small, together.Place(corpus, run, "arc"), CPU, Session(before["together"]["seconds"] + 3))
    decoder.train(small, run, before["decoder"]["seconds"] + 3, CPU)
    for name, earlier in before.items():
        assert summary(name)["step"] > earlier["step"] and summary(name)["tokens"] > earlier["tokens"]
    assert before["together"]["slots8"] > 0 and "slots8" not in before["decoder"]


def test_training_begins_with_another_runs_weights(run: Path, corpus: Path, config: Config, tmp_path: Path) -> None:
    small = replace(config, model=replace(config.model, hidden_size=128, head_dim=32))
    for part in ("shards", "tokenizer.json"):
        (tmp_path / part).symlink_to(run / part)
    decoder.train(small, tmp_path, 1e-9, CPU, start=run / "decoder")
    mine, theirs = (decoder.load_decoder(folder / "decoder").state_dict() for folder in (tmp_path, run))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    with pytest.raises(SystemExit, match="of kind arc"):
        compressor.train(small, corpus, tmp_path, "pcc", CPU, Session(1e-9), run)
    compressor.train(small, corpus, tmp_path, "arc", CPU, Session(1e-9), run)
    mine, theirs = (export.read_compressor(folder).encoder.state_dict() for folder in (tmp_path, run))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)


def test_wording_is_measured_from_text_and_from_slots(run: Path, corpus: Path, tokenizer: Tokenizer) -> None:
    bundle = export.read_bundle(run)
    files = read_files(corpus, "valid")
    items = Items(files, None, tokenizer, RolePrompt(tokenizer), bundle.window, 64, random.Random(0))
    chosen = [items.reconstruction() for _ in range(4)]
    found = wording.wording(bundle.decoder, bundle.encoder, bundle.projector, chosen)
    assert list(found) == ["nothing", "text", "1x", "2x", "4x", "8x", "16x"] and min(found.values()) > 0
    twice = wording.said_twice(chosen[0])
    assert [p.ids for p in twice[:3] if isinstance(p, Ids)][0] == [p.ids for p in twice if isinstance(p, Ids)][2]


def test_export_and_evaluation(run: Path, corpus: Path, tokenizer: Tokenizer) -> None:
    export.export(run, run / "export", "shorthand-tiny", {})
    codebooks.learn_slot_code(run / "export", corpus, 16, 6)
    export.export(run, run / "export", "shorthand-tiny", {"measured": 1})
    meta = json.loads((run / "export/bundle-meta.json").read_text())
    assert meta["decoder_id"] == "shorthand-tiny-decoder" and meta["template"]["bos"] == BOS
    export.export(run, run / "export-pcc", "shorthand-tiny", {}, "pcc")
    assert Measurer.of_bundle(run / "export-pcc").encoder.kind == "pcc"
    m = Measurer.of_bundle(run / "export")
    assert m.code
    cases = evaluate.make_cases(corpus, tokenizer, m.window, 6)
    assert len(cases) == 6 and all(c.wrong and c.wrong != c.context for c in cases)
    families = {"pcc": m.with_compressor(run / "pcc")}
    with pytest.raises(ValueError, match="not of"):
        replace(m, rounding=Rounding(4)).with_compressor(run / "pcc")
    result = {
        "repositories": ["c/one"],
        "decoder": "int8",
        "continuation": evaluate.continuation(m, cases, families),
    }
    result["reconstruction"], windows = evaluate.reconstruction(m, cases[:3], 1, families)
    lines = evaluate.draw_lines(corpus, 4)
    assert len(lines) == 4 and all(x.file.path == x.open.needs and x.open.name in x.open.line for x in lines)
    result["nextline"], next_lines = evaluate.next_lines(m, lines)
    asked = evaluate.draw_questions(run / "tasks/test.jsonl", 12)
    assert len({a.kind for a in asked}) >= 5 and all(len(a.files) <= 2 for a in asked)
    result["tasks"], answers = evaluate.task_answers(m, asked)
    result["hover"] = evaluate.hover(m, run / "tasks/test.jsonl", 2)
    table = result["continuation"]["table"]
    assert table["none"]["gap_closed"] == 0 and table["full"]["gap_closed"] == pytest.approx(1)
    assert table["slots8"]["positions"] < table["full"]["positions"]
    items = [
        *engine_items.continuation_items(cases[:4], result["continuation"]["per_item"]),
        *engine_items.reconstruction_items(cases[:1], windows),
        *engine_items.next_line_items(m, lines, next_lines),
        *engine_items.question_items(m, asked[:3], answers),
    ]
    engine_items.write_items(run / "items.jsonl", items)
    read = [json.loads(line) for line in (run / "items.jsonl").read_text().splitlines()]
    assert [r["kind"] for r in read] == ["continuation"] * 4 + ["reconstruction"] + ["nextLine"] * 4 + ["question"] * 3
    assert set(read[0]["expected"]) == set(engine_items.CONTEXTS) == set(read[-1]["expected"])
    assert "".join(read[-1]["files"][0]["windows"]) == asked[2].files[0].text
    tables = report.markdown(result)
    for word in (
        "gap closed",
        "slots8 - pcc_slots8",
        "slots, PCC, 4x",
        "identifier recall",
        "identifier F1",
        "retention",
        "The sentence of a hover",
    ):
        assert word in tables
