"""Train the decoder until a deadline; resumes from its checkpoint.

python -m shorthand_training.decoder --config nano --run RUN --deadline 3000

Reads RUN/shards (and RUN/tasks, if it is there when the long phase begins); writes RUN/decoder.pt (checkpoint),
RUN/decoder/{config.json,model.safetensors} (Hugging Face Qwen3) and RUN/decoder.log.jsonl.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from .checkpoint import load_state, restore, save_json, save_state, save_tensors
from .command_line import add_config, training_parser
from .config import CONFIGS, Config, ModelConfig
from .documents import Documents
from .loss import linear_cross_entropy
from .model import Decoder, parameters_count
from .muon import Muon
from .prefetch import Prefetch
from .schedule import Clock, cooldown, warmup
from .shards import Shard
from .stepping import set_rates, take_step
from .task_sequences import TaskSequences
from .training_log import TrainingLog

VALIDATE_EVERY = 240.0
#: Lengths of the sequences that a finished decoder is measured on, of whatever configuration, and how many of each.
WATCHED_LENGTHS = ((1024, 24), (4096, 8))
#: Tokens that are read at a time: what fits into a processor's caches, or keeps a card busy.
MICRO_ON_CPU, MICRO_ON_CARD = 4096, 65536


class Beside(Protocol):
    """What a decoder learns beside plain text, in the same steps (`together.py`)."""

    #: The weight of its loss; that of plain text is the rest.
    share: float
    optimisers: Sequence[torch.optim.Optimizer]
    #: The full learning rate of every group of them.
    rates: Sequence[Sequence[float]]

    def parameters(self) -> Sequence[Tensor]:
        """What it trains besides the decoder."""
        ...

    def loss(self, progress: float) -> tuple[str, Tensor]:
        """Of one batch, and what the log calls it."""
        ...

    def facts(self) -> dict[str, Any]:
        """What the log shows of the last batch."""
        ...

    def validate(self) -> dict[str, float]: ...

    def state(self) -> dict[str, Any]: ...

    def load(self, state: dict[str, Any]) -> None: ...

    def save(self) -> None:
        """Writes what it trains, beside the decoder."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class MakeBeside:
    """`make` gets the decoder and a seed; checkpoint, log and deadline are called `name`."""

    name: str
    make: Callable[[Decoder, int], Beside]


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    return torch.autocast(device.type, dtype=torch.bfloat16)


def optimisers(decoder: Decoder, config: Config) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for embeddings and vectors."""
    matrices = [p for p in decoder.model.layers.parameters() if p.ndim == 2]
    vectors = [p for p in decoder.parameters() if p.ndim == 1]
    settings = config.decoder
    return [
        Muon(matrices, lr=settings.muon_lr, weight_decay=settings.weight_decay),
        torch.optim.AdamW(
            [
                {"params": [decoder.model.embed_tokens.weight], "weight_decay": 0.0},
                {"params": vectors, "weight_decay": 0.0},
            ],
            lr=settings.adam_lr,
            betas=(0.9, 0.95),
            eps=1e-10,
        ),
    ]


def sequence_loss(decoder: Decoder, ids: Tensor, weights: Tensor) -> Tensor:
    """ids: [b, n + 1], weights: [b, n] of the targets -> weighted mean cross entropy."""
    hidden, _ = decoder.hidden(decoder.embed(ids[:, :-1]))
    return linear_cross_entropy(hidden.flatten(0, 1), decoder.head_table, ids[:, 1:].flatten(), weights.flatten())


def text_gradients(
    loss_of: Callable[[Tensor, Tensor], Tensor], ids: Tensor, weights: Tensor, micro: int, share: float
) -> float:
    """Adds the gradients of `share` of the mean loss, about `micro` tokens at a time; -> the mean loss."""
    rows = max(1, micro // weights.shape[1])
    mean = 0.0
    for i in range(0, len(ids), rows):
        part = min(rows, len(ids) - i) / len(ids)
        with autocast(ids.device):
            loss = loss_of(ids[i : i + rows], weights[i : i + rows])
        (loss * part * share).backward()
        mean += float(loss.detach()) * part
    return mean


@torch.no_grad()
def validate(decoder: Decoder, shard: Shard, length: int, sequences: int, device: torch.device) -> float:
    """Mean negative log likelihood a token on fixed validation sequences."""
    documents = Documents(shard, 0.0, random.Random(1))
    total = 0.0
    for _ in range(sequences):
        ids = torch.tensor([documents.sequence(length)], device=device)
        with autocast(device):
            total += float(sequence_loss(decoder, ids, torch.ones_like(ids[:, 1:], dtype=torch.float32)))
    return total / sequences


class Batches:
    """Short sequences first; from `1 - long_share` on long ones, a share of them tasks."""

    def __init__(self, run: Path, config: Config, seed: int) -> None:
        self.settings = config.decoder
        self.rng = random.Random(seed)
        self.documents = Documents(
            Shard.open(run / "shards", "train"), self.settings.fim_share, self.rng, self.settings.again_share
        )
        self.task_folder = run / "tasks"
        self.tasks: TaskSequences | None = None

    def draw(self, progress: float) -> tuple[Tensor, Tensor]:
        """-> ids [b, n + 1], weights [b, n]."""
        s = self.settings
        late = progress >= 1 - s.long_share
        length = s.long_length if late else s.length
        count = max(2 if late else 1, s.batch_tokens // length)
        if late and self.tasks is None and (self.task_folder / "train.npz").exists():
            self.tasks = TaskSequences.open(self.task_folder, "train", self.rng)
        rows, weights = [], []
        for _ in range(count):
            if late and self.tasks is not None and self.rng.random() < s.task_share:
                ids, w = self.tasks.sequence(length)
            else:
                ids = self.documents.sequence(length)
                w = np.ones(length, dtype=np.float32)
            rows.append(ids)
            weights.append(w)
        return torch.tensor(rows), torch.from_numpy(np.stack(weights))


def export(decoder: Decoder, folder: Path) -> None:
    """config.json and model.safetensors that Qwen3ForCausalLM loads, in bfloat16."""
    save_json(folder / "config.json", {**decoder.config.as_hugging_face(), "torch_dtype": "bfloat16"})
    save_tensors(folder / "model.safetensors", {k: v.detach().bfloat16() for k, v in decoder.state_dict().items()})


def load_decoder(folder: Path) -> Decoder:
    """Reads an exported decoder."""
    from safetensors.torch import load_file

    config = ModelConfig.from_dict(json.loads((folder / "config.json").read_text()))
    decoder = Decoder(config)
    state = {k: v.float() for k, v in load_file(folder / "model.safetensors").items() if k != "lm_head.weight"}
    decoder.load_state_dict(state)
    return decoder.eval()


def train(
    config: Config, run: Path, deadline: float, device: torch.device, seed: int = 0, compiled: bool = False,
    pause: float | None = None, start: Path | None = None, beside_of: MakeBeside | None = None,
) -> None:  # fmt: skip
    """`start` is the folder of an exported decoder of these sizes that a run without a checkpoint begins with.

    `beside_of` makes what the decoder learns beside plain text.
    """
    loss_of = torch.compile(sequence_loss, dynamic=False) if compiled else sequence_loss
    decoder = Decoder(config.model)
    decoder.initialise(seed)
    if start:
        decoder.load_state_dict(load_decoder(start).state_dict())
    decoder.to(device)
    opts = optimisers(decoder, config)
    rates = [[config.decoder.muon_lr], [config.decoder.adam_lr] * 2]
    name = beside_of.name if beside_of else "decoder"
    checkpoint = run / f"{name}.pt"
    state = load_state(checkpoint)
    step, tokens, spent = (state["step"], state["tokens"], state["spent"]) if state else (0, 0, 0.0)
    beside = beside_of.make(decoder, seed + step) if beside_of else None
    trained = [*decoder.parameters(), *(beside.parameters() if beside else ())]
    if beside:
        opts += beside.optimisers
        rates += beside.rates
    if state:
        decoder.load_state_dict(state["model"])
        restore(opts, state["optimisers"])
        if beside:
            beside.load(state["beside"])
    clock = Clock(deadline, spent, run / f"{name}.deadline", pause)
    batches = Batches(run, config, seed + step)
    draw = Prefetch(lambda: batches.draw(clock.progress()))
    valid = Shard.open(run / "shards", "valid")
    micro = MICRO_ON_CPU if device.type == "cpu" else MICRO_ON_CARD
    print(f"{parameters_count(decoder) / 1e6:.2f}M parameters, starting at step {step}", flush=True)

    def save() -> None:
        save_state(
            checkpoint,
            {
                "model": decoder.state_dict(),
                "optimisers": [o.state_dict() for o in opts],
                "step": step,
                "tokens": tokens,
                "spent": clock.elapsed(),
                "beside": beside.state() if beside else {},
            },
        )
        export(decoder, run / "decoder")
        if beside:
            beside.save()

    def check() -> dict[str, Any]:
        text = {"valid": round(validate(decoder, valid, 1024, 12, device), 4)}
        return {**text, **beside.validate()} if beside else text

    log = TrainingLog(run, name, save, check, VALIDATE_EVERY, tokens)
    while (progress := clock.progress()) < 1 and not clock.paused():
        set_rates(opts, rates, cooldown(progress, config.decoder.cooldown, 0.02) * warmup(step, 20))
        ids, weights = (t.to(device) for t in draw())
        share = beside.share if beside else 0.0
        log.loss("loss", text_gradients(lambda i, w: loss_of(decoder, i, w), ids, weights, micro, 1 - share))
        if beside:
            with autocast(device):
                kind, loss = beside.loss(progress)
            (loss * share).backward()
            log.loss(kind, float(loss.detach()))
        take_step(opts, trained)
        step += 1
        tokens += weights.numel()
        facts = beside.facts() if beside and log.due(step) else {}
        log.after(step, tokens, {"progress": round(progress, 4), **facts})
    draw.close()
    if beside:
        beside.close()
    save()
    if progress < 1:
        return
    positions = config.model.max_position_embeddings
    held = {f"valid_{n}": validate(decoder, valid, min(n, positions), k, device) for n, k in WATCHED_LENGTHS}
    read = beside.validate() if beside else {}
    log.finish({"step": step, "tokens": tokens, "seconds": round(clock.elapsed()), **held, **read})


def main() -> None:
    parser = training_parser(__doc__)
    add_config(parser)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="decoder/ of another run or of an export to begin with")
    a = parser.parse_args()
    train(
        CONFIGS[a.config], a.run, a.deadline, a.device, a.seed, compiled=not a.no_compile, pause=a.pause, start=a.start
    )  # fmt: skip


if __name__ == "__main__":
    main()
