"""Atomic files: written beside the target, then renamed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.optim import Optimizer


def save_state(path: Path, state: dict[str, Any]) -> None:
    """A training checkpoint (torch.save)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load_state(path: Path) -> dict[str, Any] | None:
    """The checkpoint, or None if there is none yet."""
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else None


def restore(optimisers: list[Optimizer], states: list[dict[str, Any]]) -> None:
    """Gives optimisers, in the order in which they were saved, their states back."""
    for optimiser, state in zip(optimisers, states, strict=True):
        optimiser.load_state_dict(state)


def save_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """A safetensors file; tied or strided tensors are copied."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    save_file({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}, str(temporary))
    os.replace(temporary, path)


def save_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    os.replace(temporary, path)
