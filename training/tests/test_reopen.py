"""The bundle that ships, as weights that training goes on with."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from shorthand_training import reopen
from shorthand_training.config import NANO
from shorthand_training.decoder import load_decoder
from shorthand_training.export import read_compressor
from shorthand_training.quantise import quantise_int8

SHIPPED = Path(__file__).parents[2] / "models/shorthand-nano"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reopened")
    reopen.reopen(SHIPPED, folder)
    return folder


def test_rounding_what_was_reopened_gives_the_bundle_again(run: Path) -> None:
    model = load_decoder(run / "decoder")
    constants = reopen.initializers(SHIPPED / "decoder.onnx")
    names = [n for n in constants if n.endswith(".weight.data") and "embed_tokens" not in n]
    assert len(names) == 7 * model.config.num_hidden_layers
    for name in names:
        weight = model.get_parameter(reopen.long_name(name.removesuffix(".data")))
        q, scales = quantise_int8(weight.detach())
        assert torch.equal(q, torch.from_numpy(constants[name].astype(np.int16) - 128).to(torch.int8)), name
        assert np.allclose(scales[..., 0].numpy(), constants[name.replace(".data", ".scales")], rtol=1e-5), name
    stored = np.fromfile(SHIPPED / "embeddings.f16", dtype="<f2").astype(np.float32)
    assert np.array_equal(model.model.embed_tokens.weight.detach().numpy().ravel(), stored)


def test_sizes_are_those_of_the_configuration(run: Path) -> None:
    assert load_decoder(run / "decoder").config == NANO.model
    parts = read_compressor(run)
    manifest = json.loads((SHIPPED / "bundle.json").read_text())["compressor"]["encoder"]
    assert (parts.encoder.kind, parts.window, parts.ratios) == ("arc", manifest["window"], tuple(manifest["ratios"]))
    assert parts.encoder.config.num_hidden_layers == NANO.compressor.encoder_layers
    rec, cont = np.fromfile(SHIPPED / "specials.f32", dtype="<f4").reshape(2, -1)
    assert np.allclose(parts.encoder.rec_tok.weight[0].detach().numpy(), rec, atol=1e-2)
    assert np.allclose(parts.encoder.cont_tok.weight[0].detach().numpy(), cont, atol=1e-2)


def test_a_bundle_that_is_not_this_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(reopen.NotReopened, match="no matrix of int8"):
        reopen.matrices({"a.weight.data": np.zeros(3, np.uint8), "a.weight.scales": np.ones(3, np.float32)})
    with pytest.raises(reopen.NotReopened, match="theta"):
        reopen.check_positions({"rotary.cos": np.zeros((8, 32), np.float32)}, NANO.model)
    manifest = json.loads((SHIPPED / "bundle.json").read_text())
    manifest["decoder"]["quantisation"]["kind"] = "int4"
    (tmp_path / "bundle.json").write_text(json.dumps(manifest))
    with pytest.raises(reopen.NotReopened, match="int4 weights"):
        reopen.reopen(tmp_path, tmp_path / "run")
    with pytest.raises(reopen.NotReopened, match="published ones of PCC"):
        reopen.reopen_encoder(tmp_path, {"kind": "pcc"}, {"kind": "pcc"})
