"""The training loop of encoder and projector against a frozen decoder, shared by `compressor` and `pair`.

First the projector alone, then everything; or, where the encoder is kept, the projector and the special vectors all
the way. Runs until a deadline and resumes from its checkpoint.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .assembly import Batch, counted_loss, project_windows, splice, to_device
from .checkpoint import load_state, restore, save_state
from .config import CompressorTraining
from .decoder import autocast
from .drawing import Drawn, draw
from .export import write_encoder, write_projector
from .items import Items, read_files
from .muon import Muon
from .pairing import Pairing
from .prefetch import Prefetch
from .schedule import Clock, cooldown, warmup
from .stepping import set_rates, take_step
from .training_log import TrainingLog
from .validation import Watched, validate

VALIDATE_EVERY = 180.0


@dataclass(frozen=True)
class Output:
    """FOLDER/NAME.pt, its log, encoder/ and projector/ beside it; a number in the file `clock` moves the deadline."""

    folder: Path
    name: str
    clock: Path


@dataclass(frozen=True)
class Session:
    """One process of a training: seconds over all of them, after how many this one pauses, seed, torch.compile."""

    deadline: float
    pause: float | None = None
    seed: int = 0
    compiled: bool = False


def batch_loss(pairing: Pairing, batch: Batch, loss_of: Callable[..., Tensor] = counted_loss) -> tuple[Tensor, Tensor]:
    """-> slots and special vectors in the decoder's space, and how well it reads them."""
    p, kept = pairing, pairing.kept
    rows, m = project_windows(p.encoder, p.projector, batch.windows, batch.ratio, p.window, kept)
    embeds = splice(p.decoder, batch, rows, m)
    loss = loss_of(p.decoder, embeds, batch.positions, batch.targets, batch.weights)
    return rows, loss + kept.commitment * kept.distance if kept else loss


def slot_statistics(rows: Tensor, pairing: Pairing) -> dict[str, float]:
    """rows: [s + 2, d]: RMS against the embeddings', mean cosine between random slots, variance that the code keeps."""
    slots = rows[:-2].detach().float()[:2048]
    unit = nn.functional.normalize(slots, dim=-1)
    shuffled = unit[torch.randperm(len(unit))]
    return {
        "rms": round(float(slots.pow(2).mean().sqrt()) / pairing.decoder.embedding_rms, 3),
        "cosine": round(float((unit * shuffled).sum(-1).mean()), 3),
        **({"kept": round(1 - float(pairing.kept.distance.detach()), 4)} if pairing.kept else {}),
    }


def optimisers(pairing: Pairing, settings: CompressorTraining, shared: bool = False) -> list[torch.optim.Optimizer]:
    """Muon for the encoder's matrices; AdamW for its embeddings and vectors; AdamW for the projector.

    `shared`: the embeddings are the decoder's, and trained with it.
    """
    if pairing.keep_encoder:
        return [torch.optim.AdamW(pairing.added(), settings.projector_lr, (0.9, 0.95), weight_decay=0.0)]
    matrices = [p for p in pairing.encoder.layers.parameters() if p.ndim == 2]
    chosen = {id(p) for p in matrices}
    if shared:
        chosen.add(id(pairing.encoder.embed_tokens.weight))
    rest = [p for p in pairing.encoder.parameters() if id(p) not in chosen]
    return [
        Muon(matrices, lr=settings.encoder_lr * 15, weight_decay=settings.weight_decay),
        torch.optim.AdamW(
            [
                {"params": rest, "lr": settings.encoder_lr, "weight_decay": 0.0},
                {"params": list(pairing.projector.parameters()), "lr": settings.projector_lr, "weight_decay": 0.0},
            ],
            betas=(0.9, 0.95),
        ),
    ]


def rates(pairing: Pairing, settings: CompressorTraining) -> list[list[float]]:
    """The full learning rate of every group of `optimisers`."""
    if pairing.keep_encoder:
        return [[settings.projector_lr]]
    return [[settings.encoder_lr * 15], [settings.encoder_lr, settings.projector_lr]]


def thaw(pairing: Pairing, alone: bool) -> None:
    """Says which parameters take gradients in this step."""
    pairing.encoder.requires_grad_(not alone and not pairing.keep_encoder)
    if pairing.keep_encoder:
        for p in pairing.added():
            p.requires_grad_(True)


def trained_state(pairing: Pairing) -> dict[str, Any]:
    """A kept encoder gives its special vectors alone."""
    encoder = pairing.encoder.state_dict()
    if pairing.keep_encoder:
        encoder = {k: v for k, v in encoder.items() if k in ("cont_tok.weight", "rec_tok.weight")}
    return {"encoder": encoder, "projector": pairing.projector.state_dict()}


def load_trained(pairing: Pairing, state: dict[str, Any]) -> None:
    pairing.encoder.load_state_dict(state["encoder"], strict=not pairing.keep_encoder)
    pairing.projector.load_state_dict(state["projector"])


@dataclass(frozen=True)
class Sources:
    """What is trained on, and what training is watched on."""

    drawn: Drawn
    watched: Watched


def open_sources(
    pairing: Pairing, settings: CompressorTraining, corpus: Path, tasks: Path | None, seed: int, rng: random.Random
) -> Sources:  # fmt: skip
    """`seed` says which part of the training files; the watched items are the same in every run."""

    def source(split: str, share: float, lines: Path | None, chance: random.Random) -> Drawn:
        files = read_files(corpus, split, share, seed)
        return Drawn.of(Items(
            files, lines, pairing.tokenizer, pairing.prompt, pairing.window, settings.target, chance,
            settings.task_files,
        ))  # fmt: skip

    drawn = source("train", 0.6, tasks / "train.jsonl" if tasks else None, rng)
    valid = source("valid", 1.0, tasks / "valid.jsonl" if tasks else None, random.Random(7))
    held = valid.items
    continuations, reconstructions, asked = settings.watched
    watched = Watched(
        [held.continuation(settings.context_windows) for _ in range(continuations)],
        [held.reconstruction() for _ in range(reconstructions)],
        [held.task() for _ in range(asked if held.tasks else 0)],
        valid.crowd.draw(asked // 2, settings.crowd_positions[1] * 8, 0.0) if valid.crowd else [],
    )
    return Sources(drawn, watched)


def fit(
    pairing: Pairing, settings: CompressorTraining, corpus: Path, tasks: Path | None, output: Output, session: Session
) -> dict[str, Any] | None:  # fmt: skip
    """Trains until the deadline; returns the summary, or nothing if it paused before."""
    seed, compiled = session.seed, session.compiled
    decoder, encoder, projector = pairing.decoder, pairing.encoder, pairing.projector
    device = decoder.device
    opts, full_rates = optimisers(pairing, settings), rates(pairing, settings)
    step, spent, seen = 0, 0.0, 0
    checkpoint = output.folder / f"{output.name}.pt"
    state = load_state(checkpoint)
    if state:
        load_trained(pairing, state)
        restore(opts, state["optimisers"])
        step, spent, seen = state["step"], state["spent"], state["seen"]

    rng = random.Random(seed + 1 + step)

    found = open_sources(pairing, settings, corpus, tasks, seed + step, rng)
    loss_of: Any = torch.compile(counted_loss, dynamic=True) if compiled else counted_loss
    if compiled:
        encoder.forward = torch.compile(encoder.forward, dynamic=True)  # type: ignore[method-assign]

    def check() -> dict[str, float]:
        return validate(pairing, found.watched)

    before = check()
    clock = Clock(session.deadline, spent, output.clock, session.pause)
    draw_next = Prefetch(lambda: draw(found.drawn, settings, encoder, rng, clock.progress()))

    def save() -> None:
        save_state(
            checkpoint,
            {
                **trained_state(pairing), "optimisers": [o.state_dict() for o in opts], "step": step,
                "spent": clock.elapsed(), "seen": seen,
            },
        )  # fmt: skip
        write_encoder(encoder, output.folder / "encoder", pairing.window, pairing.ratios)
        write_projector(projector, output.folder / "projector", pairing.decoder_id, pairing.rounding)

    log = TrainingLog(output.folder, output.name, save, check, VALIDATE_EVERY, seen)
    log.write({"step": step, **before})
    started: int | None = None
    while (progress := clock.progress()) < 1 and not clock.paused():
        alone = not pairing.keep_encoder and progress < settings.warmup_share
        if not alone and started is None:
            started = step
        thaw(pairing, alone)
        warm = warmup(step if alone else step - (started or 0) + 5, 40)
        set_rates(opts, full_rates, cooldown(progress, 0.6, 0.02) * warm)
        batch = to_device(draw_next(), device)
        with autocast(device):
            rows, loss = batch_loss(pairing, batch, loss_of)
        loss.backward()
        take_step(opts, [*encoder.parameters(), *projector.parameters()])
        step += 1
        seen += sum(map(len, batch.windows))
        log.loss(f"loss{batch.ratio}", float(loss.detach()))
        facts = {"progress": round(progress, 4), "alone": alone}
        if log.due(step):
            facts |= slot_statistics(rows, pairing)
        log.after(step, seen, facts)
    draw_next.close()
    save()
    if progress < 1:
        return None
    summary = {"step": step, "window_tokens": seen, "seconds": round(clock.elapsed()), **check()}
    log.finish(summary)
    return summary
