"""Tiny random checkpoints in the export layout with expected outputs, for parity tests of other runtimes.

python -m shorthand_training.goldens --out test/parity/goldens

Each folder holds `expected.safetensors` and `cases.json`, which says what every tensor is. The decoder's reference is
transformers' own Qwen3ForCausalLM; everything is float32 on a CPU.
"""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from .checkpoint import save_json, save_tensors
from .config import TINY, ModelConfig
from .encoder import ArcEncoder, Encoder, PccEncoder, encoder_config
from .goldens_arc import write_arc
from .goldens_codes import write_codes
from .goldens_decoders import write_decoders
from .goldens_metrics import write_metrics
from .goldens_pair import write_pair
from .goldens_pcc import write_pcc
from .model import Decoder
from .projector import MlpProjector, PccConverter, Projector, projector_config
from .quantise import Rounding, frozen
from .template import BOS, FILE, IDS, TEMPLATE, header
from .tokenizer import encode, train

WINDOW = 256
RATIOS = (4, 8, 16)
LENGTHS = (1, 3, 4, 5, 17, 64, 255, 256)
DECODER_ID = "tiny-decoder"
PREFILL, STEPS = 13, 5

Expected = dict[str, Tensor]


def randomise(module: nn.Module, seed: int) -> None:
    """Every tensor away from its neutral value: matrices of gain one, norm weights around one, biases not zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if "embed" in name or "_tok" in name:
                p.copy_(noise * 0.5)
            elif "norm" in name:
                p.copy_(1 + 0.2 * noise)
            elif p.ndim == 2:
                p.copy_(noise / p.shape[1] ** 0.5)
            elif name == "output_scale":
                p.fill_(0.37)
            else:
                p.copy_(0.1 * noise)
    module.eval()


def round_to_bfloat16(module: nn.Module) -> None:
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(p.bfloat16().float())


def write_part(folder: Path, module: nn.Module, config: dict[str, Any], dtype: torch.dtype = torch.float32) -> None:
    save_json(folder / "config.json", config)
    save_tensors(folder / "model.safetensors", {k: v.to(dtype) for k, v in module.state_dict().items()})


def write_decoder(decoder: Decoder, folder: Path, dtype: torch.dtype = torch.float32) -> None:
    write_part(folder, decoder, decoder.config.as_hugging_face(), dtype)


def finish(folder: Path, expected: Expected, cases: dict[str, Any]) -> None:
    save_tensors(folder / "expected.safetensors", expected)
    save_json(folder / "cases.json", cases)


def hugging_face_logits(folder: Path, embeds: Tensor, steps: Tensor) -> tuple[Tensor, Tensor]:
    """embeds: [1, n, d], steps: [k, d] -> prefill logits [1, n, v], stepwise logits [k, v], with a cache."""
    from transformers import Qwen3ForCausalLM

    model = Qwen3ForCausalLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    answer = model(inputs_embeds=embeds, use_cache=True)
    prefill, cache, rows = answer.logits, answer.past_key_values, []
    for step in steps:
        answer = model(inputs_embeds=step[None, None], past_key_values=cache, use_cache=True)
        cache = answer.past_key_values
        rows.append(answer.logits[0, 0])
    return prefill, torch.stack(rows)


def own_logits(decoder: Decoder, embeds: Tensor, steps: Tensor) -> tuple[Tensor, Tensor]:
    """The same with this package's decoder (for quantised weights and head)."""
    hidden, cache = decoder.hidden(embeds)
    rows = []
    for step in steps:
        state, cache = decoder.hidden(step[None, None], cache=cache)
        rows.append(decoder.logits(state)[0, 0])
    return decoder.logits(hidden), torch.stack(rows)


def decoder_case(folder: Path, config: ModelConfig, quantised: bool, seed: int) -> None:
    decoder = Decoder(config)
    randomise(decoder, seed)
    write_decoder(decoder, folder / "decoder")
    generator = torch.Generator().manual_seed(seed + 1)
    embeds = torch.randn(1, PREFILL, config.hidden_size, generator=generator) * 0.5
    ids = torch.randint(0, config.vocab_size, (STEPS,), generator=generator)
    steps = decoder.embed(ids)
    prefill, stepwise = hugging_face_logits(folder / "decoder", embeds, steps)
    mine = own_logits(decoder, embeds, steps)
    if max(float((prefill - mine[0]).abs().max()), float((stepwise - mine[1]).abs().max())) > 1e-3:
        raise RuntimeError("this package's decoder differs from transformers' Qwen3")
    expected = {
        "inputs_embeds": embeds, "step_ids": ids, "step_embeds": steps,
        "prefill_logits": prefill, "step_logits": stepwise,
    }  # fmt: skip
    cases: dict[str, Any] = {
        "inputs_embeds": "[1, 13, d] prefill input",
        "step_ids": "[5] ids fed one by one after the prefill; step_embeds [5, d] are their float32 embeddings",
        "prefill_logits": "[1, 13, v] unquantised float32, transformers Qwen3ForCausalLM",
        "step_logits": "[5, v] likewise, one step at a time with the cache",
        "tolerance": 2e-3,
    }
    if quantised:
        for bits in (8, 4):
            name = f"int{bits}"
            expected[f"prefill_logits_{name}"], expected[f"step_logits_{name}"] = own_logits(
                frozen(decoder, bits), embeds, steps
            )
            cases[f"*_logits_{name}"] = f"linear layers at {name} block 128, head int8 block 128, float32 activations"
    finish(folder, expected, cases)


@torch.no_grad()
def encoder_case(folder: Path, encoder: Encoder, projectors: list[Projector], seed: int) -> None:
    randomise(encoder, seed)
    config = encoder_config(encoder, WINDOW, RATIOS)
    write_part(folder / "encoder", encoder, config)
    generator = torch.Generator().manual_seed(seed + 1)
    expected: Expected = {}
    for i, projector in enumerate(projectors):
        randomise(projector, seed + 10 + i)
        name = "projector" if i == 0 else f"projector-{projector.kind}"
        write_part(folder / name, projector, projector_config(projector, DECODER_ID, Rounding()))
    windows = {n: torch.randint(16, encoder.config.vocab_size, (n,), generator=generator) for n in LENGTHS}
    for n, ids in windows.items():
        expected[f"ids_{n}"] = ids
        for ratio in RATIOS:
            slots, counts = encoder.encode([ids.tolist()], ratio)
            expected[f"slots_{n}_{ratio}"] = slots[0, : counts[0]]
            for i, projector in enumerate(projectors):
                name = "projected" if i == 0 else f"projected_{projector.kind}"
                expected[f"{name}_{n}_{ratio}"] = projector(slots[0, : counts[0]])
    special = torch.cat((encoder.rec_tok.weight, encoder.cont_tok.weight))
    expected["projected_rec_cont"] = projectors[0](special)
    batch = [windows[n].tolist() for n in (17, 5, 64, 1)]
    batched, counts = encoder.encode(batch, 8)
    for row, n, count in zip(batched, (17, 5, 64, 1), counts, strict=True):
        if not torch.allclose(row[:count], expected[f"slots_{n}_8"], atol=1e-4):
            raise RuntimeError("padding changes the slots")
    finish(
        folder,
        expected,
        {
            "lengths": LENGTHS,
            "ratios": RATIOS,
            "ids_{n}": "[n] token ids of a window of n tokens",
            "slots_{n}_{ratio}": "[m, d] slots before the projector",
            "projected_{n}_{ratio}": "[m, d_decoder] slots after projector/ (projected_{kind}_... : projector-{kind}/)",
            "projected_rec_cont": "[2, d_decoder] rec_tok, cont_tok after projector/",
            "batch": "a batch of lengths 17, 5, 64, 1 at ratio 8 gives the same slots as each window alone",
            "tolerance": 1e-3,
        },
    )


SAMPLE = (
    'import { readFile } from "node:fs/promises";\n\n/** Reads a file and counts its lines. */\n'
    "export async function countLines(path: string): Promise<number> {\n"
    '  const text = await readFile(path, "utf8");\n  return text.split("\\n").length;\n}\n',
    "export const limit = 42;\n\nexport function clamp(value: number): number {\n"
    "  return Math.max(0, Math.min(limit, value));\n}\n",
)


PARTS = [
    "/** A point with whole coordinates. */\n"
    "export interface Point {\n  readonly x: number;\n  readonly y: number;\n}\n",
    "export function distance(a: Point, b: Point): number {\n  return Math.hypot(a.x - b.x, a.y - b.y);\n}\n",
]


@torch.no_grad()
def bundle_case(folder: Path, seed: int) -> None:
    """A whole tiny bundle with a tokenizer, and the logits of `file header, slots of two windows, cont, text`."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    texts = [p.read_text() for p in sources] + list(SAMPLE)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = train(iter(texts), 512)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = replace(TINY.model, hidden_size=128, num_hidden_layers=2, head_dim=32, intermediate_size=256)
    decoder, encoder = Decoder(config), ArcEncoder(replace(config, num_hidden_layers=2))
    projector = MlpProjector(128, 96, 128)
    for i, module in enumerate((decoder, encoder, projector)):
        randomise(module, seed + i)
        round_to_bfloat16(module)
    write_decoder(decoder, folder / "decoder", torch.bfloat16)
    write_part(folder / "encoder", encoder, encoder_config(encoder, WINDOW, RATIOS), torch.bfloat16)
    write_part(folder / "projector", projector, projector_config(projector, DECODER_ID, Rounding()), torch.bfloat16)
    save_json(
        folder / "bundle-meta.json",
        {"id": "tiny", "version": "0.0.0", "metrics": {}, "decoder_id": DECODER_ID, "template": TEMPLATE},
    )
    windows = [encode(tokenizer, text) for text in SAMPLE]
    head = [IDS[BOS], IDS[FILE], *encode(tokenizer, header("src/count.ts"))]
    tail = encode(tokenizer, "export default countLines;\n")
    shipped = frozen(decoder)
    expected: Expected = {"head_ids": torch.tensor(head), "tail_ids": torch.tensor(tail)}
    for ratio in RATIOS:
        pieces = [shipped.embed(torch.tensor(head))]
        for i, window in enumerate(windows):
            slots, counts = encoder.encode([window], ratio)
            expected[f"slots_{i}_{ratio}"] = slots[0, : counts[0]]
            pieces.append(projector(slots[0, : counts[0]]))
        pieces += [projector(encoder.cont_tok.weight), shipped.embed(torch.tensor(tail))]
        hidden, _ = shipped.hidden(torch.cat(pieces)[None])
        expected[f"logits_{ratio}"] = shipped.logits(hidden)[0, -len(tail) - 1 :]
    finish(
        folder,
        expected,
        {
            "path": "src/count.ts",
            "windows": list(SAMPLE),
            "tail": "export default countLines;\n",
            "head_ids": "<|endoftext|><|file|>path\\n",
            "slots_{i}_{ratio}": "[m, d] slots of window i before the projector",
            "logits_{ratio}": "[1 + tail, v] logits from the cont position on; linear layers and head int8 block 128, "
            "float16 lookup, float32 activations",
            "tolerance": 5e-3,
        },
    )


@torch.no_grad()
def write(out: Path) -> None:
    small = ModelConfig(64, 2, 4, 2, 16, 128, 320, 512)
    wide = ModelConfig(128, 2, 4, 2, 32, 256, 384, 512)
    encoder_size = ModelConfig(64, 3, 4, 2, 16, 128, 320, 512)
    for name in (
        "decoder-tiny",
        "decoder-tiny-quantised",
        "encoder-arc-tiny",
        "encoder-pcc-tiny",
        "bundle-tiny",
    ):
        shutil.rmtree(out / name, ignore_errors=True)
    decoder_case(out / "decoder-tiny", small, False, 1)
    decoder_case(out / "decoder-tiny-quantised", wide, True, 2)
    encoder_case(
        out / "encoder-arc-tiny",
        ArcEncoder(encoder_size),
        [MlpProjector(64, 48, 80), PccConverter(64, 80, 80)],
        3,
    )
    encoder_case(
        out / "encoder-pcc-tiny",
        PccEncoder(encoder_size, WINDOW // min(RATIOS), WINDOW),
        [PccConverter(64, 80, 80)],
        4,
    )
    bundle_case(out / "bundle-tiny", 5)
    write_codes(out)
    write_decoders(out)
    write_arc(out)
    write_pcc(out)
    tokenizer = Tokenizer.from_file(str(out / "bundle-tiny/tokenizer.json"))
    write_metrics(out)
    write_pair(out, randomise, tokenizer, list(SAMPLE) + PARTS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.out)
    size = sum(p.stat().st_size for p in arguments.out.rglob("*") if p.is_file())
    names = sorted(p.parent.name for p in arguments.out.glob("*/cases.json"))
    print(json.dumps({"folders": names, "bytes": size}))


if __name__ == "__main__":
    main()
