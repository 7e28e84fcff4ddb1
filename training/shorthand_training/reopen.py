"""Turn a bundle that ships into a run that trains on: whoever has the repository has the weights, though no checkpoint.

python -m shorthand_training.reopen --bundle ../models/shorthand-nano --run RUN

Writes RUN/{tokenizer.json,decoder,encoder,projector}. `decoder --start RUN/decoder` and `compressor --start RUN` begin
with them. Matrices come back as their graphs multiply with them: what int8 took away stays away (0.001 NLL a token),
and optimizer states are not in a bundle. Needs the package `onnx`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .checkpoint import save_json, save_tensors
from .config import ModelConfig
from .encoder import ArcEncoder, Encoder, PccEncoder
from .export import write_encoder, write_projector
from .layers import rotary_table
from .model import Decoder
from .projector import MlpProjector, PccConverter, Projector
from .quantise import Rounding

#: The graphs' short names of layers, by their ends; the rest are Hugging Face's.
PROJECTIONS = {
    **{f"self_attn.{x}.weight": f"self_attn.{x}_proj.weight" for x in "qkvo"},
    **{f"mlp.{x}.weight": f"mlp.{x}_proj.weight" for x in ("gate", "up", "down")},
}


class NotReopened(ValueError):
    """The bundle has a form that training does not write."""


def initializers(graph: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Constants of an ONNX graph, those beside it included."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(graph))
    return {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}


def long_name(name: str) -> str:
    for short, full in PROJECTIONS.items():
        if name.endswith("." + short):
            return name.removesuffix(short) + full
    return name


def matrices(constants: dict[str, np.ndarray[Any, Any]]) -> dict[str, Tensor]:
    """Quantised matrices as float32 [outputs, inputs]: in blocks of inputs (MatMulNBits, zero at 128) or by column."""
    found: dict[str, Tensor] = {}
    for name, data in constants.items():
        if not name.endswith(".weight.data"):
            continue
        base = name.removesuffix(".data")
        q, scales = torch.from_numpy(data.copy()), torch.from_numpy(constants[f"{base}.scales"].copy())
        if data.dtype == np.uint8 and data.ndim == 3:
            found[long_name(base)] = ((q.float() - 128) * scales[..., None]).flatten(1)
        elif data.dtype == np.int8 and data.ndim == 2:
            found[long_name(base)] = (q.float() * scales).T.contiguous()
        else:
            raise NotReopened(f"{name}: {data.dtype} with {data.ndim} dimensions is no matrix of int8")
    return found


def weights(constants: dict[str, np.ndarray[Any, Any]], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state that `wanted` has the names and shapes of; what no constant has stays away."""
    state = matrices(constants)
    state |= {long_name(k): torch.from_numpy(np.array(v, dtype=np.float32)) for k, v in constants.items()
              if v.dtype in (np.float16, np.float32) and not k.endswith(".scales")}  # fmt: skip
    # the graph cuts the last block's filling off by its K
    return {k: state[k][..., : v.shape[-1]] for k, v in wanted.items() if k in state}


def model_config(values: dict[str, Any], inner: int, positions: int) -> ModelConfig:
    """A manifest's decoder or encoder."""
    return ModelConfig(
        hidden_size=values["width"], num_hidden_layers=values["layers"], num_attention_heads=values["heads"],
        num_key_value_heads=values["kvHeads"], head_dim=values["headSize"], intermediate_size=inner,
        vocab_size=values["vocabulary"], max_position_embeddings=positions,
    )  # fmt: skip


def check_positions(constants: dict[str, np.ndarray[Any, Any]], config: ModelConfig) -> None:
    """A manifest does not say by which angles positions turn; the graph's table does."""
    table = torch.from_numpy(constants["rotary.cos"].copy())
    cos, _ = rotary_table(torch.arange(len(table)), config.head_dim, config.rope_theta)
    if not torch.allclose(table, cos[:, : table.shape[1]], atol=1e-4):
        raise NotReopened(f"rotary positions are not those of a theta of {config.rope_theta:g}")


def _inner(constants: dict[str, np.ndarray[Any, Any]]) -> int:
    """Rows of the matrices between; a graph has a scale, or a row of scales, for each."""
    return next(len(scales) for name, scales in constants.items() if name.endswith("mlp.gate.weight.scales"))


def reopen_decoder(bundle: Path, manifest: dict[str, Any]) -> Decoder:
    values = manifest["decoder"]
    constants = initializers(bundle / values["graph"])
    decoder = Decoder(model_config(values, _inner(constants), values["positions"]))
    check_positions(constants, decoder.config)
    state = weights(constants, decoder.state_dict())
    # the lookup has 16 bits where the tied head has 8
    table = np.fromfile(bundle / values["embeddings"], dtype="<f2").reshape(values["vocabulary"], values["width"])
    state["model.embed_tokens.weight"] = torch.from_numpy(table.astype(np.float32))
    decoder.load_state_dict(state)
    return decoder


def reopen_encoder(bundle: Path, values: dict[str, Any], frame: dict[str, Any]) -> Encoder:
    """`values`: the manifest's encoder; `frame` names the vectors that stand after slots."""
    if frame["kind"] != "arc" or values.get("memory") == "first":
        raise NotReopened("only compressors that this package trained are reopened, not published ones of PCC")
    constants = initializers(bundle / values["graph"])
    config = model_config(values, _inner(constants), ModelConfig.max_position_embeddings)
    check_positions(constants, config)
    rec, cont = np.fromfile(bundle / frame["specials"], dtype="<f4").reshape(2, 1, values["width"])
    table = torch.from_numpy(constants["embeddings"].astype(np.float32))
    state = {
        "embed_tokens.weight": table[: values["vocabulary"]],
        "rec_tok.weight": torch.from_numpy(rec),
        "cont_tok.weight": torch.from_numpy(cont),
    }
    encoder: Encoder
    if values["kind"] == "arc":
        encoder = ArcEncoder(config)
    else:
        # the graph looks words and memory tokens up in one table
        encoder = PccEncoder(config, values["maxMemoryTokens"], values["window"])
        state["mem_embeddings.weight"] = table[values["vocabulary"] :]
    encoder.load_state_dict({**weights(constants, encoder.state_dict()), **state})
    return encoder


def reopen_projector(bundle: Path, values: dict[str, Any]) -> Projector:
    constants = initializers(bundle / values["graph"])
    if "dense_in.bias" not in constants:
        raise NotReopened("only projectors with two layers and biases are reopened")
    sizes = values["inWidth"], len(constants["dense_in.weight"]), values["outWidth"]
    projector: Projector
    if "output_scale" in constants:
        projector = MlpProjector(*sizes)
        # the graph repeats the one scale for its norm
        constants = {**constants, "output_scale": constants["output_scale"][:1]}
    else:
        projector = PccConverter(*sizes)
    projector.load_state_dict(weights(constants, projector.state_dict()))
    return projector


def reopen(bundle: Path, run: Path) -> None:
    """Write the parts of a bundle as a run folder has them; raises NotReopened or what is missing."""
    manifest = json.loads((bundle / "bundle.json").read_text())
    if (kind := manifest["decoder"]["quantisation"]["kind"]) != "int8":
        raise NotReopened(f"its decoder has {kind} weights, and only those of int8 come back nearly as they were")
    compressor = manifest["compressor"]
    bridge = next(p for p in compressor["projectors"] if p["decoder"] == manifest["decoder"]["id"])
    decoder = reopen_decoder(bundle, manifest)
    encoder = reopen_encoder(bundle, compressor["encoder"], bridge["frame"])
    projector = reopen_projector(bundle, bridge)
    rounding = Rounding(8, manifest["decoder"]["quantisation"]["block"])
    run.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(bundle / manifest["decoder"]["tokenizer"]["file"], run / "tokenizer.json")
    save_json(run / "decoder/config.json", {**decoder.config.as_hugging_face(), "torch_dtype": "float32"})
    save_tensors(run / "decoder/model.safetensors", decoder.state_dict())
    window, ratios = compressor["encoder"]["window"], tuple(compressor["encoder"]["ratios"])
    write_encoder(encoder, run / "encoder", window, ratios)
    write_projector(projector, run / "projector", bridge["decoder"], rounding)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    arguments = parser.parse_args()
    reopen(arguments.bundle, arguments.run)
    print(f"written: {arguments.run}/decoder, encoder, projector")


if __name__ == "__main__":
    main()
