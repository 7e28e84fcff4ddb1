"""Train encoder and projector against the frozen, quantised decoder until a deadline; resumes from its checkpoint.

python -m shorthand_training.compressor --config nano --corpus CORPUS --run RUN --deadline 2280 [--kind arc|pcc]

First the projector alone, then everything. One ratio a batch. Continuation, neighbouring files, reconstruction and
tasks are mixed. Writes RUN/compressor.pt, RUN/{encoder,projector}/ (PCC: RUN/pcc/...) and a log.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .assembly import Batch, lay_out, project_windows, splice, to_device
from .checkpoint import load_state, save_state
from .config import CONFIGS, CompressorTraining, Config
from .decoder import autocast, load_decoder
from .distil import distilled_rows, is_distilled, mixed_loss, teacher_states
from .encoder import Encoder, from_decoder
from .export import write_encoder, write_projector
from .items import Item, Items, Slots, raw, read_files
from .model import Decoder, token_losses
from .muon import Muon
from .prefetch import Prefetch
from .projector import Projector, make_projector
from .quantise import frozen
from .schedule import Clock, cooldown, warmup
from .tokenizer import load
from .training_log import TrainingLog

VALIDATE_EVERY = 180.0


def draw_items(items: Items, settings: CompressorTraining, rng: random.Random, progress: float) -> list[Item]:
    """A batch of tasks, or one of the other kinds mixed."""
    if items.tasks and rng.random() < settings.task_share:
        return [items.task() for _ in range(max(1, settings.batch // 2))]
    first, last = settings.reconstruction_shares
    reconstruction_share = first + (last - first) * progress
    batch: list[Item] = []
    for _ in range(settings.batch):
        if rng.random() < reconstruction_share:
            batch.append(items.reconstruction())
        elif rng.random() < settings.neighbour_share:
            batch.append(items.neighbours(settings.context_windows))
        else:
            batch.append(items.continuation(settings.context_windows, settings.between_share))
    return batch


@dataclass
class Drawn:
    """A batch, the rows of it that have a teacher, and the teacher's own batch (None: nothing to distil)."""

    batch: Batch
    rows: Tensor
    teacher: Batch | None


def draw(items: Items, settings: CompressorTraining, encoder: Encoder, rng: random.Random, progress: float) -> Drawn:
    """One ratio a batch."""
    ratio = rng.choices(settings.ratios, settings.ratio_weights)[0]
    chosen = draw_items(items, settings, rng, progress)
    batch = lay_out(chosen, ratio, encoder.slots_of)
    read = [raw(i) for i in chosen if is_distilled(i)] if settings.distil_share else []
    if not read:
        return Drawn(batch, torch.zeros(0, dtype=torch.long), None)
    return Drawn(batch, distilled_rows(batch, chosen), lay_out(read, ratio, encoder.slots_of))


@torch.no_grad()
def item_losses(
    decoder: Decoder, encoder: Encoder, projector: Projector, items: list[Item], ratio: int, batch: int = 8
) -> list[float]:
    """Mean negative log likelihood of each item's counted tokens."""
    device = decoder.model.embed_tokens.weight.device
    values: list[float] = []
    for i in range(0, len(items), batch):
        part = items[i : i + batch]
        laid = to_device(lay_out(part, ratio, encoder.slots_of, 1), device)
        rows, m = project_windows(encoder, projector, laid.windows, ratio)
        hidden, _ = decoder.hidden(splice(decoder, laid, rows, m))
        losses = token_losses(decoder, hidden.flatten(0, 1)[laid.positions], laid.targets).cpu()
        sums = torch.zeros(len(part)).index_add(0, laid.owners.cpu(), losses)
        counts = torch.zeros(len(part)).index_add(0, laid.owners.cpu(), torch.ones_like(losses))
        values += (sums / counts).tolist()
    return values


def without_slots(item: Item) -> Item:
    return [p for p in item if not isinstance(p, Slots)]


def with_windows_of(item: Item, other: Item) -> Item:
    """The item with another item's windows, cut or repeated to as many tokens."""
    theirs = [t for p in other if isinstance(p, Slots) for w in p.windows for t in w]
    pieces: Item = []
    for piece in item:
        if isinstance(piece, Slots):
            need = sum(map(len, piece.windows))
            pool = (theirs * (need // len(theirs) + 1))[:need]
            cut, windows = 0, []
            for w in piece.windows:
                windows.append(pool[cut : cut + len(w)])
                cut += len(w)
            pieces.append(Slots(windows, piece.special))
        else:
            pieces.append(piece)
    return pieces


def validate(
    decoder: Decoder, encoder: Encoder, projector: Projector, items: list[Item], rec: list[Item]
) -> dict[str, float]:
    """Means on fixed validation items: none, full, right and wrong slots, reconstruction with and without slots."""
    encoder.eval()
    device = decoder.model.embed_tokens.weight.device

    def mean(chosen: list[Item], ratio: int) -> float:
        with autocast(device):
            values = item_losses(decoder, encoder, projector, chosen, ratio)
        return round(sum(values) / len(values), 4)

    wrong = [with_windows_of(a, items[(i + len(items) // 2) % len(items)]) for i, a in enumerate(items)]
    result = {
        "none": mean([without_slots(i) for i in items], 8),
        "full": mean([raw(i) for i in items], 8),
        "slots4": mean(items, 4),
        "slots8": mean(items, 8),
        "wrong8": mean(wrong, 8),
        "rec_none": mean([without_slots(i) for i in rec], 4),
        "rec4": mean(rec, 4),
        "rec8": mean(rec, 8),
    }
    encoder.train()
    return result


def slot_statistics(rows: Tensor, embedding_rms: float) -> dict[str, float]:
    """rows: [s + 2, d]: RMS against the embeddings' and mean cosine between random slots."""
    slots = rows[:-2].detach().float()[:2048]
    unit = torch.nn.functional.normalize(slots, dim=-1)
    shuffled = unit[torch.randperm(len(unit))]
    return {
        "rms": round(float(slots.pow(2).mean().sqrt()) / embedding_rms, 3),
        "cosine": round(float((unit * shuffled).sum(-1).mean()), 3),
    }


def optimisers(encoder: Encoder, projector: Projector, settings: CompressorTraining) -> list[torch.optim.Optimizer]:
    """Muon for the encoder's matrices; AdamW for its embeddings and vectors; AdamW for the projector."""
    matrices = [p for p in encoder.layers.parameters() if p.ndim == 2]
    chosen = {id(p) for p in matrices}
    rest = [p for p in encoder.parameters() if id(p) not in chosen]
    return [
        Muon(matrices, lr=settings.encoder_lr * 15, weight_decay=settings.weight_decay),
        torch.optim.AdamW(
            [
                {"params": rest, "lr": settings.encoder_lr, "weight_decay": 0.0},
                {"params": list(projector.parameters()), "lr": settings.projector_lr, "weight_decay": 0.0},
            ],
            betas=(0.9, 0.95),
        ),
    ]


def train(
    config: Config, corpus: Path, run: Path, kind: str, deadline: float, device: torch.device, seed: int,
    compiled: bool, start: Path | None = None,
) -> None:  # fmt: skip
    """`start` is another run's compressor.pt, whose encoder and projector this one begins with."""
    settings = config.compressor
    parts = run if kind == "arc" else run / kind
    parts.mkdir(parents=True, exist_ok=True)
    tokenizer = load(run / "tokenizer.json")
    source = load_decoder(run / "decoder")
    embedding_rms = float(source.model.embed_tokens.weight.detach().pow(2).mean().sqrt())
    torch.manual_seed(seed)
    encoder = from_decoder(source, kind, settings.encoder_layers, settings.window, settings.ratios).to(device)
    size = source.config.hidden_size
    projector = make_projector(
        "mlp" if kind == "arc" else "pcc", size, settings.projector_hidden, size, embedding_rms
    ).to(device)
    decoder = frozen(source).to(device)
    opts = optimisers(encoder, projector, settings)
    step, spent, seen = 0, 0.0, 0
    state = load_state(parts / "compressor.pt")
    if state:
        encoder.load_state_dict(state["encoder"])
        projector.load_state_dict(state["projector"])
        for o, s in zip(opts, state["optimisers"], strict=True):
            o.load_state_dict(s)
        step, spent, seen = state["step"], state["spent"], state["seen"]
    elif start and (earlier := load_state(start)):
        encoder.load_state_dict(earlier["encoder"])
        projector.load_state_dict(earlier["projector"])
    base_lrs = [[settings.encoder_lr * 15], [settings.encoder_lr, settings.projector_lr]]

    rng = random.Random(seed + 1 + step)
    tasks = run / "tasks"
    items = Items(
        read_files(corpus, "train", 0.6, seed + step), tasks / "train.jsonl", tokenizer, settings.window,
        settings.target, rng,
    )  # fmt: skip
    held = Items(read_files(corpus, "valid"), None, tokenizer, settings.window, settings.target, random.Random(7))
    fixed = [held.continuation(settings.context_windows) for _ in range(48)]
    fixed_rec = [held.reconstruction() for _ in range(32)]

    loss_of: Any = torch.compile(mixed_loss, dynamic=True) if compiled else mixed_loss
    if compiled:
        encoder.forward = torch.compile(encoder.forward, dynamic=True)  # type: ignore[method-assign]
    clock = Clock(deadline, spent, run / f"compressor-{kind}.deadline")
    draw_next = Prefetch(lambda: draw(items, settings, encoder, rng, clock.progress()))

    def save() -> None:
        save_state(
            parts / "compressor.pt",
            {
                "encoder": encoder.state_dict(),
                "projector": projector.state_dict(),
                "optimisers": [o.state_dict() for o in opts],
                "step": step,
                "spent": clock.elapsed(),
                "seen": seen,
            },
        )
        write_encoder(encoder, parts / "encoder", settings.window, settings.ratios)
        write_projector(projector, parts / "projector", f"shorthand-{config.name}-decoder")

    def check() -> dict[str, float]:
        return validate(decoder, encoder, projector, fixed, fixed_rec)

    log = TrainingLog(parts, "compressor", save, check, VALIDATE_EVERY, seen)
    log.write({"step": step, **check()})
    started = None
    while (progress := clock.progress()) < 1:
        alone = progress < settings.warmup_share
        if not alone and started is None:
            started = step
        for p in encoder.parameters():
            p.requires_grad_(not alone)
        factor = cooldown(progress, 0.6, 0.02) * warmup(step if alone else step - (started or 0) + 5, 40)
        for o, lrs in zip(opts, base_lrs, strict=True):
            for group, lr in zip(o.param_groups, lrs, strict=True):
                group["lr"] = lr * factor
        drawn = draw_next()
        batch = to_device(drawn.batch, device)
        with autocast(device):
            if drawn.teacher:
                teacher = teacher_states(decoder, to_device(drawn.teacher, device))
            else:
                teacher = torch.zeros(0, size, device=device)
            rows, m = project_windows(encoder, projector, batch.windows, batch.ratio, settings.window)
            loss = loss_of(
                decoder, splice(decoder, batch, rows, m), batch.positions, batch.targets, batch.weights,
                drawn.rows.to(device), teacher, settings.distil_share,
            )  # fmt: skip
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*encoder.parameters(), *projector.parameters()], 1.0)
        for o in opts:
            o.step()
            o.zero_grad(set_to_none=True)
        step += 1
        seen += sum(map(len, batch.windows))
        log.loss(f"loss{batch.ratio}", float(loss.detach()))
        facts = {"progress": round(progress, 4), "alone": alone}
        if log.due(step):
            facts |= slot_statistics(rows, embedding_rms)
        log.after(step, seen, facts)
    draw_next.close()
    save()
    log.finish({"step": step, "window_tokens": seen, "seconds": round(clock.elapsed()), **check()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=sorted(CONFIGS), default="nano")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--kind", choices=["arc", "pcc"], default="arc")
    parser.add_argument("--deadline", type=float, required=True, help="seconds of training in all, over restarts")
    parser.add_argument("--start", type=Path, help="compressor.pt of another run to begin with")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-compile", action="store_true")
    a = parser.parse_args()
    train(
        CONFIGS[a.config], a.corpus, a.run, a.kind, a.deadline, torch.device(a.device), a.seed, not a.no_compile,
        a.start,
    )  # fmt: skip


if __name__ == "__main__":
    main()
