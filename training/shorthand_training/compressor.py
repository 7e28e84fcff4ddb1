"""Train encoder and projector against the frozen, quantised decoder until a deadline; resumes from its checkpoint.

python -m shorthand_training.compressor --config nano --corpus CORPUS --run RUN --deadline 2280 [--kind arc|pcc]

First the projector alone, then everything. One ratio a batch. Continuation, neighbouring files, reconstruction and
tasks are mixed. Writes RUN/compressor.pt, RUN/{encoder,projector}/ (PCC: RUN/pcc/...) and a log.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .assembly import Batch, lay_out, project_windows, splice, to_device
from .checkpoint import load_state, save_json, save_state
from .config import CONFIGS, CompressorTraining, Config
from .decoder import autocast, load_decoder
from .encoder import Encoder, from_decoder
from .export import write_encoder, write_projector
from .items import Item, Items, Slots, raw, read_files
from .model import Decoder, token_losses
from .muon import Muon
from .projector import Projector, make_projector
from .quantise import frozen
from .schedule import Clock, cooldown, warmup
from .tokenizer import load

SAVE_EVERY = 150.0
VALIDATE_EVERY = 180.0


def weighted_loss(decoder: Decoder, embeds: Tensor, positions: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """embeds: [b, n, d] -> weighted mean cross entropy at the flat positions."""
    hidden, _ = decoder.hidden(embeds)
    return (token_losses(decoder, hidden.flatten(0, 1)[positions], targets) * weights).sum() / weights.sum()


def draw_items(items: Items, settings: CompressorTraining, rng: random.Random) -> list[Item]:
    """A batch of tasks, or one of the other kinds mixed."""
    if items.tasks and rng.random() < settings.task_share:
        return [items.task() for _ in range(max(1, settings.batch // 2))]
    batch: list[Item] = []
    for _ in range(settings.batch):
        if rng.random() < settings.reconstruction_share:
            batch.append(items.reconstruction())
        elif rng.random() < settings.neighbour_share:
            batch.append(items.neighbours(settings.context_windows))
        else:
            batch.append(items.continuation(settings.context_windows))
    return batch


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
    config: Config, corpus: Path, run: Path, kind: str, deadline: float, device: torch.device, seed: int, compiled: bool
) -> None:
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

    loss_of: Any = torch.compile(weighted_loss, dynamic=True) if compiled else weighted_loss
    if compiled:
        encoder.forward = torch.compile(encoder.forward, dynamic=True)  # type: ignore[method-assign]
    clock = Clock(deadline, spent, run / f"compressor-{kind}.deadline")
    log = (parts / "compressor.log.jsonl").open("a")
    saved = shown = time.monotonic()
    validated = 0.0
    smooth: dict[str, float] = {}
    shown_step = step

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
        ratio = rng.choices(settings.ratios, settings.ratio_weights)[0]
        batch: Batch = to_device(lay_out(draw_items(items, settings, rng), ratio, encoder.slots_of), device)
        with autocast(device):
            rows, m = project_windows(encoder, projector, batch.windows, ratio, settings.window)
            embeds = splice(decoder, batch, rows, m)
            loss = loss_of(decoder, embeds, batch.positions, batch.targets, batch.weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*encoder.parameters(), *projector.parameters()], 1.0)
        for o in opts:
            o.step()
            o.zero_grad(set_to_none=True)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise SystemExit(f"loss is {value} at step {step}")
        step += 1
        seen += sum(map(len, batch.windows))
        key = f"loss{ratio}"
        smooth[key] = value if key not in smooth else 0.95 * smooth[key] + 0.05 * value
        now = time.monotonic()
        if step % 20 == 0:
            line: dict[str, Any] = {
                "step": step, "seen": seen, "progress": round(progress, 4), "alone": alone,
                "seconds_a_step": round((now - shown) / (step - shown_step), 2),
                **{k: round(v, 4) for k, v in sorted(smooth.items())},
                **slot_statistics(rows, embedding_rms),
            }  # fmt: skip
            if now - validated > VALIDATE_EVERY:
                line.update(validate(decoder, encoder, projector, fixed, fixed_rec))
                validated = time.monotonic()
            shown, shown_step = time.monotonic(), step
            print(line, flush=True)
            log.write(json.dumps(line) + "\n")
            log.flush()
        if now - saved > SAVE_EVERY:
            save()
            saved = time.monotonic()
    save()
    final = {
        "step": step, "window_tokens": seen, "seconds": round(clock.elapsed()),
        **validate(decoder, encoder, projector, fixed, fixed_rec),
    }  # fmt: skip
    print(final, flush=True)
    save_json(parts / "compressor.summary.json", final)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=sorted(CONFIGS), default="nano")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--kind", choices=["arc", "pcc"], default="arc")
    parser.add_argument("--deadline", type=float, required=True, help="seconds of training in all, over restarts")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-compile", action="store_true")
    a = parser.parse_args()
    train(CONFIGS[a.config], a.corpus, a.run, a.kind, a.deadline, torch.device(a.device), a.seed, not a.no_compile)


if __name__ == "__main__":
    main()
