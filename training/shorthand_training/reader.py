"""A frozen decoder of any family that transformers reads, as this package's own `Decoder` behaves.

`load_reader` takes a folder in Hugging Face's layout. Weights can be rounded as the shipped graph rounds them, so that
the frozen decoder of training is the one that users run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from .prompt import PlainPrompt, Prompt, RolePrompt
from .quantise import Rounding, dequantised
from .template import IDS


class Reader(Protocol):
    """What reads embeddings: `model.Decoder` and `HuggingFaceReader`."""

    @property
    def device(self) -> torch.device: ...

    @property
    def size(self) -> int:
        """Width of an embedding."""
        ...

    @property
    def embedding_rms(self) -> float:
        """Root mean square of the lookup table: the size that slots should have."""
        ...

    def embed(self, ids: Tensor) -> Tensor:
        """ids: [b, n] -> [b, n, d]."""
        ...

    def hidden(
        self, embeds: Tensor, mask: Tensor | None = None, cache: Any = None, positions: Tensor | None = None
    ) -> tuple[Tensor, Any]:
        """embeds: [b, n, d] -> final-normed states [b, n, d] and the cache for the next call."""
        ...

    @property
    def head_table(self) -> Tensor:
        """[vocab, d]: what final states are multiplied with."""
        ...

    def logits(self, hidden: Tensor) -> Tensor:
        """[..., d] -> [..., vocab]."""
        ...


def token_losses(decoder: Reader, hidden: Tensor, targets: Tensor) -> Tensor:
    """hidden: [k, d] at the k positions that predict targets: [k] -> cross entropy [k], float32."""
    return nn.functional.cross_entropy(decoder.logits(hidden).float(), targets, reduction="none")


class HuggingFaceReader(nn.Module):
    """Wraps a `...ForCausalLM`; `table` [vocab, d] is what ids are looked up in."""

    def __init__(self, model: Any, table: Tensor) -> None:
        super().__init__()
        self.causal = model
        self.register_buffer("table", table, persistent=False)
        self.requires_grad_(False).eval()

    @property
    def device(self) -> torch.device:
        return self.table.device

    @property
    def size(self) -> int:
        return self.table.shape[1]

    @property
    def embedding_rms(self) -> float:
        return float(self.table.float().pow(2).mean().sqrt())

    def embed(self, ids: Tensor) -> Tensor:
        """ids: [b, n] -> [b, n, d]."""
        return nn.functional.embedding(ids, self.table)

    def hidden(
        self, embeds: Tensor, mask: Tensor | None = None, cache: Any = None, positions: Tensor | None = None
    ) -> tuple[Tensor, Any]:
        """embeds: [b, n, d]; mask: [b, 1, n, past + n] True = may look -> final-normed states and the cache.

        Without a mask (training) nothing is cached.
        """
        if positions is not None:
            positions = positions.expand(len(embeds), -1)
        answer = self.causal.base_model(
            inputs_embeds=embeds, attention_mask=mask, past_key_values=cache, position_ids=positions,
            use_cache=mask is not None,
        )  # fmt: skip
        return answer.last_hidden_state, answer.past_key_values

    @property
    def head_table(self) -> Tensor:
        """[vocab, d]: what final states are multiplied with; no family that is supported adds a bias."""
        return self.causal.get_output_embeddings().weight

    def logits(self, hidden: Tensor) -> Tensor:
        """[..., d] -> [..., vocab]."""
        return self.causal.get_output_embeddings()(hidden)


@torch.no_grad()
def freeze(model: Any, rounding: Rounding) -> HuggingFaceReader:
    """A reader whose matrices hold what the graph multiplies with; the head has 8 bits or 16, the lookup is float16."""
    table = model.get_input_embeddings().weight.detach().clone()
    head = model.get_output_embeddings()
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            weight = module.weight.detach()
            bits = 8 if module is head and rounding.bits == 4 else rounding.bits
            rounded = weight.half() if bits == 16 else dequantised(weight, bits, rounding.block)
            module.weight = nn.Parameter(rounded.to(weight.dtype), requires_grad=False)
            if not torch.isfinite(module.weight).all():
                raise ValueError(f"{name}: weights are beyond float16")
    return HuggingFaceReader(model, table.half().to(table.dtype))


def load_reader(folder: Path, rounding: Rounding, dtype: torch.dtype = torch.float32) -> HuggingFaceReader:
    """A decoder folder in Hugging Face's layout, frozen."""
    from transformers import AutoModelForCausalLM

    return freeze(AutoModelForCausalLM.from_pretrained(folder, dtype=dtype), rounding)


def special_tokens(folder: Path, tokenizer: Tokenizer) -> tuple[int | None, int]:
    """What the tokenizer puts before every text (None: nothing) and what ends one, found as the engine finds them."""
    file = folder / "tokenizer_config.json"
    named: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def token(name: str) -> int | None:
        value = named.get(name)
        text = value["content"] if isinstance(value, dict) else value
        return None if text is None else tokenizer.token_to_id(text)

    put, bare = (tokenizer.encode("a", add_special_tokens=special).ids[0] for special in (True, False))
    adds = named.get("add_bos_token")
    bos = (token("bos_token") if adds else None) if isinstance(adds, bool) else (None if put == bare else put)
    end = token("eos_token")
    if end is None:
        end = json.loads((folder / "config.json").read_text()).get("eos_token_id")
        end = end[0] if isinstance(end, list) else end
    if end is None:
        raise ValueError(f"{folder}: neither tokenizer_config.json nor config.json says which token ends a text")
    return bos, end


def load_prompt(folder: Path) -> Prompt:
    """The prompt of a decoder folder with tokenizer.json: by roles if it has their tokens, else in plain words."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if all(tokenizer.token_to_id(token) == index for token, index in IDS.items()):
        return RolePrompt(tokenizer)
    return PlainPrompt(tokenizer, *special_tokens(folder, tokenizer))
