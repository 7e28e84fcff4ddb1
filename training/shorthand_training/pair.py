"""Pair an encoder with a decoder that is there already: any folder in Hugging Face's layout.

python -m shorthand_training.pair --decoder FOLDER --corpus CORPUS --out OUT --deadline SECONDS [--tasks RUN/tasks]
    [--encoder EXPORT [--keep-encoder] | --encoder-from FOLDER] [--bits 8 --block 32]

The decoder is frozen. What is trained:
- by default an ARC encoder that begins with the decoder's own first layers and reads its tokenizer;
- `--encoder-from` begins with another checkpoint's layers, and reads that one's tokenizer;
- `--encoder` goes on with the encoder of an export, which reads that export's tokenizer;
- with `--keep-encoder` that encoder stays as it is, and the new decoder gets a projector and special vectors alone,
  below one per cent of the encoder's parameters (ARC-Encoder, 2510.20535, adds OLMo to a trained encoder so). The code
  of its slots (`codebooks`) is kept with it.

Continuation, reconstruction and (by `--tasks`) questions at 4x, 8x and 16x. Resumes from OUT/pair.pt. When the deadline
is reached OUT/export holds the compressor: `shorthand models add FOLDER --compressor OUT/export` makes a bundle of it,
`evaluate --bundle OUT/export --decoder FOLDER` measures it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from .checkpoint import save_json
from .command_line import add_config, add_rounding, training_parser
from .config import CONFIGS, CompressorTraining
from .encoder import Encoder
from .encoder_start import from_folder, projector_hidden
from .export import SLOT_CODE, read_compressor, write_compressor
from .fit import Output, Session, fit
from .model import parameters_count
from .pairing import Pairing
from .projector import PROJECTOR_OF, make_projector
from .quantise import Rounding
from .reader import HuggingFaceReader, load_prompt, load_reader
from .tokenizer import continuing

#: What a decoder may add to an encoder that is kept, as a share of the encoder's parameters.
MOST_ADDED = 0.01


@dataclass(frozen=True)
class Start:
    """Where the encoder comes from: an export, or the first `layers` layers of a checkpoint."""

    export: Path | None = None
    keep: bool = False
    checkpoint: Path | None = None
    layers: int | None = None


def tokenizer_file(start: Start, decoder: Path) -> Path:
    return (start.export or start.checkpoint or decoder) / "tokenizer.json"


def make_pairing(
    start: Start, decoder: Path, reader: HuggingFaceReader, settings: CompressorTraining, name: str, rounding: Rounding
) -> Pairing:
    """Encoder and projector as they are before training."""
    encoder: Encoder
    if start.export:
        compressor = read_compressor(start.export)
        encoder, window, ratios = compressor.encoder, compressor.window, compressor.ratios
    else:
        encoder = from_folder(start.checkpoint or decoder, start.layers or settings.encoder_layers)
        window, ratios = settings.window, settings.ratios
    width, hidden = encoder.config.hidden_size, settings.projector_hidden
    if start.keep:
        hidden = min(hidden, projector_hidden(width, reader.size, parameters_count(encoder), MOST_ADDED))
    projector = make_projector(PROJECTOR_OF[encoder.kind], width, hidden, reader.size, reader.embedding_rms)
    tokenizer = continuing(Tokenizer.from_file(str(tokenizer_file(start, decoder))))
    if tokenizer.get_vocab_size() > encoder.config.vocab_size:
        raise SystemExit("the encoder's tokenizer has more entries than its embedding table")
    return Pairing(
        reader, load_prompt(decoder), encoder.to(reader.device), projector.to(reader.device), tokenizer, window, ratios,
        name, rounding, start.keep,
    )  # fmt: skip


def added_share(pairing: Pairing) -> float:
    """Parameters of projector and special vectors, as a share of the encoder's."""
    return sum(p.numel() for p in pairing.added()) / parameters_count(pairing.encoder)


def train(
    settings: CompressorTraining, corpus: Path, decoder: Path, start: Start, tasks: Path | None, out: Path,
    device: torch.device, rounding: Rounding, session: Session, name: str | None = None,
) -> None:  # fmt: skip
    """Trains until the deadline and exports."""
    torch.manual_seed(session.seed)
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    reader = load_reader(decoder, rounding, dtype).to(device)
    pairing = make_pairing(start, decoder, reader, settings, name or decoder.resolve().name.lower(), rounding)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer_file(start, decoder), out / "tokenizer.json")
    share = added_share(pairing)
    count, inner = parameters_count(pairing.encoder), pairing.projector.dense_in.out_features
    print(f"encoder {count / 1e6:.2f}M parameters; projector ({inner} inside) and specials {share:.2%} of them")
    output = Output(out, "pair", out / "pair.deadline")
    summary = fit(pairing, settings, corpus, tasks, output, session)
    if summary is None:
        return
    summary |= {"encoder_parameters": count, "added_share": round(share, 5)}
    save_json(out / "pair.summary.json", summary)
    write_compressor(
        out / "export", pairing.encoder, pairing.projector, pairing.window, pairing.ratios, pairing.decoder_id,
        rounding, (out / "tokenizer.json").read_text(), summary,
    )  # fmt: skip
    if start.export and start.keep and (start.export / SLOT_CODE).exists():
        shutil.copytree(start.export / SLOT_CODE, out / "export" / SLOT_CODE)


def main() -> None:
    parser = training_parser(__doc__)
    add_config(parser)
    add_rounding(parser)
    parser.add_argument("--decoder", type=Path, required=True, help="folder in Hugging Face's layout")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, help="folder of task files; left out: no questions")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="export whose encoder is gone on with")
    parser.add_argument("--keep-encoder", action="store_true", help="train projector and special vectors alone")
    parser.add_argument("--encoder-from", type=Path, help="checkpoint whose layers the encoder begins with")
    parser.add_argument("--encoder-layers", type=int, help="how many of them")
    parser.add_argument("--batch", type=int, help="items in a batch, in place of the configuration's")
    parser.add_argument("--id", help="what the decoder is called; else its folder's name")
    a = parser.parse_args()
    if a.keep_encoder and not a.encoder:
        parser.error("--keep-encoder needs --encoder")
    if a.encoder and a.encoder_from:
        parser.error("--encoder and --encoder-from exclude each other")
    settings = CONFIGS[a.config].compressor
    if a.batch:
        settings = replace(settings, batch=a.batch)
    start = Start(a.encoder, a.keep_encoder, a.encoder_from, a.encoder_layers)
    session = Session(a.deadline, a.pause, a.seed, not a.no_compile)
    rounding = Rounding(a.bits, a.block)
    train(settings, a.corpus, a.decoder, start, a.tasks, a.out, a.device, rounding, session, a.id)


if __name__ == "__main__":
    main()
