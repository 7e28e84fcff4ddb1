"""Tiny random ARC-Encoders in the layouts of the published checkpoints, with slots by an implementation of their own.

Called by `goldens`. The reference here is written from the description of the architecture (arXiv 2510.20535 and the
released configurations) and shares no code with this package's encoder: rotary pairs are neighbours, as in Meta's and
Mistral's layout, positions are not scaled, the last layer pools its queries, nothing is normed at the end.

Layouts: `release` and `release-multi` are what `PyTorchModelHubMixin` saves (one file, prefixes `embedder.` and
`bridge_module.`) with the release's YAML; `training` is a training run's checkpoint with its older names of specials.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .goldens_tokenizers import VOCABULARY

RATIO = 8
LENGTHS = (1, 7, 8, 9, 255, 256, 1024)
#: Pooling has no weights: another factor may be chosen when a checkpoint is loaded.
OVERRIDE, OVERRIDE_LENGTHS = 4, (3, 5, 257)
TRUNCATED = 2
DIM, LAYERS, HEADS, KV_HEADS, HEAD_DIM, FFN, VOCAB = 48, 3, 6, 2, 16, 64, VOCABULARY
THETA, EPS = 500000.0, 1e-5
#: The decoders' width and the tokenizer are those of `goldens_decoders`: Llama's, Mistral's and Llama 3.1's.
BRIDGE_HIDDEN, DECODER_DIM = 40, 48

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Layout:
    name: str
    bridge: str
    decoders: int
    training: bool = False
    dtype: torch.dtype = torch.float32


LAYOUTS = (
    Layout("release", "mlp", 1),
    Layout("release-multi", "multi_module", 2, dtype=torch.bfloat16),
    Layout("training", "rms", 1, training=True),
)


def pooling_sizes(tokens: int, factor: int) -> list[int]:
    """Sizes of the groups that become one slot each: balanced when the length does not divide."""
    if tokens < factor:
        return [tokens]
    if tokens % factor == 0:
        return [factor] * (tokens // factor)
    groups = tokens // factor + 1
    return [tokens // groups + (1 if i < tokens % groups else 0) for i in range(groups)]


def rotate(x: Tensor) -> Tensor:
    """x: [n, heads, head_dim] at positions 0 .. n-1; values 2i and 2i+1 turn together."""
    n, _, size = x.shape
    frequencies = THETA ** (-torch.arange(0, size, 2, dtype=torch.float32) / size)
    turn = torch.polar(torch.ones(n, size // 2), torch.arange(n, dtype=torch.float32)[:, None] * frequencies)
    return torch.view_as_real(torch.view_as_complex(x.reshape(n, -1, size // 2, 2)) * turn[:, None]).reshape(x.shape)


def rms(x: Tensor, weight: Tensor) -> Tensor:
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS) * weight


def attend(weights: Weights, prefix: str, queries: Tensor, keys: Tensor) -> Tensor:
    """queries: [m, d], keys: [n, d], both normed -> [m, d]; every query sees every key."""
    q = rotate((queries @ weights[f"{prefix}attention.wq.weight"].T).view(len(queries), HEADS, HEAD_DIM))
    k = rotate((keys @ weights[f"{prefix}attention.wk.weight"].T).view(len(keys), KV_HEADS, HEAD_DIM))
    v = (keys @ weights[f"{prefix}attention.wv.weight"].T).view(len(keys), KV_HEADS, HEAD_DIM)
    share = HEADS // KV_HEADS
    k, v = k.repeat_interleave(share, 1), v.repeat_interleave(share, 1)
    scores = torch.einsum("mhd,nhd->hmn", q, k) / HEAD_DIM**0.5
    mixed = torch.einsum("hmn,nhd->mhd", scores.softmax(-1), v)
    return mixed.reshape(len(queries), HEADS * HEAD_DIM) @ weights[f"{prefix}attention.wo.weight"].T


def encode(weights: Weights, ids: Tensor, factor: int) -> Tensor:
    """ids: [n] -> slots [m, d] in the encoder's space."""
    h = weights["tok_embeddings.weight"][ids]
    for layer in range(LAYERS):
        prefix = f"layers.{layer}."
        residual = h
        if layer == LAYERS - 1:
            sizes = pooling_sizes(len(ids), factor)
            residual = torch.stack([group.mean(0) for group in h.split(sizes)])
        norm = weights[f"{prefix}attention_norm.weight"]
        residual = residual + attend(weights, prefix, rms(residual, norm), rms(h, norm))
        x = rms(residual, weights[f"{prefix}ffn_norm.weight"])
        gate, up = (x @ weights[f"{prefix}feed_forward.{w}.weight"].T for w in ("w1", "w3"))
        h = residual + (torch.nn.functional.silu(gate) * up) @ weights[f"{prefix}feed_forward.w2.weight"].T
    return h


def project(bridge: Weights, prefix: str, slots: Tensor) -> Tensor:
    if f"{prefix}norm.weight" in bridge:
        slots = rms(slots, bridge[f"{prefix}norm.weight"])
    return slots @ bridge[f"{prefix}layer1.weight"].T @ bridge[f"{prefix}layer2.weight"].T


def random_weights(layout: Layout, seed: int) -> tuple[Weights, Weights]:
    """The encoder's and the bridge's tensors as they are stored: rounded to the layout's type."""
    generator = torch.Generator().manual_seed(seed)

    def matrix(rows: int, columns: int) -> Tensor:
        return torch.randn(rows, columns, generator=generator) / columns**0.5

    def norm(length: int) -> Tensor:
        return 1 + 0.2 * torch.randn(length, generator=generator)

    def special() -> Tensor:
        return torch.randn(1, DIM, generator=generator)

    encoder = {"tok_embeddings.weight": torch.randn(VOCAB, DIM, generator=generator) * 0.5}
    for layer in range(LAYERS):
        prefix = f"layers.{layer}."
        encoder |= {
            f"{prefix}attention.wq.weight": matrix(HEADS * HEAD_DIM, DIM),
            f"{prefix}attention.wk.weight": matrix(KV_HEADS * HEAD_DIM, DIM),
            f"{prefix}attention.wv.weight": matrix(KV_HEADS * HEAD_DIM, DIM),
            f"{prefix}attention.wo.weight": matrix(DIM, HEADS * HEAD_DIM),
            f"{prefix}attention_norm.weight": norm(DIM),
            f"{prefix}ffn_norm.weight": norm(DIM),
            f"{prefix}feed_forward.w1.weight": matrix(FFN, DIM),
            f"{prefix}feed_forward.w2.weight": matrix(DIM, FFN),
            f"{prefix}feed_forward.w3.weight": matrix(FFN, DIM),
        }
    bridge: Weights = {}
    for decoder in range(layout.decoders):
        number = "" if layout.training else f"{decoder}."
        encoder |= {f"rec_tok.{number}weight": special(), f"cont_tok.{number}weight": special()}
        prefix = f"{decoder}." if layout.bridge == "multi_module" else ""
        bridge |= {
            f"{prefix}layer1.weight": matrix(BRIDGE_HIDDEN, DIM),
            f"{prefix}layer2.weight": matrix(DECODER_DIM, BRIDGE_HIDDEN),
        }
        if layout.bridge == "rms":
            bridge[f"{prefix}norm.weight"] = norm(DIM)
    rounded = [{k: v.to(layout.dtype).float() for k, v in tensors.items()} for tensors in (encoder, bridge)]
    return rounded[0], rounded[1]


def settings(layout: Layout) -> tuple[dict[str, object], dict[str, object], dict[str, object]]:
    """-> embedder, bridge and model arguments under the names that ARC-Encoder gives them."""
    embedder: dict[str, object] = {
        "causal_embedder": False,
        "compress_rates": [-RATIO],
        "n_truncated_layers": TRUNCATED,
        "pooling_module": {"pool_type": "mean_pooled_queries", "where": "before"},
        "trained_layers": LAYERS + 1,
        "train_embedding_mtx": True,
        "rec_tok": True,
        "cont_tok": True,
    }
    bridge: dict[str, object] = {
        "bridge_type": layout.bridge,
        "in_dim": DIM,
        "hidden_dim": BRIDGE_HIDDEN,
        "out_dim": DECODER_DIM,
    }
    model: dict[str, object] = {
        "dim": DIM,
        "n_layers": LAYERS + TRUNCATED,
        "head_dim": HEAD_DIM,
        "hidden_dim": FFN,
        "n_heads": HEADS,
        "n_kv_heads": KV_HEADS,
        "norm_eps": EPS,
        "vocab_size": VOCAB,
        "rope_theta": THETA,
        "max_batch_size": 1,
    }
    return embedder, bridge, model


def yaml_text(value: object, indent: int = 0) -> str:
    """The little YAML that a release's configuration needs."""
    lines = []
    for key, item in value.items() if isinstance(value, dict) else ():
        start = " " * indent + f"{key}:"
        if isinstance(item, dict):
            lines.append(f"{start}\n{yaml_text(item, indent + 2)}")
        elif isinstance(item, list):
            lines.append("\n".join([start, *(" " * indent + f"- {entry}" for entry in item)]))
        else:
            lines.append(f"{start} {json.dumps(item)}")
    return "\n".join(lines)


def write_checkpoint(folder: Path, layout: Layout, encoder: Weights, bridge: Weights) -> None:
    from safetensors.torch import save_file

    embedder_args, bridge_args, model_args = settings(layout)
    stored = [{k: v.to(layout.dtype).contiguous() for k, v in tensors.items()} for tensors in (encoder, bridge)]
    folder.mkdir(parents=True)
    if layout.training:
        for name, tensors in zip(("embedder", "bridge_module"), stored, strict=True):
            (folder / name).mkdir()
            save_file(tensors, folder / name / "consolidated.safetensors")
        parameters = {"param_dtype": "float32", "embedder_params": embedder_args, "bridge_module": bridge_args}
        (folder / "params.json").write_text(json.dumps(parameters, indent=4) + "\n")
        (folder / "base-params.json").write_text(json.dumps(model_args, indent=4) + "\n")
        return
    together = {f"embedder.{k}": v for k, v in stored[0].items()} | {
        f"bridge_module.{k}": v for k, v in stored[1].items()
    }
    save_file(together, folder / "model.safetensors")
    release = {"embedder_args": embedder_args, "bridge_args": bridge_args, "model_args": model_args}
    (folder / "ARC8_Encoder_tiny.yaml").write_text(yaml_text(release) + "\n")


@torch.no_grad()
def write_layout(folder: Path, layout: Layout, seed: int) -> None:
    from safetensors.torch import save_file

    shutil.rmtree(folder, ignore_errors=True)
    encoder, bridge = random_weights(layout, seed)
    write_checkpoint(folder / "checkpoint", layout, encoder, bridge)
    generator = torch.Generator().manual_seed(seed + 1)
    expected: Weights = {}
    for factor, lengths in ((RATIO, LENGTHS), (OVERRIDE, OVERRIDE_LENGTHS)):
        for n in lengths:
            ids = torch.randint(0, VOCAB, (n,), generator=generator)
            expected[f"ids_{n}_{factor}"] = ids
            expected[f"slots_{n}_{factor}"] = encode(encoder, ids, factor)
    for decoder in range(layout.decoders):
        prefix = f"{decoder}." if layout.bridge == "multi_module" else ""
        number = "" if layout.training else f"{decoder}."
        specials = torch.cat((encoder[f"rec_tok.{number}weight"], encoder[f"cont_tok.{number}weight"]))
        expected[f"projected_{decoder}"] = project(bridge, prefix, expected[f"slots_256_{RATIO}"])
        expected[f"specials_{decoder}"] = specials
        expected[f"projected_specials_{decoder}"] = project(bridge, prefix, specials)
    save_file({name: tensor.contiguous() for name, tensor in expected.items()}, folder / "expected.safetensors")
    cases = {
        "ids_{n}_{ratio}": "[n] token ids of a window",
        "slots_{n}_{ratio}": "[m, d] slots before the bridge",
        "projected_{k}": f"[m, d_decoder] slots_256_{RATIO} after the bridge of decoder k",
        "specials_{k}": "[2, d] rec, cont of decoder k; projected_specials_{k} [2, d_decoder] after its bridge",
        "tolerance": 1e-4,
    }
    (folder / "cases.json").write_text(json.dumps(cases, indent=2) + "\n")


def write_arc(out: Path) -> None:
    """Writes every layout."""
    for i, layout in enumerate(LAYOUTS):
        write_layout(out / "arc" / layout.name, layout, 300 + 2 * i)
