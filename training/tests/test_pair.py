"""Pairing on tiny shapes: a decoder of another family and vocabulary, an encoder of its own or one that is kept."""

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from shorthand_training import evaluate, pair, pairs, report, small_decoder, tasks
from shorthand_training.codebooks import learn_slot_code
from shorthand_training.config import Config
from shorthand_training.encoder import ArcEncoder, Encoder, PccEncoder
from shorthand_training.encoder_start import from_folder, projector_hidden
from shorthand_training.export import read_compressor, write_encoder, write_projector
from shorthand_training.fit import Session
from shorthand_training.generate import greedy
from shorthand_training.items import Ids, Items, Slots, raw, read_files
from shorthand_training.measurer import Measurer
from shorthand_training.model import parameters_count
from shorthand_training.pair import MOST_ADDED, Start
from shorthand_training.projector import MlpProjector
from shorthand_training.prompt import PlainPrompt, RolePrompt
from shorthand_training.quantise import Rounding, dequantised
from shorthand_training.reader import load_prompt, load_reader
from shorthand_training.tokenizer import continuing

pytest.importorskip("transformers")

CPU = torch.device("cpu")
ROUNDING, ROUNDING_4 = Rounding(8, 32), Rounding(4, 32)
SHAPE = small_decoder.Shape(width=48, layers=2, heads=4, kv_heads=2, vocabulary=400, positions=512)


def make_decoder(folder: Path, corpus: Path, family: str) -> Path:
    small_decoder.train(replace(SHAPE, family=family), corpus, folder, 2, CPU, 1.0, 64)
    return folder / "decoder"


@pytest.fixture(scope="module", params=["llama", "olmo2"])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    """A decoder's folder as transformers leaves it."""
    return make_decoder(tmp_path_factory.mktemp(request.param), corpus, request.param)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    return make_decoder(tmp_path_factory.mktemp("llama"), corpus, "llama")


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    folder = tmp_path_factory.mktemp("tasks")
    for split in ("train", "test"):
        found = tasks.make(corpus, split, 12, random.Random(0))
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(t) + "\n" for t in found))
    return folder


def write_export(folder: Path, tokenizer: Tokenizer, config: Config, kind: str = "arc") -> Encoder:
    """An encoder of this package's own, with its tokenizer."""
    torch.manual_seed(0)
    model = replace(config.model, hidden_size=128, head_dim=32, intermediate_size=384)
    encoder = ArcEncoder(model) if kind == "arc" else PccEncoder(model, 16, 64)
    write_encoder(encoder, folder / "encoder", 64, (4, 8, 16))
    write_projector(MlpProjector(128, 32, 128), folder / "projector", "another", Rounding())
    tokenizer.save(str(folder / "tokenizer.json"))
    return encoder


def test_the_small_decoder_resumes_and_keeps_its_tokenizer(llama: Path, corpus: Path) -> None:
    before = json.loads((llama.parent / "small-decoder.summary.json").read_text())
    vocabulary = (llama / "tokenizer.json").read_text()
    small_decoder.train(SHAPE, corpus, llama.parent, before["seconds"] + 2, CPU, 1.0, 64)
    after = json.loads((llama.parent / "small-decoder.summary.json").read_text())
    assert after["step"] > before["step"] and after["valid"] < before["valid"] + 0.5
    assert (llama / "tokenizer.json").read_text() == vocabulary


def test_a_reader_computes_what_transformers_does(other: Path) -> None:
    from transformers import AutoModelForCausalLM

    reader = load_reader(other, Rounding(16))
    model = AutoModelForCausalLM.from_pretrained(other, dtype=torch.float32).eval()
    ids = torch.randint(2, 400, (2, 21))
    with torch.no_grad():
        wanted = model(ids).logits
        hidden, cache = reader.hidden(reader.embed(ids))
        torch.testing.assert_close(reader.logits(hidden), wanted, atol=2e-3, rtol=2e-3)
        prompts = [reader.embed(ids[:1])[0], reader.embed(ids[1:, :9])[0]]
        written = greedy(reader, prompts, [5, 5], {-1})
        for row, (start, new) in enumerate(zip((ids[0], ids[1, :9]), written, strict=True)):
            theirs = model.generate(start[None], max_new_tokens=5, do_sample=False, eos_token_id=None)[0, len(start) :]
            assert new == theirs.tolist(), row
    assert cache is None


def test_a_readers_weights_are_the_bundles(llama: Path) -> None:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(llama, dtype=torch.float32)
    reader = load_reader(llama, ROUNDING_4)
    mine = reader.causal.model.layers[0].mlp.down_proj.weight
    torch.testing.assert_close(mine, dequantised(model.model.layers[0].mlp.down_proj.weight, 4, 32))
    table = model.model.embed_tokens.weight
    torch.testing.assert_close(reader.causal.lm_head.weight, dequantised(table, 8, 32))
    torch.testing.assert_close(reader.table, table.half().float())


def test_a_block_may_be_shorter_at_the_end_of_a_row() -> None:
    weight = torch.randn(5, 80)
    for bits, step in ((8, 127), (4, 7)):
        rounded = dequantised(weight, bits, 32)
        assert rounded.shape == weight.shape
        assert float((rounded - weight).abs().max()) <= float(weight.abs().max()) / step


def test_prompts_follow_the_decoders_tokens(llama: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    prompt = load_prompt(llama)
    assert isinstance(prompt, PlainPrompt) and prompt.start() == [0] and prompt.stop == {1}
    assert prompt.tokenizer.decode(prompt.file("src/a.py") + prompt.question("Why?")) == (
        "File: src/a.py\nQuestion: Why?\nAnswer:"
    )
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert isinstance(load_prompt(tmp_path), RolePrompt)
    names = {"bos_token": "<|end_of_text|>", "eos_token": {"content": "<|end_of_text|>"}}
    for added, bos in ((None, None), (False, None), (True, 1)):
        shutil.copyfile(llama / "tokenizer.json", tmp_path / "tokenizer.json")
        (tmp_path / "tokenizer_config.json").write_text(json.dumps({**names, "add_bos_token": added}))
        prompt = load_prompt(tmp_path)
        assert isinstance(prompt, PlainPrompt) and prompt.bos == bos and prompt.end == 1


def test_text_behind_other_text_has_no_dummy_space() -> None:
    vocabulary = {"a": 0, "\u2581": 1, "\u2581a": 2}
    old, new = (Tokenizer(models.BPE(vocabulary, [("\u2581", "a")])) for _ in range(2))
    old.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    new.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    for published in (old, new):
        assert published.encode("a a").ids == [2, 2]
        assert continuing(published).encode("a a").ids == [0, 2]


def test_items_hold_windows_and_text_in_different_tokens(llama: Path, corpus: Path, tokenizer: Tokenizer) -> None:
    prompt = load_prompt(llama)
    items = Items(read_files(corpus, "train"), None, tokenizer, prompt, 64, 48, random.Random(0))
    for _ in range(10):
        head, slots, target = items.reconstruction()
        assert isinstance(slots, Slots) and isinstance(target, Ids) and slots.texts == [target.ids]
        assert tokenizer.decode(slots.windows[0]) == prompt.tokenizer.decode(target.ids)
        assert raw([head, slots, target])[1] == Ids(target.ids)


def test_an_encoder_begins_with_the_layers_of_a_checkpoint(llama: Path) -> None:
    from transformers import AutoModelForCausalLM

    encoder = from_folder(llama, 1)
    model = AutoModelForCausalLM.from_pretrained(llama, dtype=torch.float32).model
    assert len(encoder.layers) == 1 and not encoder.config.qk_norm
    torch.testing.assert_close(encoder.layers[0].mlp.up_proj.weight, model.layers[0].mlp.up_proj.weight)
    torch.testing.assert_close(encoder.embed_tokens.weight, model.embed_tokens.weight)
    ids = torch.randint(2, 400, (1, 12))
    layer, rotary = encoder.layers[0], model.rotary_emb(model.embed_tokens(ids), torch.arange(12)[None])
    with torch.no_grad():
        theirs = model.layers[0](model.embed_tokens(ids), position_embeddings=rotary)
        mine, _ = layer(encoder.embed_tokens(ids), (rotary[0][0], rotary[1][0]), None, True)
    torch.testing.assert_close(mine, theirs[0] if isinstance(theirs, tuple) else theirs, atol=1e-5, rtol=1e-5)


def test_families_without_such_layers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "olmo2", "num_hidden_layers": 2}))
    with pytest.raises(SystemExit, match="--encoder-from"):
        from_folder(tmp_path, 1)


def test_an_encoder_of_its_own(llama: Path, corpus: Path, lines: Path, config: Config, tmp_path: Path) -> None:
    for session in (Session(60, pause=3), Session(7)):
        assert not (tmp_path / "export").exists()
        pair.train(config.compressor, corpus, llama, Start(), lines, tmp_path, CPU, ROUNDING, session)
    log = [json.loads(line) for line in (tmp_path / "pair.log.jsonl").read_text().splitlines()]
    starts = [line["step"] for line in log if "slots8" in line and "window_tokens" not in line and "speed" not in line]
    ends = [line["step"] for line in log if "window_tokens" in line]
    assert len(starts) == 2 and len(ends) == 1 and 0 == starts[0] < starts[1] < ends[0]
    meta = json.loads((tmp_path / "export/compressor.json").read_text())
    assert meta["decoder_id"] == "decoder" and meta["metrics"]["step"] == ends[0]
    settings = json.loads((tmp_path / "export/encoder/config.json").read_text())
    assert settings["qk_norm"] is False and settings["ratios"] == [4, 8, 16]
    assert (tmp_path / "export/tokenizer.json").read_text() == (llama / "tokenizer.json").read_text()


@pytest.mark.parametrize("kind", ["arc", "pcc"])
def test_an_encoder_is_kept(
    kind: str, other: Path, corpus: Path, lines: Path, tokenizer: Tokenizer, config: Config, tmp_path: Path
) -> None:
    write_export(tmp_path / "export", tokenizer, config, kind)
    learn_slot_code(tmp_path / "export", corpus, 16, 6)
    out = tmp_path / "pair"
    pair.train(
        config.compressor, corpus, other, Start(tmp_path / "export", True), lines, out, CPU, ROUNDING, Session(4)
    )
    before, after = read_compressor(tmp_path / "export"), read_compressor(out / "export")
    theirs = after.encoder.state_dict()
    for name, mine in before.encoder.state_dict().items():
        assert name in ("cont_tok.weight", "rec_tok.weight") or torch.equal(mine, theirs[name]), name
    summary = json.loads((out / "pair.summary.json").read_text())
    added = parameters_count(after.projector) + 2 * 128
    assert summary["step"] > 0 and summary["added_share"] == pytest.approx(
        added / parameters_count(after.encoder), abs=1e-4
    )

    m = Measurer.of_pair(out / "export", other)
    assert not m.shared and m.rounding == ROUNDING and m.code and len(m.code.centroids) == 16
    cases = evaluate.make_cases(corpus, m.tokenizer, m.window, 4)
    figures = {
        "repositories": ["c/one"],
        "decoder": str(m.rounding),
        "continuation": evaluate.continuation(m, cases, {}, baselines=False),
        "reconstruction": evaluate.reconstruction(m, cases[:2], 1)[0],
        "tasks": evaluate.task_answers(m, evaluate.draw_questions(lines / "test.jsonl", 2))[0],
    }
    assert set(figures["continuation"]["table"]) == {
        "none", "full", *(f"{k}{r}" for k in ("wrong", "slots") for r in (4, 8, 16)),
    }  # fmt: skip
    assert "gap closed" in report.markdown(figures)
    rows = pairs.table({"one": figures["continuation"], "other": figures["continuation"]}).splitlines()
    assert len(rows) == 8 and len({row.count("|") for row in rows}) == 1 and rows[2].startswith("| one | 4 |")


def test_the_kept_encoders_projector_stays_below_its_share() -> None:
    for width, size, encoder in ((256, 128, 7_300_000), (2048, 4096, 1_500_000_000)):
        hidden = projector_hidden(width, size, encoder, MOST_ADDED)
        added = parameters_count(MlpProjector(width, hidden, size)) + 2 * width
        more = parameters_count(MlpProjector(width, hidden + 16, size)) + 2 * width
        assert added < MOST_ADDED * encoder <= more
