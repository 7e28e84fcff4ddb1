"""How much of a text's wording a decoder gets back: from the text itself, and from slots, at 1x too.

python -m shorthand_training.wording --corpus CORPUS --bundle RUN [--fresh] [--windows 16]

Mean NLL a token of windows of the validation split behind nothing, behind themselves, and behind their slots and rec.
What a decoder can't say again from slots at 1x is the compressor's fault, not the ratio's. `--fresh` measures an
encoder and projector that are begun from the decoder and not trained, in place of those of RUN (a run or an export).
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch

from .encoder import Encoder, from_decoder
from .export import read_bundle
from .items import Ids, Item, Items, Slots, read_files
from .projector import Projector, make_projector
from .prompt import RolePrompt
from .reader import Reader
from .tokenizer import load
from .validation import item_losses, without_slots

RATIOS = (1, 2, 4, 8, 16)


def said_twice(item: Item) -> Item:
    """The window as raw text, the file's header again, and the window."""
    head = item[0]
    pieces: Item = []
    for piece in item:
        pieces += [*(Ids(ids) for ids in piece.texts or piece.windows), head] if isinstance(piece, Slots) else [piece]
    return pieces


@torch.no_grad()
def wording(decoder: Reader, encoder: Encoder, projector: Projector, items: list[Item]) -> dict[str, float]:
    """Mean NLL a token by context; ratios finer than the encoder's finest are left out."""

    def mean(chosen: list[Item], ratio: int = 8) -> float:
        losses = item_losses(decoder, encoder, projector, chosen, ratio)
        return round(sum(losses) / len(losses), 3)

    found = {"nothing": mean([without_slots(i) for i in items]), "text": mean([said_twice(i) for i in items])}
    return found | {f"{ratio}x": mean(items, ratio) for ratio in RATIOS if ratio >= encoder.finest_ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--windows", type=int, default=16)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    bundle = read_bundle(arguments.bundle)
    tokenizer = load(arguments.bundle / "tokenizer.json")
    encoder, projector, decoder = bundle.encoder, bundle.projector, bundle.decoder
    if arguments.fresh:
        layers, size, hidden = encoder.config.num_hidden_layers, decoder.size, projector.dense_in.out_features
        encoder = from_decoder(decoder, "arc", layers, bundle.window, bundle.ratios).eval()
        projector = make_projector("mlp", size, hidden, size, decoder.embedding_rms)
    files = read_files(arguments.corpus, "valid")
    items = Items(files, None, tokenizer, RolePrompt(tokenizer), bundle.window, bundle.window, random.Random(7))
    chosen = [items.reconstruction() for _ in range(arguments.windows)]
    for context, nll in wording(decoder, encoder, projector, chosen).items():
        print(f"{context}: {nll}")


if __name__ == "__main__":
    main()
