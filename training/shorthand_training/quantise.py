"""Block-wise weight quantisation of the decoder that ships, and the frozen decoder that computes with it.

int8: symmetric, block 128 along the input dimension; scale = max|w| / 127, q = clamp(round_half_even(w / scale)).
int4: block 128, as llama.cpp's Q4_0: d = (value of largest magnitude, with its sign) / -8, q = round(w / d) + 8.
The tied head uses the int8 table; the embedding lookup is float16.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .model import Decoder

BLOCK = 128
LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class Rounding:
    """How a frozen decoder's matrices are rounded: 8 or 4 bits in blocks of inputs, or 16 for float16."""

    bits: int = 8
    block: int = BLOCK

    def __str__(self) -> str:
        return "float16" if self.bits == 16 else f"int{self.bits} block {self.block}, head int8"


def _blocks(weight: Tensor, block: int) -> Tensor:
    """Zeros fill up the last block of a row."""
    rows, k = weight.shape
    filled = nn.functional.pad(weight.float(), (0, -k % block))
    return filled.view(rows, -1, block)


def quantise_int8(weight: Tensor, block: int = BLOCK) -> tuple[Tensor, Tensor]:
    """weight: [n, k] -> q int8 [n, blocks, block], scale float32 [n, blocks, 1]."""
    w = _blocks(weight, block)
    scale = w.abs().amax(-1, keepdim=True) / 127
    q = torch.where(scale > 0, torch.round(w / scale), torch.zeros_like(w)).clamp(-127, 127)
    return q.to(torch.int8), scale


def quantise_int4(weight: Tensor, block: int = BLOCK) -> tuple[Tensor, Tensor]:
    """weight: [n, k] -> q uint8 0..15 [n, blocks, block], d float32 [n, blocks, 1]; zero block -> q 8."""
    w = _blocks(weight, block)
    largest = w.gather(-1, w.abs().argmax(-1, keepdim=True))
    d = largest / -8
    q = torch.where(d != 0, torch.round(w / d), torch.zeros_like(w)) + 8
    return q.clamp(0, 15).to(torch.uint8), d


def dequantised(weight: Tensor, bits: int, block: int = BLOCK) -> Tensor:
    """The float32 matrix [n, k] that the quantised kernel multiplies with."""
    if bits == 8:
        q, scale = quantise_int8(weight, block)
        blocks = q.float() * scale
    elif bits == 4:
        q, d = quantise_int4(weight, block)
        blocks = (q.float() - 8) * d
    else:
        raise ValueError(f"no {bits}-bit weights")
    return blocks.flatten(1)[:, : weight.shape[1]]


@torch.no_grad()
def frozen(decoder: Decoder, bits: int = 8, block: int = BLOCK) -> Decoder:
    """A copy that computes as the shipped decoder does: linear layers at `bits`, head int8, lookup float16."""
    copied = copy.deepcopy(decoder).eval()
    for name, module in copied.model.layers.named_modules():
        if isinstance(module, nn.Linear) and name.rsplit(".", 1)[-1] in LINEARS:
            module.weight.copy_(dequantised(module.weight, bits, block))
    table = copied.model.embed_tokens.weight
    copied.head = dequantised(table, 8, block)
    table.copy_(table.half().float())
    for p in copied.parameters():
        p.requires_grad_(False)
    return copied
