"""Write the folder that the bundle builder reads: tokenizer, decoder, encoder, projector, bundle-meta.json.

python -m shorthand_training.export --run RUN --out RUN/export [--kind arc|pcc] [--id shorthand-nano] \
    [--metrics RUN/metrics.json]
"""

from __future__ import annotations

import argparse
import filecmp
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor, nn

from .checkpoint import save_json, save_tensors
from .decoder import load_decoder
from .encoder import Encoder, encoder_config, encoder_from_config
from .model import Decoder
from .projector import Projector, projector_config, projector_from_config
from .quantise import BLOCK, Rounding
from .template import TEMPLATE

VERSION = "0.5.0"
#: Folder of an export with the code of its encoder's slots (`codebooks.py`); not every export has one.
SLOT_CODE = "slot-code"


def rounded(module: nn.Module) -> dict[str, Tensor]:
    """State with values rounded to bfloat16, kept as bfloat16."""
    return {k: v.detach().bfloat16() for k, v in module.state_dict().items()}


def write_encoder(encoder: Encoder, folder: Path, window: int, ratios: tuple[int, ...]) -> None:
    save_json(folder / "config.json", encoder_config(encoder, window, ratios))
    save_tensors(folder / "model.safetensors", rounded(encoder))


def write_projector(projector: Projector, folder: Path, decoder_id: str, rounding: Rounding) -> None:
    save_json(folder / "config.json", projector_config(projector, decoder_id, rounding))
    save_tensors(folder / "model.safetensors", rounded(projector))


def write_compressor(
    folder: Path, encoder: Encoder, projector: Projector, window: int, ratios: tuple[int, ...], decoder_id: str,
    rounding: Rounding, tokenizer: str, metrics: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """An export for a decoder that has a folder of its own. `tokenizer`: the encoder's tokenizer.json."""
    shutil.rmtree(folder / SLOT_CODE, ignore_errors=True)
    write_encoder(encoder, folder / "encoder", window, ratios)
    write_projector(projector, folder / "projector", decoder_id, rounding)
    (folder / "tokenizer.json").write_text(tokenizer)
    meta = {"id": f"{decoder_id}-compressor", "version": VERSION, "decoder_id": decoder_id, "metrics": metrics or {}}
    save_json(folder / "compressor.json", meta)


@dataclass
class Compressor:
    """What `encoder/` and `projector/` hold, as float32 modules in evaluation mode."""

    encoder: Encoder
    projector: Projector
    window: int
    ratios: tuple[int, ...]
    rounding: Rounding


@dataclass
class Bundle(Compressor):
    """An export folder with a decoder of its own, unquantised."""

    decoder: Decoder


def _load(module: nn.Module, path: Path) -> None:
    module.load_state_dict({k: v.float() for k, v in load_file(path).items()})
    module.eval()


def read_compressor(folder: Path) -> Compressor:
    """Load encoder and projector of an export folder (or a run folder, which has the same parts)."""
    settings: dict[str, Any] = json.loads((folder / "encoder/config.json").read_text())
    encoder = encoder_from_config(settings)
    bridge: dict[str, Any] = json.loads((folder / "projector/config.json").read_text())
    projector = projector_from_config(bridge)
    rounding = Rounding(bridge.get("bits", 8), bridge.get("block", BLOCK))
    _load(encoder, folder / "encoder/model.safetensors")
    _load(projector, folder / "projector/model.safetensors")
    return Compressor(encoder, projector, settings["window"], tuple(settings["ratios"]), rounding)


def read_bundle(folder: Path) -> Bundle:
    """The same with the decoder."""
    c = read_compressor(folder)
    return Bundle(c.encoder, c.projector, c.window, c.ratios, c.rounding, load_decoder(folder / "decoder"))


def parts_of(run: Path, kind: str) -> Path:
    """The folder of a run's encoder and projector: ARC's stand beside the decoder."""
    return run if kind == "arc" else run / kind


def export(run: Path, out: Path, bundle_id: str, metrics: dict[str, Any], kind: str = "arc") -> None:
    """Copy a run's parts into the export layout. A code that is there was learnt for an encoder, and goes with it."""
    out.mkdir(parents=True, exist_ok=True)
    parts = parts_of(run, kind)
    weights = "encoder/model.safetensors"
    if not (out / weights).exists() or not filecmp.cmp(parts / weights, out / weights, shallow=False):
        shutil.rmtree(out / SLOT_CODE, ignore_errors=True)
    shutil.copyfile(run / "tokenizer.json", out / "tokenizer.json")
    for folder in (run / "decoder", parts / "encoder", parts / "projector"):
        (out / folder.name).mkdir(exist_ok=True)
        for name in ("config.json", "model.safetensors"):
            shutil.copyfile(folder / name, out / folder.name / name)
    decoder_id = json.loads((out / "projector/config.json").read_text())["decoder"]
    save_json(
        out / "bundle-meta.json",
        {
            "id": bundle_id,
            "version": VERSION,
            "metrics": metrics,
            "decoder_id": decoder_id,
            "template": TEMPLATE,
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=["arc", "pcc"], default="arc", help="which of the run's encoders")
    parser.add_argument("--id", default="shorthand-nano")
    parser.add_argument("--metrics", type=Path)
    arguments = parser.parse_args()
    metrics = json.loads(arguments.metrics.read_text()) if arguments.metrics else {}
    export(arguments.run, arguments.out, arguments.id, metrics, arguments.kind)
    read_bundle(arguments.out)
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
