"""The decoder: Qwen3ForCausalLM with tied embeddings, by its Hugging Face tensor names."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import ModelConfig
from .layers import Block, RMSNorm, rotary_table

Cache = list[tuple[Tensor, Tensor]]


class Backbone(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)


class Decoder(nn.Module):
    """Causal language model over ids or embeddings. `head` is set only where it differs from the lookup table."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.model = Backbone(config)
        self.head: Tensor | None = None

    @property
    def device(self) -> torch.device:
        return self.model.embed_tokens.weight.device

    @property
    def size(self) -> int:
        """Width of an embedding."""
        return self.config.hidden_size

    @property
    def embedding_rms(self) -> float:
        """Root mean square of the lookup table."""
        return float(self.model.embed_tokens.weight.detach().pow(2).mean().sqrt())

    def initialise(self, seed: int = 0) -> None:
        """Small embeddings (they are also the head), scaled-uniform inputs, zero output projections."""
        torch.manual_seed(seed)
        nn.init.normal_(self.model.embed_tokens.weight, std=0.02)
        for name, p in self.model.layers.named_parameters():
            if p.ndim == 2:
                if "o_proj" in name or "down_proj" in name:
                    nn.init.zeros_(p)
                else:
                    bound = math.sqrt(3) * 0.7 / math.sqrt(p.shape[1])
                    nn.init.uniform_(p, -bound, bound)

    def embed(self, ids: Tensor) -> Tensor:
        """ids: [b, n] -> [b, n, d]."""
        return self.model.embed_tokens(ids)

    def hidden(
        self,
        embeds: Tensor,
        mask: Tensor | None = None,
        cache: Cache | None = None,
        positions: Tensor | None = None,
    ) -> tuple[Tensor, Cache]:
        """embeds: [b, n, d] -> final-normed states [b, n, d] and the cache for the next call."""
        start = cache[0][0].shape[2] if cache else 0
        if positions is None:
            positions = torch.arange(start, start + embeds.shape[1], device=embeds.device)
        cos, sin = rotary_table(positions, self.config.head_dim, self.config.rope_theta)
        if positions.ndim == 2:
            cos, sin = cos[:, None], sin[:, None]
        if cache and mask is None and embeds.shape[1] > 1:
            n = embeds.shape[1]
            rows = torch.arange(start, start + n, device=embeds.device)[:, None]
            mask = (torch.arange(start + n, device=embeds.device)[None] <= rows)[None, None]
        x = embeds
        present: Cache = []
        for i, layer in enumerate(self.model.layers):
            x, kv = layer(x, (cos, sin), mask, mask is None, cache[i] if cache else None)
            present.append(kv)
        return self.model.norm(x), present

    @property
    def head_table(self) -> Tensor:
        """[vocab, d]: what final states are multiplied with."""
        return self.model.embed_tokens.weight if self.head is None else self.head

    def logits(self, hidden: Tensor) -> Tensor:
        """[..., d] -> [..., vocab]."""
        return F.linear(hidden, self.head_table)

    def forward(self, ids: Tensor) -> Tensor:
        """ids: [b, n] -> logits [b, n, vocab]."""
        return self.logits(self.hidden(self.embed(ids))[0])


def parameters_count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
