"""Learn the code in which a cache keeps the slots of an export's encoder, and write it beside the encoder.

python -m shorthand_training.codebooks --corpus CORPUS --bundle RUN/export [--bytes 24] [--windows 2000]

Product quantisation (`vector_codes.py`), learnt on slots of training windows at every ratio, each at one. Distance is
measured as the export's projector sees it. EXPORT/slot-code/ holds config.json and model.safetensors in float16. The
code belongs to the encoder: `pair --keep-encoder` takes it along, so that one cache serves several decoders. An
export without it is whole, too: its slots are kept as float16.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from .checkpoint import save_json, save_tensors
from .encoder import Encoder, window_slots
from .export import SLOT_CODE, read_compressor
from .items import read_files
from .tokenizer import continuing, encode
from .vector_codes import ProductCode, learn, projector_metric
from .windows import split_windows


def training_slots(
    encoder: Encoder, tokenizer: Tokenizer, window: int, ratios: tuple[int, ...], corpus: Path, windows: int,
    seed: int = 0,
) -> Tensor:  # fmt: skip
    """Slots of `windows` training windows, each at one ratio drawn at random: [s, d]."""
    rng = random.Random(seed)
    files = read_files(corpus, "train")
    rng.shuffle(files)
    rows: list[Tensor] = []
    while files and len(rows) < windows:
        texts = split_windows(tokenizer, files.pop().text, window)
        for text in rng.sample(texts, min(4, len(texts))):
            rows.append(window_slots(encoder, [encode(tokenizer, text)[:window]], rng.choice(ratios)))
    return torch.cat(rows)


def write_slot_code(code: ProductCode, folder: Path) -> None:
    """`folder` is an export's. The centroids of all parts stand one under another: [parts * c, k]."""
    parts, centroids, part_width = code.centroids.shape
    config = {
        "kind": "product", "width": len(code.forth), "parts": parts, "part_width": part_width, "centroids": centroids,
    }  # fmt: skip
    save_json(folder / SLOT_CODE / "config.json", config)
    tensors = {"forth": code.forth, "back": code.back, "centroids": code.centroids.flatten(0, 1)}
    save_tensors(folder / SLOT_CODE / "model.safetensors", {k: v.half() for k, v in tensors.items()})


def read_slot_code(folder: Path) -> ProductCode | None:
    """The code of an export, where it has one."""
    if not (folder / SLOT_CODE).exists():
        return None
    config = json.loads((folder / SLOT_CODE / "config.json").read_text())
    tensors = {k: v.float() for k, v in load_file(folder / SLOT_CODE / "model.safetensors").items()}
    return ProductCode(tensors["forth"], tensors["back"], tensors["centroids"].unflatten(0, (config["parts"], -1)))


def learn_slot_code(bundle: Path, corpus: Path, size: int, windows: int) -> int:
    """Writes an export's code of `size` bytes a slot; returns how many slots it was learnt from."""
    c = read_compressor(bundle)
    tokenizer = continuing(Tokenizer.from_file(str(bundle / "tokenizer.json")))
    slots = training_slots(c.encoder, tokenizer, c.window, c.ratios, corpus, windows)
    write_slot_code(learn(slots, projector_metric(c.projector), size), bundle)
    return len(slots)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True, help="export, or what `pair` exported")
    parser.add_argument("--bytes", type=int, default=24, help="of a slot; 22 keep a cache at 8x below its source")
    parser.add_argument("--windows", type=int, default=2000, help="training windows to learn from")
    a = parser.parse_args()
    count = learn_slot_code(a.bundle, a.corpus, a.bytes, a.windows)
    print(f"written: {a.bundle / SLOT_CODE}, {a.bytes} bytes a slot, learnt from {count} slots")


if __name__ == "__main__":
    main()
