"""The two encoder families: ARC (bidirectional, pooled queries in the last layer) and PCC (causal, memory tokens).

Sources: kyutai-labs/ARC-Encoder (enhanced_transformer.py, `where: before`, `pool_type: mean_pooled_queries`) and
microsoft/AnthropomorphicIntelligence, folder PCC. Tensor names follow the Hugging Face Qwen3 layout.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import torch
from torch import Tensor, nn

from .config import ModelConfig
from .layers import Block, RMSNorm, rotary_table
from .model import Decoder
from .pooling import pooling_matrix, slot_count


class ArcEncoder(nn.Module):
    """No final norm. `rec_tok` and `cont_tok` are vectors in encoder space that follow the slots."""

    kind = "arc"

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.rec_tok = nn.Embedding(1, config.hidden_size)
        self.cont_tok = nn.Embedding(1, config.hidden_size)

    #: A slot for each token.
    finest_ratio = 1

    def slots_of(self, length: int, ratio: int) -> int:
        return slot_count(length, ratio)

    def forward(self, ids: Tensor, real: Tensor, pool: Tensor) -> Tensor:
        """ids: [b, n] (right-padded), real: [b, n] bool, pool: [b, m, n] -> slots [b, m, d]."""
        c = self.config
        n, m = ids.shape[1], pool.shape[1]
        rotary = rotary_table(torch.arange(n, device=ids.device), c.head_dim, c.rope_theta)
        compact = rotary_table(torch.arange(m, device=ids.device), c.head_dim, c.rope_theta)
        mask = real[:, None, None, :]
        x = self.embed_tokens(ids)
        for layer in self.layers[:-1]:
            x, _ = layer(x, rotary, mask)
        last = self.layers[-1]
        pooled = torch.bmm(pool.to(x.dtype), x)
        attended, _ = last.self_attn(last.input_layernorm(pooled), last.input_layernorm(x), compact, rotary, mask)
        pooled = pooled + attended
        return pooled + last.mlp(last.post_attention_layernorm(pooled))

    def encode(self, windows: list[list[int]], ratio: int, width: int | None = None) -> tuple[Tensor, list[int]]:
        """Token lists -> slots [b, m, d] and the slot count of each; `width` fixes the padded length."""
        device = self.embed_tokens.weight.device
        lengths = [len(w) for w in windows]
        n = width or max(lengths)
        ids = torch.zeros(len(windows), n, dtype=torch.long)
        for row, w in zip(ids, windows, strict=True):
            row[: len(w)] = torch.tensor(w)
        real = torch.arange(n)[None] < torch.tensor(lengths)[:, None]
        pool = pooling_matrix(lengths, ratio, n)
        if width and pool.shape[1] < (m := slot_count(width, ratio)):
            pool = torch.cat((pool, pool.new_zeros(len(windows), m - pool.shape[1], n)), 1)
        slots = self(ids.to(device), real.to(device), pool.to(device))
        return slots, [slot_count(k, ratio) for k in lengths]


class PccEncoder(nn.Module):
    """Memory tokens after the segment; slots are their final-normed states.

    PCC gives every segment, also a short one, its first window / ratio memory tokens. Here a memory token stands for a
    place of the window: a segment has one for each `ratio` tokens that are there, that of the group's last place. So a
    short window has fewer slots, and the encoder, which is causal, can tell at which ratio it reads.
    """

    kind = "pcc"

    def __init__(self, config: ModelConfig, max_memory: int, window: int = 256) -> None:
        super().__init__()
        self.config = config
        self.window = window
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mem_embeddings = nn.Embedding(max_memory, config.hidden_size)
        self.rec_tok = nn.Embedding(1, config.hidden_size)
        self.cont_tok = nn.Embedding(1, config.hidden_size)

    @property
    def finest_ratio(self) -> int:
        """As many slots as there are memory tokens."""
        return self.window // self.mem_embeddings.num_embeddings

    def slots_of(self, length: int, ratio: int) -> int:
        return slot_count(length, ratio)

    def memory(self, length: int, ratio: int) -> Tensor:
        """The memory tokens of a window of so many tokens."""
        step = ratio // self.finest_ratio
        return torch.arange(1, slot_count(length, ratio) + 1) * step - 1

    def forward(self, ids: Tensor, where: Tensor) -> Tensor:
        """ids: [b, n + k], memory token j as vocab_size + j; where: [b, k] their places -> slots [b, k, d]."""
        c = self.config
        is_memory = ids >= c.vocab_size
        words = self.embed_tokens(ids.masked_fill(is_memory, 0))
        memory = self.mem_embeddings((ids - c.vocab_size).clamp_min(0))
        x = torch.where(is_memory[..., None], memory, words)
        rotary = rotary_table(torch.arange(ids.shape[1], device=ids.device), c.head_dim, c.rope_theta)
        for layer in self.layers:
            x, _ = layer(x, rotary, None, True)
        return self.norm(x.gather(1, where[..., None].expand(-1, -1, x.shape[-1])))

    def encode(self, windows: list[list[int]], ratio: int, width: int | None = None) -> tuple[Tensor, list[int]]:
        """Token lists -> slots [b, m, d] and the slot count of each; `width` fixes the padded length."""
        device = self.embed_tokens.weight.device
        n = width or max(len(w) for w in windows)
        k = slot_count(n, ratio)
        ids = torch.zeros(len(windows), n + k, dtype=torch.long)
        where = torch.zeros(len(windows), k, dtype=torch.long)
        counts = [slot_count(len(w), ratio) for w in windows]
        for row, place, w, count in zip(ids, where, windows, counts, strict=True):
            end = len(w)
            row[:end] = torch.tensor(w)
            row[end : end + count] = self.config.vocab_size + self.memory(end, ratio)
            place[:count] = end + torch.arange(count)
        return self(ids.to(device), where.to(device)), counts


Encoder = ArcEncoder | PccEncoder


@torch.no_grad()
def window_slots(encoder: Encoder, windows: list[list[int]], ratio: int) -> Tensor:
    """The slots of token lists in order, without padding: [m, d]."""
    slots, counts = encoder.encode(windows, ratio)
    return torch.cat([s[:c] for s, c in zip(slots, counts, strict=True)])


def from_decoder(decoder: Decoder, kind: str, layers: int, window: int, ratios: tuple[int, ...]) -> Encoder:
    """An encoder that starts from the decoder's embedding table and its first `layers` layers.

    ARC's layers add nothing at first, so its slots are the means of the embeddings of their tokens: at 1x the text
    itself, which the decoder can read. From layers that do add, training finds slots that tell what a file is about,
    at any ratio, and never comes to its wording.
    """
    config = replace(decoder.config, num_hidden_layers=layers)
    encoder: Encoder
    if kind == "arc":
        encoder = ArcEncoder(config)
    else:
        encoder = PccEncoder(config, window // min(ratios), window)
        encoder.norm.load_state_dict(decoder.model.norm.state_dict())
        table = decoder.model.embed_tokens.weight
        nn.init.normal_(encoder.mem_embeddings.weight, std=float(table.detach().pow(2).mean().sqrt()))
    encoder.embed_tokens.load_state_dict(decoder.model.embed_tokens.state_dict())
    for mine, theirs in zip(encoder.layers, decoder.model.layers, strict=False):
        mine.load_state_dict(theirs.state_dict())
    if isinstance(encoder, ArcEncoder):
        for layer in encoder.layers:
            nn.init.zeros_(layer.self_attn.o_proj.weight)
            nn.init.zeros_(layer.mlp.down_proj.weight)
    return encoder


def encoder_config(encoder: Encoder, window: int, ratios: tuple[int, ...]) -> dict[str, Any]:
    """config.json of the export."""
    values = asdict(encoder.config)
    values.pop("max_position_embeddings")
    if values["qk_norm"]:
        values.pop("qk_norm")
    extra = {"max_memory_tokens": encoder.mem_embeddings.num_embeddings} if isinstance(encoder, PccEncoder) else {}
    return {"kind": encoder.kind, **values, "window": window, "ratios": list(ratios), **extra}


def encoder_from_config(values: dict[str, Any]) -> Encoder:
    config = ModelConfig.from_dict(values)
    if values["kind"] == "pcc":
        return PccEncoder(config, values["max_memory_tokens"], values["window"])
    return ArcEncoder(config)
