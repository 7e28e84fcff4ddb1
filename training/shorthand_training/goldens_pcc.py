"""Tiny random PCC compressors in the layouts of the published ones, with slots by transformers, and a converter.

Called by `goldens`. `light` is GPT-2 with 64 memory tokens at the end of its vocabulary; `large` is Llama with a LoRA
adapter as PEFT saves it (on the embedding table too), the base model beside it. Both have `memory_converter.bin` as
`torch.save` writes it. The reference runs transformers' own models, with the adapter added by plain matrix products.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .goldens_tokenizers import VOCABULARY, write_tokenizer, write_tokenizer_cases

RATIOS = (4, 16)
SEGMENT = 256
MEMORY_TOKENS = 64
#: The decoder's width is that of Llama 3.1's in `goldens_decoders`.
VOCAB, WIDTH, LAYERS, HEADS, DECODER_DIM = VOCABULARY, 64, 2, 2, 48
RANK, ALPHA = 4, 2
LENGTHS = (1, 3, 4, 5, 255, 256)
LAYER_MODULES = (
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
)


def randomise(module: nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if "wte" in name or "wpe" in name or "embed" in name:
                p.copy_(noise * 0.5)
            elif "ln_" in name and name.endswith("weight") or "norm" in name:
                p.copy_(1 + 0.2 * noise)
            elif p.ndim == 2:
                p.copy_(noise / p.shape[0] ** 0.5)
            else:
                p.copy_(0.2 * noise)


def gpt2(folder: Path, seed: int) -> nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=VOCAB + MEMORY_TOKENS, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=512,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    model = GPT2LMHeadModel(config)
    randomise(model, seed)
    model.save_pretrained(folder)
    return model.eval()


def llama(folder: Path, seed: int) -> nn.Module:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=VOCAB + MEMORY_TOKENS, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=4,
        num_key_value_heads=2, intermediate_size=96, max_position_embeddings=512, rope_theta=500000.0,
        tie_word_embeddings=False, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    randomise(model, seed)
    model.save_pretrained(folder)
    return model.eval()


@torch.no_grad()
def write_adapter(folder: Path, model: nn.Module, seed: int) -> None:
    """Writes a LoRA adapter and adds it to the model's own matrices."""
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(seed)
    scale = ALPHA / RANK
    adapter: dict[str, Tensor] = {}
    for name, p in model.named_parameters():
        module = name.removesuffix(".weight")
        inner = module.split(".", 3)[-1]
        if not name.endswith(".weight") or not (inner in LAYER_MODULES or module == "lm_head"):
            continue
        a = torch.randn(RANK, p.shape[1], generator=generator) / p.shape[1] ** 0.5
        b = torch.randn(p.shape[0], RANK, generator=generator)
        adapter |= {f"base_model.model.{module}.lora_A.weight": a, f"base_model.model.{module}.lora_B.weight": b}
        p.add_(scale * (b @ a))
    table = model.get_input_embeddings().weight
    a = torch.randn(RANK, table.shape[0], generator=generator) * 0.5
    b = torch.randn(table.shape[1], RANK, generator=generator)
    module = "base_model.model.model.embed_tokens"
    adapter |= {f"{module}.lora_embedding_A": a, f"{module}.lora_embedding_B": b}
    table.add_(scale * (b @ a).T)
    save_file({k: v.contiguous() for k, v in adapter.items()}, folder / "adapter_model.safetensors")
    settings: dict[str, Any] = {
        "peft_type": "LORA",
        "r": RANK,
        "lora_alpha": ALPHA,
        "lora_dropout": 0.1,
        "bias": "none",
        "fan_in_fan_out": False,
        "task_type": "CAUSAL_LM",
        "target_modules": [*(m.split(".")[1] for m in LAYER_MODULES), "embed_tokens", "lm_head"],
    }
    (folder / "adapter_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def converter(seed: int) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        "RMSNorm.weight": 1 + 0.2 * torch.randn(WIDTH, generator=generator),
        "dense_in.weight": torch.randn(DECODER_DIM, WIDTH, generator=generator) / WIDTH**0.5,
        "dense_in.bias": 0.2 * torch.randn(DECODER_DIM, generator=generator),
        "dense_out.weight": torch.randn(DECODER_DIM, DECODER_DIM, generator=generator) / DECODER_DIM**0.5,
        "dense_out.bias": 0.2 * torch.randn(DECODER_DIM, generator=generator),
    }


def convert(weights: dict[str, Tensor], slots: Tensor) -> Tensor:
    x = slots * torch.rsqrt(slots.pow(2).mean(-1, keepdim=True) + 1e-6) * weights["RMSNorm.weight"]
    x = torch.nn.functional.gelu(x @ weights["dense_in.weight"].T + weights["dense_in.bias"])
    return x @ weights["dense_out.weight"].T + weights["dense_out.bias"]


@torch.no_grad()
def slots_of(model: nn.Module, ids: Tensor, ratio: int) -> Tensor:
    """ids: [n] -> the states of the memory tokens behind them [SEGMENT / ratio, d], however short the segment."""
    count = SEGMENT // ratio
    together = torch.cat((ids, torch.arange(VOCAB, VOCAB + count)))[None]
    return model(input_ids=together, output_hidden_states=True).hidden_states[-1][0, -count:]


@torch.no_grad()
def write_case(folder: Path, kind: str, seed: int) -> None:
    from safetensors.torch import save_file

    shutil.rmtree(folder, ignore_errors=True)
    checkpoint = folder / "checkpoint"
    checkpoint.mkdir(parents=True)
    if kind == "light":
        model = gpt2(checkpoint, seed)
    else:
        model = llama(folder / "base", seed)
        write_adapter(checkpoint, model, seed + 1)
    for file in folder.rglob("generation_config.json"):
        file.unlink()
    if kind == "light":
        write_tokenizer(checkpoint, "gpt2")
        write_tokenizer_cases(checkpoint, folder / "tokenizer.json")
    else:
        write_tokenizer(folder / "base", "llama3")
    weights = converter(seed + 2)
    torch.save(weights, checkpoint / "memory_converter.bin")
    generator = torch.Generator().manual_seed(seed + 3)
    expected: dict[str, Tensor] = {}
    for n in LENGTHS:
        ids = torch.randint(0, VOCAB, (n,), generator=generator)
        expected[f"ids_{n}"] = ids
        for ratio in RATIOS:
            expected[f"slots_{n}_{ratio}"] = slots_of(model, ids, ratio)
    for ratio in RATIOS:
        expected[f"projected_{ratio}"] = convert(weights, expected[f"slots_256_{ratio}"])
    save_file({name: tensor.contiguous() for name, tensor in expected.items()}, folder / "expected.safetensors")
    cases = {
        "ids_{n}": "[n] token ids of a segment",
        "slots_{n}_{ratio}": f"[{SEGMENT}/ratio, d] states of the memory tokens behind it, after the final norm",
        "projected_{ratio}": "slots_256_{ratio} after the converter",
        "tolerance": 1e-4,
    }
    (folder / "cases.json").write_text(json.dumps(cases, indent=2) + "\n")


def write_patch(file: Path, seed: int) -> None:
    """The decoder's three rows as the authors' `llama3_8b_special_token_patch.pt` has them."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randn(2, 3, DECODER_DIM, generator=generator).bfloat16()
    torch.save({"tokens": ["<mem>", "<ae>", "</mem>"], "embedding": rows[0].clone(), "lm_head": rows[1].clone()}, file)


def write_pcc(out: Path) -> None:
    """Writes both compressors."""
    write_case(out / "pcc" / "light", "light", 400)
    write_case(out / "pcc" / "large", "large", 450)
    write_patch(out / "pcc" / "llama3_8b_special_token_patch.pt", 404)
