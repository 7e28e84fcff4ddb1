"""Give a trained encoder a second decoder: only a projector and the special vectors are trained.

python -m shorthand_training.pair --config nano --corpus CORPUS --bundle RUN/export --decoder OTHER/decoder \
    --tasks RUN/tasks --out OTHER/pair --deadline 600

The encoder and both decoders stay as they are (ARC-Encoder, 2510.20535, adds OLMo to a trained encoder so). The other
decoder must read the same tokenizer. OUT has the layout of an export, so `evaluate --bundle OUT` measures the pair.
"""

from __future__ import annotations

import argparse
import random
import shutil
from pathlib import Path

import torch
from torch import nn

from .assembly import project_windows, splice, to_device
from .checkpoint import load_state, save_state
from .compressor import VALIDATE_EVERY, draw, slot_statistics, validate
from .config import CONFIGS, Config
from .decoder import autocast, load_decoder
from .distil import mixed_loss, teacher_states
from .export import read_bundle, write_encoder, write_projector
from .items import Items, read_files
from .model import parameters_count
from .prefetch import Prefetch
from .projector import make_projector
from .quantise import frozen
from .schedule import Clock, cooldown, warmup
from .tokenizer import load
from .training_log import TrainingLog


def trained_share(encoder: nn.Module, projector: nn.Module, specials: list[nn.Parameter]) -> float:
    """Parameters that the new decoder adds, as a share of the encoder's."""
    return (parameters_count(projector) + sum(p.numel() for p in specials)) / parameters_count(encoder)


def train(
    config: Config, corpus: Path, bundle_folder: Path, other: Path, tasks: Path | None, out: Path, deadline: float,
    device: torch.device, seed: int = 0,
) -> None:  # fmt: skip
    settings = config.compressor
    bundle = read_bundle(bundle_folder)
    source = load_decoder(other)
    rms = float(source.model.embed_tokens.weight.detach().pow(2).mean().sqrt())
    torch.manual_seed(seed)
    encoder = bundle.encoder.to(device).requires_grad_(False)
    specials = [encoder.cont_tok.weight.requires_grad_(True), encoder.rec_tok.weight.requires_grad_(True)]
    kind = "mlp" if encoder.kind == "arc" else "pcc"
    size = source.config.hidden_size
    projector = make_projector(kind, encoder.config.hidden_size, settings.projector_hidden, size, rms).to(device)
    decoder = frozen(source).to(device)
    opt = torch.optim.AdamW([*projector.parameters(), *specials], lr=settings.projector_lr, betas=(0.9, 0.95))
    step, spent, seen = 0, 0.0, 0
    state = load_state(out / "pair.pt")
    if state:
        projector.load_state_dict(state["projector"])
        with torch.no_grad():
            for mine, theirs in zip(specials, state["specials"], strict=True):
                mine.copy_(theirs)
        opt.load_state_dict(state["optimiser"])
        step, spent, seen = state["step"], state["spent"], state["seen"]

    tokenizer = load(bundle_folder / "tokenizer.json")
    rng = random.Random(seed + 1 + step)
    lines = tasks / "train.jsonl" if tasks else None
    items = Items(read_files(corpus, "train", 0.6, seed + step), lines, tokenizer, bundle.window, settings.target, rng)
    held = Items(read_files(corpus, "valid"), None, tokenizer, bundle.window, settings.target, random.Random(7))
    fixed = [held.continuation(settings.context_windows) for _ in range(48)]
    fixed_rec = [held.reconstruction() for _ in range(32)]
    clock = Clock(deadline, spent, out / "pair.deadline")
    draw_next = Prefetch(lambda: draw(items, settings, encoder, rng, clock.progress()))

    def save() -> None:
        save_state(
            out / "pair.pt",
            {
                "projector": projector.state_dict(), "specials": [p.detach() for p in specials],
                "optimiser": opt.state_dict(), "step": step, "spent": clock.elapsed(), "seen": seen,
            },
        )  # fmt: skip
        write_encoder(encoder, out / "encoder", bundle.window, bundle.ratios)
        write_projector(projector, out / "projector", f"{other.parent.name}-decoder")

    def check() -> dict[str, float]:
        return validate(decoder, encoder, projector, fixed, fixed_rec)

    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(bundle_folder / "tokenizer.json", out / "tokenizer.json")
    shutil.copytree(other, out / "decoder", dirs_exist_ok=True)
    log = TrainingLog(out, "pair", save, check, VALIDATE_EVERY, seen)
    added = trained_share(encoder, projector, specials)
    log.write({"step": step, "trained_share_of_encoder": round(added, 4), **check()})
    while (progress := clock.progress()) < 1:
        opt.param_groups[0]["lr"] = settings.projector_lr * cooldown(progress, 0.6, 0.02) * warmup(step, 40)
        drawn = draw_next()
        batch = to_device(drawn.batch, device)
        with autocast(device):
            teacher = torch.zeros(0, size, device=device)
            if drawn.teacher:
                teacher = teacher_states(decoder, to_device(drawn.teacher, device))
            rows, m = project_windows(encoder, projector, batch.windows, batch.ratio, bundle.window)
            loss = mixed_loss(
                decoder, splice(decoder, batch, rows, m), batch.positions, batch.targets, batch.weights,
                drawn.rows.to(device), teacher, settings.distil_share,
            )  # fmt: skip
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*projector.parameters(), *specials], 1.0)
        opt.step()
        opt.zero_grad(set_to_none=True)
        step += 1
        seen += sum(map(len, batch.windows))
        log.loss(f"loss{batch.ratio}", float(loss.detach()))
        log.after(
            step, seen,
            {"progress": round(progress, 4), **slot_statistics(rows, rms)} if log.due(step) else {},
        )  # fmt: skip
    draw_next.close()
    save()
    log.finish(
        {
            "step": step, "window_tokens": seen, "seconds": round(clock.elapsed()),
            "trained_share_of_encoder": added, **check(),
        }
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", choices=sorted(CONFIGS), default="nano")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True, help="export whose encoder is kept")
    parser.add_argument("--decoder", type=Path, required=True, help="folder of the other decoder")
    parser.add_argument("--tasks", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--deadline", type=float, required=True, help="seconds of training in all, over restarts")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    a = parser.parse_args()
    train(
        CONFIGS[a.config], a.corpus, a.bundle, a.decoder, a.tasks, a.out, a.deadline, torch.device(a.device), a.seed
    )  # fmt: skip


if __name__ == "__main__":
    main()
