"""From slot space to the decoder's embedding space: `mlp` (with an output norm) or PCC's converter."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import RMSNorm
from .quantise import Rounding


class MlpProjector(nn.Module):
    """RMSNorm -> Linear -> GELU -> Linear -> RMSNorm without weight, times a learned scale."""

    kind = "mlp"
    eps = 1e-6

    def __init__(self, in_size: int, hidden: int, out_size: int, scale: float = 1.0) -> None:
        super().__init__()
        self.norm = RMSNorm(in_size, self.eps)
        self.dense_in = nn.Linear(in_size, hidden)
        self.dense_out = nn.Linear(hidden, out_size)
        self.output_scale = nn.Parameter(torch.tensor([scale]))

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., d_enc] -> [..., d_dec]."""
        y = self.dense_out(F.gelu(self.dense_in(self.norm(x)))).float()
        return y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps) * self.output_scale


class PccConverter(nn.Module):
    """RMSNorm -> dense_in -> GELU -> dense_out, as in PCC's memory_converter."""

    kind = "pcc"
    eps = 1e-6

    def __init__(self, in_size: int, hidden: int, out_size: int) -> None:
        super().__init__()
        self.norm = RMSNorm(in_size, self.eps)
        self.dense_in = nn.Linear(in_size, hidden)
        self.dense_out = nn.Linear(hidden, out_size)

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., d_enc] -> [..., d_dec]."""
        return self.dense_out(F.gelu(self.dense_in(self.norm(x)))).float()


Projector = MlpProjector | PccConverter

#: Which projector a new encoder of each kind begins with.
PROJECTOR_OF = {"arc": "mlp", "pcc": "pcc"}


@torch.no_grad()
def pass_on(projector: MlpProjector) -> None:
    """Makes both products of the projector one identity, for GELU(x) - GELU(-x) = x; what room is left stays random."""
    size = projector.dense_in.in_features
    one = torch.eye(size)
    projector.dense_in.weight[: 2 * size] = torch.cat((one, -one))
    projector.dense_in.bias.zero_()
    projector.dense_out.weight.zero_()
    projector.dense_out.weight[:, : 2 * size] = torch.cat((one, -one), 1)
    projector.dense_out.bias.zero_()


def make_projector(kind: str, in_size: int, hidden: int, out_size: int, embedding_rms: float) -> Projector:
    """For `mlp` between equal spaces the directions are kept at first, if there is room for it (`pass_on`).

    For `pcc`, dense_out starts small enough that slots have about the embeddings' size.
    """
    if kind == "mlp":
        projector = MlpProjector(in_size, hidden, out_size, embedding_rms)
        if in_size == out_size and hidden >= 2 * in_size:
            pass_on(projector)
        return projector
    converter = PccConverter(in_size, hidden, out_size)
    with torch.no_grad():
        sample = converter(torch.randn(256, in_size))
        converter.dense_out.weight.mul_(embedding_rms / sample.pow(2).mean().sqrt())
        converter.dense_out.bias.zero_()
    return converter


def projector_config(projector: Projector, decoder_id: str, rounding: Rounding) -> dict[str, Any]:
    """`bits` and `block` say how the decoder's weights were rounded while this projector was trained."""
    return {
        "kind": projector.kind,
        "in_size": projector.dense_in.in_features,
        "hidden_size": projector.dense_in.out_features,
        "out_size": projector.dense_out.out_features,
        "rms_norm_eps": projector.eps,
        "decoder": decoder_id,
        "bits": rounding.bits,
        "block": rounding.block,
    }


def projector_from_config(values: dict[str, Any]) -> Projector:
    sizes = values["in_size"], values["hidden_size"], values["out_size"]
    return MlpProjector(*sizes) if values["kind"] == "mlp" else PccConverter(*sizes)
