"""Train a small decoder of another family, with a vocabulary of its own, in Hugging Face's layout: one to pair with.

python -m shorthand_training.small_decoder --corpus CORPUS --out OTHER --deadline 600 [--family llama|olmo2]

Knows nothing of Shorthand: texts are a beginning-of-text token, then files of one repository as `File: path` and
their content. Writes OTHER/decoder/ (config.json, model.safetensors, tokenizer.json, tokenizer_config.json) and the
checkpoint OTHER/small-decoder.pt, from which it resumes.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor, nn

from .checkpoint import load_state, restore, save_state
from .command_line import training_parser
from .corpus import read_split
from .decoder import autocast
from .model import parameters_count
from .muon import Muon
from .prefetch import Prefetch
from .prompt import PlainPrompt
from .schedule import Clock, cooldown, warmup
from .stepping import set_rates, take_step
from .tokenizer import sample_texts
from .training_log import TrainingLog

BEGIN, END = "<|begin_of_text|>", "<|end_of_text|>"
#: Words with their leading blank, at most three digits, signs, runs of blanks.
SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+"
VALIDATE_EVERY = 120.0
LENGTH, BATCH_TOKENS = 1024, 2048
MUON_LR, ADAM_LR = 0.02, 3e-3


@dataclass(frozen=True)
class Shape:
    family: str = "llama"
    width: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    vocabulary: int = 4096
    positions: int = 2048


def train_tokenizer(texts: Iterator[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE with two special tokens and another pre-tokenizer than Shorthand's own."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[AddedToken(t, special=True, normalized=False) for t in (BEGIN, END)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def create(shape: Shape) -> nn.Module:
    """A random decoder of transformers' own code."""
    import transformers

    name = {"llama": "Llama", "olmo2": "Olmo2"}[shape.family]
    config = getattr(transformers, f"{name}Config")(
        hidden_size=shape.width, num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads, intermediate_size=(shape.width * 8 // 3) // 64 * 64,
        vocab_size=shape.vocabulary, max_position_embeddings=shape.positions, rope_theta=10000.0,
        tie_word_embeddings=True, bos_token_id=0, eos_token_id=1, pad_token_id=None,
    )  # fmt: skip
    return getattr(transformers, f"{name}ForCausalLM")(config)


class Stream:
    """Files of a split as ids, those of a repository one after another; draws sequences of `length` + 1."""

    def __init__(self, corpus: Path, split: str, share: float, prompt: PlainPrompt, seed: int) -> None:
        self.rng = random.Random(seed)
        self.start = prompt.start()
        self.files: list[np.ndarray] = []
        self.first_of_next: list[int] = []
        records = (r for r in read_split(corpus, split) if self.rng.random() < share)
        for _, group in groupby(records, key=lambda r: r["repo"]):
            texts = [(f"File: {r['path']}\n{r['text']}\n") for r in group]
            encoded = prompt.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            self.files += [np.array(e.ids, dtype=np.int32) for e in encoded]
            self.first_of_next += [len(self.files)] * len(texts)
        self.ends = np.cumsum([len(f) for f in self.files])

    def sequence(self, length: int) -> list[int]:
        index = int(np.searchsorted(self.ends, self.rng.randrange(int(self.ends[-1])), side="right"))
        ids = list(self.start)
        last = self.first_of_next[index]
        while len(ids) <= length:
            if index >= last:
                index = self.rng.randrange(len(self.files))
                last = self.first_of_next[index]
                ids += self.start
            ids += self.files[index][: max(256, length // 2)].tolist()
            index += 1
        return ids[: length + 1]

    def batch(self, length: int) -> Tensor:
        return torch.tensor([self.sequence(length) for _ in range(max(1, BATCH_TOKENS // length))])


def loss_of(model: Any, ids: Tensor) -> Tensor:
    """ids: [b, n + 1] -> mean cross entropy."""
    hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
    logits = model.lm_head(hidden).float()
    return nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())


def save_decoder(model: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """As `save_pretrained` leaves a checkpoint, weights in bfloat16."""
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": BEGIN, "eos_token": END, "add_bos_token": True,
        "clean_up_tokenization_spaces": False, "model_max_length": model.config.max_position_embeddings,
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def train(
    shape: Shape, corpus: Path, out: Path, deadline: float, device: torch.device, share: float = 0.15,
    length: int = LENGTH, seed: int = 0, pause: float | None = None,
) -> None:  # fmt: skip
    """`share` of the training files is read, chosen at random."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / "decoder/tokenizer.json"
    tokenizer = (
        Tokenizer.from_file(str(file)) if file.exists() else train_tokenizer(sample_texts(corpus, 20), shape.vocabulary)
    )
    prompt = PlainPrompt(tokenizer, 0, 1)
    torch.manual_seed(seed)
    model = create(shape).to(device)
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed_tokens" not in n]
    chosen = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    opts = [Muon(matrices, lr=MUON_LR, weight_decay=0.02), torch.optim.AdamW(rest, ADAM_LR, (0.9, 0.95), 1e-10, 0.0)]
    step, tokens, spent = 0, 0, 0.0
    state = load_state(out / "small-decoder.pt")
    if state:
        model.load_state_dict(state["model"])
        restore(opts, state["optimisers"])
        step, tokens, spent = state["step"], state["tokens"], state["spent"]
    save_decoder(model, tokenizer, out / "decoder")
    stream = Stream(corpus, "train", share, prompt, seed + step)
    held = Stream(corpus, "valid", 1.0, prompt, 1)
    fixed = [held.batch(length) for _ in range(4)]
    clock = Clock(deadline, spent, out / "small-decoder.deadline", pause)
    draw = Prefetch(lambda: stream.batch(length))
    print(f"{parameters_count(model) / 1e6:.2f}M parameters, starting at step {step}", flush=True)

    def save() -> None:
        save_state(
            out / "small-decoder.pt",
            {
                "model": model.state_dict(), "optimisers": [o.state_dict() for o in opts], "step": step,
                "tokens": tokens, "spent": clock.elapsed(),
            },
        )  # fmt: skip
        save_decoder(model, tokenizer, out / "decoder")

    @torch.no_grad()
    def check() -> dict[str, float]:
        with autocast(device):
            return {"valid": round(sum(float(loss_of(model, b.to(device))) for b in fixed) / len(fixed), 4)}

    log = TrainingLog(out, "small-decoder", save, check, VALIDATE_EVERY, tokens)
    while (progress := clock.progress()) < 1 and not clock.paused():
        set_rates(opts, ((MUON_LR,), (ADAM_LR,)), cooldown(progress, 0.6, 0.02) * warmup(step, 20))
        ids = draw().to(device)
        with autocast(device):
            loss = loss_of(model, ids)
        loss.backward()
        take_step(opts, model.parameters())
        step += 1
        tokens += ids[:, 1:].numel()
        log.loss("loss", float(loss.detach()))
        log.after(step, tokens, {"progress": round(progress, 4)})
    draw.close()
    save()
    if progress < 1:
        return
    log.finish({"step": step, "tokens": tokens, "seconds": round(clock.elapsed()), **check()})


def main() -> None:
    parser = training_parser(__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--family", choices=["llama", "olmo2"], default="llama")
    a = parser.parse_args()
    train(Shape(family=a.family), a.corpus, a.out, a.deadline, a.device, seed=a.seed, pause=a.pause)


if __name__ == "__main__":
    main()
