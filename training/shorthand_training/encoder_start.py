"""Encoders for `pair`: begun from the first layers of a checkpoint in Hugging Face's layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import Tensor, nn

from .config import ModelConfig
from .encoder import ArcEncoder

FAMILIES = {"llama": False, "mistral": False, "qwen3": True}  # whether queries and keys are normalised


def layer_config(settings: dict[str, Any], layers: int) -> ModelConfig:
    """config.json -> the encoder's shape. Rotary scaling is left out, as ARC-Encoder does: windows are short."""
    family = settings["model_type"]
    if family not in FAMILIES or settings.get("attention_bias") or settings.get("mlp_bias"):
        raise SystemExit(
            f"an encoder can't begin with the layers of {family}: name a checkpoint of {', '.join(FAMILIES)} without "
            "biases by --encoder-from, or a trained encoder by --encoder"
        )
    head_dim = settings.get("head_dim") or settings["hidden_size"] // settings["num_attention_heads"]
    kv_heads = settings.get("num_key_value_heads") or settings["num_attention_heads"]
    rotary = {"rope_theta": settings.get("rope_theta", 10000.0)}
    own = {"head_dim": head_dim, "num_key_value_heads": kv_heads, "qk_norm": FAMILIES[family]}
    return ModelConfig.from_dict({**rotary, **settings, **own, "num_hidden_layers": layers})


def read_tensors(folder: Path, wanted: set[str]) -> dict[str, Tensor]:
    """The wanted tensors of a checkpoint in one file or several, as float32."""
    index = folder / "model.safetensors.index.json"
    files = set(json.loads(index.read_text())["weight_map"].values()) if index.exists() else {"model.safetensors"}
    tensors: dict[str, Tensor] = {}
    for name in sorted(files):
        with safe_open(folder / name, "pt") as handle:
            tensors |= {key: handle.get_tensor(key).float() for key in handle.keys() if key in wanted}  # noqa: SIM118
    return tensors


def from_folder(folder: Path, layers: int) -> ArcEncoder:
    """An ARC encoder with a checkpoint's embedding table and its first `layers` layers, without the causal mask."""
    settings: dict[str, Any] = json.loads((folder / "config.json").read_text())
    encoder = ArcEncoder(layer_config(settings, min(layers, settings["num_hidden_layers"])))
    names = {n for n in encoder.state_dict() if not n.startswith(("rec_tok", "cont_tok"))}
    tensors = read_tensors(folder, {f"model.{n}" for n in names})
    state = encoder.state_dict() | {n.removeprefix("model."): t for n, t in tensors.items()}
    missing = {f"model.{n}" for n in names} - tensors.keys()
    if missing:
        raise SystemExit(f"{folder} has no {sorted(missing)[0]}")
    encoder.load_state_dict(state)
    rms = float(encoder.embed_tokens.weight.detach().pow(2).mean().sqrt())
    for special in (encoder.rec_tok, encoder.cont_tok):
        nn.init.normal_(special.weight, std=rms)
    return encoder


def projector_hidden(in_size: int, out_size: int, encoder_parameters: int, share: float) -> int:
    """The widest inner layer (a multiple of 16) at which projector and special vectors stay below `share`.

    Parameters: in * h + h + h * out + out, the norm's in, the scale, and two special vectors of in.
    """
    room = share * encoder_parameters - out_size - 3 * in_size - 1
    return max(16, int(room / (in_size + out_size + 1)) // 16 * 16)
