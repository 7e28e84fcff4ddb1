"""Qwen3 building blocks in plain PyTorch (Llama's, where `qk_norm` is off), with Hugging Face's tensor names.

Source: transformers' Qwen3 (RMSNorm, per-head q/k norm before rotary positions, grouped-query attention, SwiGLU).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import ModelConfig


class RMSNorm(nn.Module):
    """x: [..., d] -> [..., d]; statistics in float32."""

    def __init__(self, size: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        wide = x.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return (self.weight * wide).to(x.dtype)


def rotary_table(positions: Tensor, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """positions: [...] -> cos, sin: [..., head_dim] (rotate-half layout)."""
    inverse = theta ** (-torch.arange(0, head_dim, 2, device=positions.device, dtype=torch.float32) / head_dim)
    angles = positions.float()[..., None] * inverse
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x: [batch, heads, n, head_dim]; cos, sin: [n, head_dim] or [batch, 1, n, head_dim]."""
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), -1)
    return (x * cos + turned * sin).to(x.dtype)


class Attention(nn.Module):
    """Grouped-query attention whose queries may come from another sequence (pooled queries) than keys and values."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = (
            config.num_attention_heads, config.num_key_value_heads, config.head_dim,
        )  # fmt: skip
        d = config.hidden_size
        self.q_proj = nn.Linear(d, self.heads * self.head_dim, bias=False)
        self.k_proj = nn.Linear(d, self.kv_heads * self.head_dim, bias=False)
        self.v_proj = nn.Linear(d, self.kv_heads * self.head_dim, bias=False)
        self.o_proj = nn.Linear(self.heads * self.head_dim, d, bias=False)
        self.q_norm = RMSNorm(self.head_dim, config.rms_norm_eps) if config.qk_norm else nn.Identity()
        self.k_norm = RMSNorm(self.head_dim, config.rms_norm_eps) if config.qk_norm else nn.Identity()

    def forward(
        self,
        query: Tensor,
        source: Tensor,
        query_rotary: tuple[Tensor, Tensor],
        key_rotary: tuple[Tensor, Tensor],
        mask: Tensor | None = None,
        causal: bool = False,
        past: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """query: [b, m, d], source: [b, n, d] (both after the norm); mask: [b, 1, m, n] True = may look."""
        b, m, _ = query.shape
        n = source.shape[1]
        q = self.q_norm(self.q_proj(query).view(b, m, self.heads, self.head_dim)).transpose(1, 2)
        k = self.k_norm(self.k_proj(source).view(b, n, self.kv_heads, self.head_dim)).transpose(1, 2)
        v = self.v_proj(source).view(b, n, self.kv_heads, self.head_dim).transpose(1, 2)
        q, k = rotate(q, *query_rotary), rotate(k, *key_rotary)
        if past is not None:
            k, v = torch.cat((past[0], k), 2), torch.cat((past[1], v), 2)
        present = (k, v)
        groups = self.heads // self.kv_heads
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        # Whether `m` is 1 is not asked: it makes no difference, and would break a compiled graph of any length in two.
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal and past is None)
        return self.o_proj(out.transpose(1, 2).reshape(b, m, -1)), present


class SwiGLU(nn.Module):
    """down(silu(gate(x)) * up(x))."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        d, inner = config.hidden_size, config.intermediate_size
        self.gate_proj = nn.Linear(d, inner, bias=False)
        self.up_proj = nn.Linear(d, inner, bias=False)
        self.down_proj = nn.Linear(inner, d, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """One Qwen3 layer; names as in Hugging Face checkpoints."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = SwiGLU(config)

    def forward(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor],
        mask: Tensor | None = None,
        causal: bool = False,
        past: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """x: [b, n, d]."""
        normed = self.input_layernorm(x)
        attended, present = self.self_attn(normed, normed, rotary, rotary, mask, causal, past)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), present
