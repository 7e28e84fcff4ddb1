"""Train decoder and compressor together, before the decoder is frozen; resumes from its checkpoint.

python -m shorthand_training.together --config nano --corpus CORPUS --run RUN --deadline 3000 [--start RUN]

A decoder that was only ever given words has to be talked into reading vectors that stand for several, and a small one
has not learnt enough for that. So each step trains it on plain text, as `decoder` does, and on items whose context
stands there as slots, as `compressor` does; the latter's gradients go to encoder and projector, too. Afterwards the
decoder is frozen and quantised, and `compressor --start RUN` goes on against it alone.

Reads RUN/shards and RUN/tasks as `decoder` does. Writes RUN/together.pt (checkpoint), RUN/together.log.jsonl,
RUN/decoder/ and RUN/{encoder,projector}/ (PCC: RUN/pcc/...). The run whose decoder it begins with may be the same.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .assembly import counted_loss, to_device
from .command_line import add_compressor, training_parser
from .compressor import begin, own_pairing
from .config import CONFIGS, CompressorTraining, Config
from .decoder import MakeBeside, train
from .drawing import draw
from .export import parts_of, write_encoder, write_projector
from .fit import (
    Session,
    batch_loss,
    load_trained,
    open_sources,
    optimisers,
    rates,
    slot_statistics,
    trained_state,
)
from .model import Decoder
from .pairing import Pairing
from .prefetch import Prefetch
from .tokenizer import load
from .validation import validate


@dataclass(frozen=True)
class Place:
    """Where items come from and where the compressor's parts go."""

    corpus: Path
    run: Path
    kind: str


class Slots:
    """A decoder's training on slots: `decoder.Beside`."""

    def __init__(
        self, pairing: Pairing, settings: CompressorTraining, share: float, place: Place, seed: int, compiled: bool
    ) -> None:
        self.pairing, self.settings, self.share, self.place = pairing, settings, share, place
        self.optimisers, self.rates = optimisers(pairing, settings, shared=True), rates(pairing, settings)
        self.progress = 0.0
        self.rows: Tensor | None = None
        rng = random.Random(seed)
        self.sources = open_sources(pairing, settings, place.corpus, place.run / "tasks", seed, rng)
        drawn = self.sources.drawn
        self.draw = Prefetch(lambda: draw(drawn, settings, pairing.encoder, rng, self.progress))
        self.loss_of: Any = torch.compile(counted_loss, dynamic=True) if compiled else counted_loss
        if compiled:
            encoder = pairing.encoder
            encoder.forward = torch.compile(encoder.forward, dynamic=True)  # type: ignore[method-assign]

    def parameters(self) -> Sequence[Tensor]:
        mine = [*self.pairing.encoder.parameters(), *self.pairing.projector.parameters()]
        return [p for p in mine if p is not self.pairing.encoder.embed_tokens.weight]

    def loss(self, progress: float) -> tuple[str, Tensor]:
        self.progress = progress
        batch = to_device(self.draw(), self.pairing.decoder.device)
        self.rows, loss = batch_loss(self.pairing, batch, self.loss_of)
        return f"slots{batch.ratio}", loss

    def facts(self) -> dict[str, Any]:
        return {} if self.rows is None else slot_statistics(self.rows, self.pairing)

    def validate(self) -> dict[str, float]:
        return validate(self.pairing, self.sources.watched)

    def state(self) -> dict[str, Any]:
        return trained_state(self.pairing)

    def load(self, state: dict[str, Any]) -> None:
        load_trained(self.pairing, state)

    def save(self) -> None:
        p, parts = self.pairing, parts_of(self.place.run, self.place.kind)
        write_encoder(p.encoder, parts / "encoder", p.window, p.ratios)
        write_projector(p.projector, parts / "projector", p.decoder_id, p.rounding)

    def close(self) -> None:
        self.draw.close()


def make_pairing(config: Config, place: Place, decoder: Decoder, start: Path | None, onward: bool) -> Pairing:
    """The decoder that is trained, with the compressor of `start` or one that begins from the decoder's layers.

    `onward`: slots are read as a cache keeps them.
    """
    settings = config.together
    tokenizer = load(place.run / "tokenizer.json")
    trained = start if has_compressor(start) else None
    encoder, projector = (part.to(decoder.device) for part in begin(decoder, place.kind, settings, trained))
    # One table for both, so that the encoder follows the decoder's embeddings as long as these move. A trained encoder
    # gives up its own, which `compressor` has moved a little.
    encoder.embed_tokens.weight = decoder.model.embed_tokens.weight
    return own_pairing(decoder, encoder, projector, tokenizer, config.name, settings, onward)


def with_less_text(config: Config) -> Config:
    """As much less plain text a step as slots weigh, all of it long and with tasks in it."""
    tokens = round(config.decoder.batch_tokens * (1 - config.decoder.slots_share))
    return replace(config, decoder=replace(config.decoder, batch_tokens=tokens, long_share=1.0))


def going_on(config: Config) -> Config:
    """For a decoder and a compressor that have been trained together before: gently, and at the ratios that ship."""
    d, t = config.decoder, config.together
    return replace(
        config,
        decoder=replace(d, muon_lr=d.muon_lr * d.onward, adam_lr=d.adam_lr * d.onward),
        together=replace(t.slower(d.onward), curriculum=(), reconstruction_shares=(t.reconstruction_shares[1],) * 2),
    )


def has_compressor(folder: Path | None) -> bool:
    return folder is not None and (folder / "encoder").exists()


def goes_on(start: Path | None, run: Path) -> bool:
    """Whether another run's compressor is trained further; a run that is resumed does as it did before."""
    return start is not None and start.resolve() != run.resolve() and has_compressor(start)


def train_together(
    config: Config, place: Place, device: torch.device, session: Session, start: Path | None = None
) -> None:
    """`start` is a run or an export whose decoder to begin with, and whose encoder and projector, if it has them."""
    onward = goes_on(start, place.run)
    if onward:
        config = going_on(config)

    def beside(decoder: Decoder, seed: int) -> Slots:
        pairing = make_pairing(config, place, decoder, start, onward)
        return Slots(pairing, config.together, config.decoder.slots_share, place, seed, session.compiled)

    train(
        with_less_text(config), place.run, session.deadline, device, session.seed, session.compiled, session.pause,
        start / "decoder" if start else None, MakeBeside("together", beside),
    )  # fmt: skip


def main() -> None:
    parser = training_parser(__doc__)
    add_compressor(parser, "a run or an export to begin with: decoder/, and encoder/ and projector/ if there")
    a = parser.parse_args()
    session = Session(a.deadline, a.pause, a.seed, not a.no_compile)
    train_together(CONFIGS[a.config], Place(a.corpus, a.run, a.kind), a.device, session, a.start)


if __name__ == "__main__":
    main()
