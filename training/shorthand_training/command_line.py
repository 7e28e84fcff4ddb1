"""The arguments that the commands which train have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from .config import CONFIGS


def training_parser(description: str | None) -> argparse.ArgumentParser:
    """With --deadline, --pause, --device and --seed."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deadline", type=float, required=True, help="seconds of training in all, over restarts")
    parser.add_argument("--pause", type=float, help="save and end after so many seconds of this process")
    parser.add_argument("--device", type=torch.device, default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def add_config(parser: argparse.ArgumentParser) -> None:
    """Which sizes, and whether PyTorch compiles them."""
    parser.add_argument("--config", choices=sorted(CONFIGS), default="nano")
    parser.add_argument("--no-compile", action="store_true", help="plain PyTorch: slower, starts at once")


def add_compressor(parser: argparse.ArgumentParser, start: str) -> None:
    """What a training of encoder and projector is told besides `add_config`; `start` says what --start takes."""
    add_config(parser)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--kind", choices=["arc", "pcc"], default="arc")
    parser.add_argument("--start", type=Path, help=start)


def add_rounding(parser: argparse.ArgumentParser) -> None:
    """How the frozen decoder's weights are rounded: as its bundle will have them."""
    parser.add_argument("--bits", type=int, choices=(16, 8, 4), default=8, help="of the decoder's weights")
    parser.add_argument("--block", type=int, default=32, help="inputs that share a scale, for 8 and 4 bits")
