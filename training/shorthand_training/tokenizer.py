"""Train the byte-level BPE tokenizer (GPT-2 pre-tokenizer regex) and encode text with it.

python -m shorthand_training.tokenizer --corpus CORPUS --out RUN/tokenizer.json [--vocab 16384] [--megabytes 60]
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from .corpus import read_split
from .template import IDS, SPECIAL_TOKENS


def sample_texts(corpus: Path, megabytes: float, seed: int = 0) -> Iterator[str]:
    """About `megabytes` of whole files, chosen at random."""
    total = (corpus / "train.jsonl").stat().st_size
    share = min(1.0, megabytes * 1e6 / total)
    rng = random.Random(seed)
    for record in read_split(corpus, "train"):
        if rng.random() < share:
            yield record["path"] + "\n" + record["text"]


def train(texts: Iterator[str], vocab: int) -> Tokenizer:
    """Byte-level BPE with the special tokens at ids 0.. in their fixed order."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(t, special=True, normalized=False) for t in SPECIAL_TOKENS]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        max_token_length=48,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def load(path: Path) -> Tokenizer:
    """A tokenizer.json, checked for the special tokens' ids."""
    tokenizer = Tokenizer.from_file(str(path))
    for token, index in IDS.items():
        if tokenizer.token_to_id(token) != index:
            raise ValueError(f"{path}: {token} is not at id {index}")
    return tokenizer


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """Ids of plain text."""
    return tokenizer.encode(text, add_special_tokens=False).ids


def without_dummy_space(step: dict[str, Any] | None, parts: str) -> dict[str, Any] | None:
    """A normalizer or pre-tokenizer of tokenizer.json that puts nothing before a text."""
    if step is None or step["type"] == "Prepend":
        return None
    if step["type"] == "Sequence":
        kept = [without_dummy_space(s, parts) for s in step[parts]]
        return {**step, parts: [s for s in kept if s]}
    if step["type"] == "Metaspace":
        return {**step, "prepend_scheme": "never"}
    return step


def continuing(tokenizer: Tokenizer) -> Tokenizer:
    """Encodes a text as if another one stood before it: without SentencePiece's dummy space, as the engine does."""
    values: dict[str, Any] = json.loads(tokenizer.to_str())
    values["normalizer"] = without_dummy_space(values.get("normalizer"), "normalizers")
    values["pre_tokenizer"] = without_dummy_space(values.get("pre_tokenizer"), "pretokenizers")
    return Tokenizer.from_str(json.dumps(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocab", type=int, default=16384)
    parser.add_argument("--megabytes", type=float, default=60)
    arguments = parser.parse_args()
    tokenizer = train(sample_texts(arguments.corpus, arguments.megabytes), arguments.vocab)
    if tokenizer.get_vocab_size() != arguments.vocab:
        raise SystemExit(f"vocabulary has {tokenizer.get_vocab_size()} entries, not {arguments.vocab}")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    temporary = arguments.out.with_suffix(".tmp")
    tokenizer.save(str(temporary))
    temporary.rename(arguments.out)
    text = next(sample_texts(arguments.corpus, 5))
    print(f"vocabulary {arguments.vocab}, {len(text.encode()) / len(encode(tokenizer, text)):.2f} bytes a token")


if __name__ == "__main__":
    main()
