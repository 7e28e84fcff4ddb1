"""Train encoder and projector against the frozen, quantised decoder until a deadline; resumes from its checkpoint.

python -m shorthand_training.compressor --config nano --corpus CORPUS --run RUN --deadline 2280 [--kind arc|pcc]

First the projector alone, then everything. One ratio a batch. Continuation, neighbouring files, reconstruction and
tasks are mixed. Writes RUN/compressor.pt, RUN/{encoder,projector}/ (PCC: RUN/pcc/...) and a log.
"""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer

from .command_line import add_compressor, training_parser
from .config import CONFIGS, CompressorTraining, Config
from .decoder import load_decoder
from .encoder import Encoder, from_decoder
from .export import parts_of, read_compressor
from .fit import Output, Session, fit
from .kept_slots import KeptSlots
from .model import Decoder
from .pairing import Pairing
from .projector import PROJECTOR_OF, Projector, make_projector
from .prompt import RolePrompt
from .quantise import Rounding, frozen
from .reader import Reader
from .tokenizer import load


def begin(source: Decoder, kind: str, settings: CompressorTraining, start: Path | None) -> tuple[Encoder, Projector]:
    """From the decoder's layers, or with the weights of `start`, the folder of a run or an export."""
    encoder = from_decoder(source, kind, settings.encoder_layers, settings.window, settings.ratios)
    size, hidden = source.config.hidden_size, settings.projector_hidden
    projector = make_projector(PROJECTOR_OF[kind], size, hidden, size, source.embedding_rms)
    if start:
        earlier = read_compressor(start)
        if earlier.encoder.kind != kind:
            raise SystemExit(f"{start}: its encoder is of kind {earlier.encoder.kind}")
        encoder.load_state_dict(earlier.encoder.state_dict())
        projector.load_state_dict(earlier.projector.state_dict())
    return encoder, projector


def own_pairing(
    reader: Reader, encoder: Encoder, projector: Projector, tokenizer: Tokenizer, name: str,
    settings: CompressorTraining, onward: bool,
) -> Pairing:  # fmt: skip
    """For a decoder of configuration `name` that shares the encoder's tokenizer.

    `onward`: encoder and projector have been trained before, and slots are read as a cache keeps them.
    """
    return Pairing(
        reader, RolePrompt(tokenizer), encoder, projector, tokenizer, settings.window, settings.ratios,
        f"shorthand-{name}-decoder", Rounding(settings.bits),
        kept=KeptSlots(projector, settings.kept_bytes, settings.commitment) if onward else None,
    )  # fmt: skip


def train(
    config: Config, corpus: Path, run: Path, kind: str, device: torch.device, session: Session,
    start: Path | None = None,
) -> None:  # fmt: skip
    """`start` is another run's folder or an export, whose encoder and projector this one begins with."""
    settings = config.compressor
    parts = parts_of(run, kind)
    tokenizer = load(run / "tokenizer.json")
    source = load_decoder(run / "decoder")
    torch.manual_seed(session.seed)
    encoder, projector = (part.to(device) for part in begin(source, kind, settings, start))
    reader = frozen(source, settings.bits).to(device)
    pairing = own_pairing(reader, encoder, projector, tokenizer, config.name, settings, start is not None)
    if start:
        settings = settings.slower(settings.onward)
    output = Output(parts, "compressor", run / f"compressor-{kind}.deadline")
    fit(pairing, settings, corpus, run / "tasks", output, session)


def main() -> None:
    parser = training_parser(__doc__)
    add_compressor(parser, "a run or an export whose encoder and projector to begin with")
    a = parser.parse_args()
    session = Session(a.deadline, a.pause, a.seed, not a.no_compile)
    train(CONFIGS[a.config], a.corpus, a.run, a.kind, a.device, session, a.start)


if __name__ == "__main__":
    main()
