"""Codes for slots, and the fidelity of windows."""

from pathlib import Path

import numpy as np
import pytest
import torch

from shorthand_training import codebooks, export, fidelity, kept_slots, slot_codes
from shorthand_training.bottleneck import fit_bottleneck
from shorthand_training.cases import RATIOS, make_cases
from shorthand_training.measurer import Measurer
from shorthand_training.metrics import correlation, ranks
from shorthand_training.projector import MlpProjector
from shorthand_training.quantise import Rounding
from shorthand_training.vector_codes import balanced, blocks_of_bits, k_means, learn, normalised, projector_metric


def test_integer_codes_are_within_half_a_step() -> None:
    x = torch.randn(20, 64, generator=torch.Generator().manual_seed(0))
    for bits, most in ((8, 127), (4, 7)):
        step = x.view(20, 2, 32).abs().amax(-1, keepdim=True).repeat_interleave(32, -1).view(20, 64) / most
        assert ((blocks_of_bits(x, bits, 32) - x).abs() <= 0.51 * step).all()
    assert blocks_of_bits(torch.zeros(2, 8), 4, 8).abs().max() == 0


def test_k_means_finds_separate_groups() -> None:
    generator = torch.Generator().manual_seed(0)
    centres = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    x = centres.repeat(50, 1) + 0.1 * torch.randn(150, 2, generator=generator)
    found = k_means(x, 8, 20, generator)
    assert torch.cdist(centres, found).amin(1).max() < 0.3


def test_axes_are_dealt_evenly() -> None:
    parts = balanced(torch.tensor([100.0, 50.0, 2.0, 1.0]), 2)
    assert sorted(map(len, parts)) == [2, 2] and not {0, 1} <= set(parts[0])
    assert sorted(a for p in balanced(torch.rand(10), 3) for a in p) == list(range(10))


def test_product_codes_keep_more_with_more_bytes() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(3000, 32, generator=generator) @ torch.randn(32, 32, generator=generator)
    metric = projector_metric(MlpProjector(32, 64, 32))
    wanted = normalised(x) @ metric
    errors = []
    for size in (2, 8, 32):
        code = learn(x, metric, size)
        codes = code.encode(x[:5])
        assert codes.shape == (5, size) and codes.dtype == torch.uint8
        errors.append(float(((code(x) @ metric - wanted) ** 2).mean() / wanted.var()))
    assert errors[0] > errors[1] > errors[2] and errors[2] < 0.01


def test_slots_in_training_are_those_that_a_cache_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_slots, "FEWEST", 400)
    monkeypatch.setattr(kept_slots, "LEARN_EVERY", 3)
    generator = torch.Generator().manual_seed(0)
    shape = torch.randn(32, 32, generator=generator)
    kept = kept_slots.KeptSlots(MlpProjector(32, 64, 32), 8, 0.25)

    def batch() -> torch.Tensor:
        return (torch.randn(300, 32, generator=generator) @ shape).requires_grad_()

    first = batch()
    assert kept(first) is first and kept.code is None
    second = batch()
    out = kept(second)
    assert kept.code is not None and 0 < float(kept.distance.detach()) < 1
    torch.testing.assert_close(out, kept.code(second).detach())
    out.sum().backward()
    assert second.grad is not None and second.grad.abs().sum() > 0
    before = kept.code
    with torch.no_grad():
        for _ in range(4):
            kept(batch())
    assert kept.code is before
    for _ in range(3):
        kept(batch())
    assert kept.code is not before


def test_a_code_ships_in_float16(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2000, 30, generator=generator) * 40
    code = learn(x, projector_metric(MlpProjector(30, 64, 30)), 7)
    assert code.centroids.shape == (7, 256, 5) and code.forth.shape == (30, 35) and code.back.shape == (35, 30)
    codebooks.write_slot_code(code, tmp_path)
    shipped = codebooks.read_slot_code(tmp_path)
    assert shipped and codebooks.read_slot_code(tmp_path / "other") is None
    assert all(torch.equal(getattr(shipped, n), getattr(code.shipped(), n)) for n in ("forth", "back", "centroids"))
    same = (shipped.encode(x) == code.encode(x)).float().mean()
    errors = [(c(x) - normalised(x)).pow(2).mean() for c in (shipped, code)]
    assert same > 0.95 and errors[0] < 1.01 * errors[1]


def test_an_export_gets_a_code(measurer: Measurer, corpus: Path, tmp_path: Path) -> None:
    m = measurer
    tokenizer = m.tokenizer.to_str()
    export.write_compressor(tmp_path, m.encoder, m.projector, 64, RATIOS, "other", Rounding(), tokenizer)
    count = codebooks.learn_slot_code(tmp_path, corpus, 16, 8)
    code = codebooks.read_slot_code(tmp_path)
    assert code and code.encode(torch.randn(3, 128)).shape == (3, 16) and code.centroids.shape[1] == min(256, count)
    shipped = slot_codes.shipped_code(tmp_path)
    assert list(shipped) == ["float16", "shipped: product, 16 bytes"]
    rows = slot_codes.measure(m, make_cases(corpus, m.tokenizer, 64, 2), shipped)["rows"]
    assert [row["bytes_a_slot"] for row in rows] == [256, 16] * 3
    export.write_compressor(tmp_path, m.encoder, m.projector, 64, RATIOS, "other", Rounding(), tokenizer)
    with pytest.raises(SystemExit, match="codebooks"):
        slot_codes.shipped_code(tmp_path)


def test_codes_are_measured_on_held_out_items(measurer: Measurer, corpus: Path) -> None:
    cases = make_cases(corpus, measurer.tokenizer, 64, 6)
    slots = codebooks.training_slots(measurer.encoder, measurer.tokenizer, 64, RATIOS, corpus, 6)
    codes = slot_codes.codes_of(measurer, slots)
    assert list(codes) == [
        "float16", "int8", "int4, blocks of 64", *(f"bottleneck of {n}, float16" for n in (64, 32)),
        *(f"product, {n} bytes" for n in (8, 12, 16, 24, 32, 64)),
    ]  # fmt: skip
    result = slot_codes.measure(measurer, cases, codes)
    first = result["rows"][0]
    assert first["ratio"] == 4 and first["bytes_a_slot"] == 256 and first["bytes_a_source_byte"] > 1
    assert abs(first["lost"]) < 0.01 * max(1, abs(first["gap_closed"]))
    assert "| 16x | product, 64 bytes | 64 |" in slot_codes.markdown(result)


def test_fidelity_and_its_head(measurer: Measurer, corpus: Path) -> None:
    train = fidelity.measure(measurer, fidelity.draw_windows(measurer, corpus, "train", 8))
    test = fidelity.measure(measurer, fidelity.draw_windows(measurer, corpus, "test", 6))
    assert test.fidelity.shape == (6, 3) and test.features.shape == (18, 2 * 128 + 4)
    result = fidelity.report(train, test)
    assert [r["ratio"] for r in result["rows"]] == [4, 8, 16]
    assert all(0 <= r["p5"] <= r["p50"] <= r["p95"] <= 1 for r in result["rows"])
    assert "| 16x |" in fidelity.markdown(result)


def test_ridge_finds_a_line() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 5))
    values = x @ np.array([1.0, -2.0, 0.0, 0.5, 0.0]) + 3
    head, _ = fidelity.fitted(x, values)
    assert correlation(head(x), values) > 0.999


def test_ranks_share_ties() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [2.5, 0, 2.5, 1]
    assert correlation(np.ones(4), np.arange(4)) == 0


def test_a_bottleneck_keeps_the_axes_that_the_projector_sees() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2000, 32, generator=generator) @ torch.randn(32, 32, generator=generator)
    metric = projector_metric(MlpProjector(32, 64, 32))
    wanted = normalised(x) @ metric
    errors = [float((fit_bottleneck(x, metric, r)(x) @ metric - wanted).pow(2).mean()) for r in (4, 16, 31, 32)]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-4 * errors[0]
    flat = torch.randn(500, 4, generator=generator) @ torch.randn(4, 32, generator=generator)
    code = fit_bottleneck(flat, torch.eye(32), 4)
    assert code.encode(flat).shape == (500, 4) and code.encode(flat).dtype == torch.float16
    torch.testing.assert_close(code(flat), normalised(flat), atol=5e-3, rtol=0)
