"""Two tiny pairs: a Llama decoder with an ARC and with a PCC encoder of Llama's layers, with vocabularies of their own.

Called by `goldens`. `decoder/` is what a user has, `KIND/compressor/` what `pair` exports for it; `KIND/items.jsonl`
holds texts and by context the negative log likelihood a token of each target and what greedy decoding writes, in
float32.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from .answers import Asked, task_answers
from .cases import Case
from .config import ModelConfig
from .contexts import Shown
from .continuation import continuation
from .cross_file import NextLine, next_lines
from .encoder import ArcEncoder, Encoder, PccEncoder
from .engine_items import (
    continuation_items,
    next_line_items,
    question_items,
    reconstruction_items,
    write_items,
)
from .export import write_compressor
from .goldens_decoders import randomise as randomise_decoder
from .measurer import Measurer
from .next_line import Completion
from .projector import MlpProjector, PccConverter, Projector
from .quantise import Rounding
from .reader import HuggingFaceReader, load_prompt
from .reconstruction import reconstruction
from .small_decoder import Shape, create, save_decoder, train_tokenizer

SHAPE = Shape(width=32, layers=2, heads=2, kv_heads=1, vocabulary=320, positions=1024)
WINDOW, RATIOS = 256, (4, 8, 16)


@torch.no_grad()
def write_pair(out: Path, randomise: Callable[[nn.Module, int], None], tokenizer: Tokenizer, texts: list[str]) -> None:
    """`tokenizer` is the encoder's; `texts` train the decoder's and are the items, in turn context and target."""
    from transformers import AutoModelForCausalLM

    folder = out / "pair-tiny"
    shutil.rmtree(folder, ignore_errors=True)
    model = create(SHAPE)
    randomise_decoder(model, 500)
    save_decoder(model, train_tokenizer(iter(texts), SHAPE.vocabulary), folder / "decoder")
    (folder / "decoder/generation_config.json").unlink(missing_ok=True)
    model = AutoModelForCausalLM.from_pretrained(folder / "decoder", dtype=torch.float32)

    config = ModelConfig(32, 2, 2, 1, 16, 64, tokenizer.get_vocab_size(), 512, 10000.0, qk_norm=False)
    arc = ArcEncoder(config), MlpProjector(32, 48, SHAPE.width)
    pcc = PccEncoder(config, WINDOW // min(RATIOS), WINDOW), PccConverter(32, 48, SHAPE.width)
    for encoder, projector in (arc, pcc):
        write_compressor_case(folder, model, encoder, projector, randomise, tokenizer, texts)


def write_compressor_case(
    pair: Path, model: nn.Module, encoder: Encoder, projector: Projector, randomise: Callable[[nn.Module, int], None],
    tokenizer: Tokenizer, texts: list[str],
) -> None:  # fmt: skip
    folder = pair / encoder.kind
    for i, module in enumerate((encoder, projector)):
        randomise(module, 501 + i)
        for p in module.parameters():
            p.copy_(p.bfloat16().float())
    write_compressor(
        folder / "compressor", encoder, projector, WINDOW, RATIOS, "decoder", Rounding(16), tokenizer.to_str(True)
    )

    table = model.get_input_embeddings().weight.detach().half().float()
    reader = HuggingFaceReader(model, table)
    m = Measurer(reader, load_prompt(pair / "decoder"), encoder, projector, tokenizer, WINDOW, Rounding(16))
    cases = [
        Case(f"{i}", "tiny/pair", f"src/part{i}.ts", texts[i : i + 2], texts[i + 2], texts[i - 2 : i] or texts[-2:])
        for i in range(len(texts) - 2)
    ]
    per_item = continuation(m, cases, {}, baselines=False)["per_item"]
    shown = Shown("src/part.ts", texts[0] + texts[1], texts[2])
    asked = [Asked("q", "tiny/pair", [shown, shown], "What does `part` do?", "It is a part.", "what")]
    opened = Completion("src/open.ts", texts[2].rstrip(), "\n  part();", "part", shown.path)
    lines = [NextLine("n", shown, opened)]
    items = [
        *continuation_items(cases, per_item),
        *reconstruction_items(cases, reconstruction(m, cases, len(cases))[1]),
        *next_line_items(m, lines, next_lines(m, lines)[1]),
        *question_items(m, asked, task_answers(m, asked)[1]),
    ]
    write_items(folder / "items.jsonl", items)
