"""Tiny random decoders of every family that the builder reads, in Hugging Face's layout, with transformers' logits.

Called by `goldens`. Each folder holds `decoder/` (config.json and safetensors as published checkpoints have them, and a
tokenizer for one of each family), `expected.safetensors` and `cases.json`. Everything is computed in float32 on a CPU,
from the weights as stored.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .goldens_tokenizers import VOCABULARY, token_ids, write_tokenizer, write_tokenizer_cases

PREFILL, STEPS = 13, 5
#: Longer than the positions before any scaling or sliding window, so that both show in the logits.
ORIGINAL_POSITIONS = 8
#: Room for a question and its answer, with a vocabulary of little more than bytes.
POSITIONS = 2048
SHAPE = {
    "hidden_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 56,
    "vocab_size": 72,
    "max_position_embeddings": 64,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": ORIGINAL_POSITIONS,
}
YARN_ROPE = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": ORIGINAL_POSITIONS}


@dataclass(frozen=True)
class Family:
    """`change` is what differs from `SHAPE`; `rope` goes to the configuration as older releases write it."""

    name: str
    model: str
    change: dict[str, Any] = field(default_factory=dict)
    rope: dict[str, Any] | None = None
    dtype: torch.dtype = torch.float32
    sharded: bool = False
    #: One of `goldens_tokenizers`; such a family can answer a question.
    tokenizer: str | None = None


FAMILIES = (
    Family(
        "llama",
        "Llama",
        {"head_dim": 16, "tie_word_embeddings": False},
        None,
        torch.bfloat16,
        sharded=True,
        tokenizer="llama2",
    ),
    Family(
        "llama-3.1",
        "Llama",
        {"head_dim": 16, "tie_word_embeddings": True, "rope_theta": 500000.0},
        LLAMA3_ROPE,
        tokenizer="llama3",
    ),
    Family("llama-biased", "Llama", {"head_dim": 16, "attention_bias": True, "mlp_bias": True}),
    Family("llama-linear", "Llama", {"head_dim": 16}, {"rope_type": "linear", "factor": 3.0}),
    Family(
        "smollm", "Llama", {"head_dim": 16, "num_key_value_heads": 4, "tie_word_embeddings": True}, tokenizer="smollm"
    ),
    Family("mistral", "Mistral", {"head_dim": 16, "sliding_window": None}, dtype=torch.bfloat16, tokenizer="mistral"),
    Family("mistral-sliding", "Mistral", {"head_dim": 16, "sliding_window": 5}),
    Family("qwen2", "Qwen2", {"hidden_size": 64, "tie_word_embeddings": True}, None, torch.float16, tokenizer="qwen2"),
    Family("qwen2-yarn", "Qwen2", {"hidden_size": 64}, YARN_ROPE),
    Family("qwen3-biased", "Qwen3", {"head_dim": 16, "attention_bias": True}, tokenizer="qwen3"),
    Family("olmo", "Olmo", {"hidden_size": 64, "clip_qkv": 0.7}, tokenizer="olmo"),
    Family("olmo2", "Olmo2", {"hidden_size": 64}, dtype=torch.bfloat16, tokenizer="olmo2"),
    Family("phi3", "Phi3", {"hidden_size": 64, "sliding_window": None}, dtype=torch.bfloat16, tokenizer="phi3"),
    Family(
        "phi3-long",
        "Phi3",
        {
            "hidden_size": 64,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "sliding_window": 7,
            "partial_rotary_factor": 0.5,
            "original_max_position_embeddings": 32,
        },
        {
            "rope_type": "longrope",
            "short_factor": [1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 1.7, 2.0],
            "long_factor": [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        },
    ),
)


def randomise(module: nn.Module, seed: int) -> None:
    """As `goldens.randomise`: every tensor away from its neutral value."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if "embed" in name:
                p.copy_(noise * 0.5)
            elif "norm" in name:
                p.copy_(1 + 0.2 * noise)
            elif p.ndim == 2:
                p.copy_(noise / p.shape[1] ** 0.5)
            else:
                p.copy_(0.2 * noise)


def older_layout(file: Path, rope: dict[str, Any] | None) -> None:
    """A configuration as published checkpoints have it: `rope_theta` and `rope_scaling`, no `rope_parameters`."""
    config = json.loads(file.read_text())
    parameters = config.pop("rope_parameters", None) or {}
    config["rope_theta"] = parameters.get("rope_theta", 10000.0)
    config["rope_scaling"] = rope
    if "partial_rotary_factor" in parameters:
        config["partial_rotary_factor"] = parameters["partial_rotary_factor"]
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


@torch.no_grad()
def logits(model: Any, embeds: Tensor, steps: Tensor) -> tuple[Tensor, Tensor]:
    """embeds: [1, n, d], steps: [k, d] -> logits [1, n, v] and [k, v], all from one pass without a cache."""
    together = torch.cat((embeds, steps[None]), dim=1)
    answer = model(inputs_embeds=together, use_cache=False).logits
    return answer[:, : embeds.shape[1]], answer[0, embeds.shape[1] :]


def write_family(folder: Path, family: Family, seed: int, newer: bool) -> None:
    import transformers
    from safetensors.torch import save_file

    shutil.rmtree(folder, ignore_errors=True)
    checkpoint = folder / "decoder"
    settings = {**SHAPE, **family.change}
    if family.tokenizer is not None:
        settings |= {"vocab_size": VOCABULARY, "max_position_embeddings": POSITIONS, **token_ids(family.tokenizer)}
    if family.rope is not None:
        settings["rope_scaling"] = dict(family.rope)
    config = getattr(transformers, f"{family.model}Config")(**settings)
    model = getattr(transformers, f"{family.model}ForCausalLM")(config)
    randomise(model, seed)
    model.to(family.dtype).save_pretrained(checkpoint, max_shard_size="40KB" if family.sharded else "50GB")
    (checkpoint / "generation_config.json").unlink(missing_ok=True)
    if family.tokenizer is not None:
        write_tokenizer(checkpoint, family.tokenizer)
        write_tokenizer_cases(checkpoint, folder / "tokenizer.json")
    if not newer:
        older_layout(checkpoint / "config.json", family.rope)
    loaded = getattr(transformers, f"{family.model}ForCausalLM").from_pretrained(
        checkpoint, attn_implementation="eager", dtype=torch.float32
    )
    generator = torch.Generator().manual_seed(seed + 1)
    embeds = torch.randn(1, PREFILL, config.hidden_size, generator=generator) * 0.5
    steps = torch.randn(STEPS, config.hidden_size, generator=generator) * 0.5
    prefill, stepwise = logits(loaded.eval(), embeds, steps)
    expected = {"inputs_embeds": embeds, "step_embeds": steps, "prefill_logits": prefill, "step_logits": stepwise}
    save_file({name: tensor.contiguous() for name, tensor in expected.items()}, folder / "expected.safetensors")
    cases = {
        "decoder": f"transformers {family.model}ForCausalLM, stored as {str(family.dtype).removeprefix('torch.')}",
        "inputs_embeds": f"[1, {PREFILL}, d] prefill input",
        "step_embeds": f"[{STEPS}, d] fed one by one after the prefill",
        "prefill_logits": f"[1, {PREFILL}, v] float32",
        "step_logits": f"[{STEPS}, v] float32",
        "tolerance": 1e-4,
    }
    (folder / "cases.json").write_text(json.dumps(cases, indent=2) + "\n")


def write_decoders(out: Path) -> None:
    """Writes every family; every other one keeps the configuration of newer releases."""
    for i, family in enumerate(FAMILIES):
        write_family(out / "decoders" / family.name, family, 500 + 2 * i, newer=i % 2 == 1)
