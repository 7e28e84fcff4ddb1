"""A pair of encoder and decoder as it ships, and what the decoder loses on a text behind any kind of context.

Slots are what a cache gives back of them: where the export has a code for them, they pass it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .codebooks import read_slot_code
from .encoder import window_slots
from .export import read_bundle, read_compressor
from .items import same_vocabulary
from .pairing import Pair
from .prompt import RolePrompt
from .quantise import Rounding, frozen
from .reader import load_prompt, load_reader
from .tokenizer import continuing, encode, load
from .vector_codes import ProductCode


@dataclass(frozen=True)
class Measurer(Pair):
    """Encoder, projector and frozen decoder."""

    rounding: Rounding = Rounding()
    code: ProductCode | None = None

    @cached_property
    def shared(self) -> bool:
        """Whether encoder and decoder read the same tokens."""
        return same_vocabulary(self.tokenizer, self.prompt.tokenizer)

    @classmethod
    def of_bundle(cls, folder: Path) -> Measurer:
        """An export with its own decoder."""
        b = read_bundle(folder)
        tokenizer = load(folder / "tokenizer.json")
        decoder = frozen(b.decoder, b.rounding.bits, b.rounding.block)
        code = read_slot_code(folder)
        return cls(decoder, RolePrompt(tokenizer), b.encoder, b.projector, tokenizer, b.window, b.rounding, code)

    @classmethod
    def of_pair(cls, compressor: Path, decoder: Path) -> Measurer:
        """What `pair` exported, and the decoder folder that it was trained against."""
        c = read_compressor(compressor)
        tokenizer = continuing(Tokenizer.from_file(str(compressor / "tokenizer.json")))
        reader = load_reader(decoder, c.rounding)
        code = read_slot_code(compressor)
        return cls(reader, load_prompt(decoder), c.encoder, c.projector, tokenizer, c.window, c.rounding, code)

    def with_compressor(self, folder: Path) -> Measurer:
        """Another encoder and projector over the same decoder, by the same tokenizer: an export's, or a run's.

        Raises ValueError where they were trained against a decoder that was rounded otherwise.
        """
        c = read_compressor(folder)
        if c.rounding != self.rounding:
            raise ValueError(f"{folder} was trained against a decoder of {c.rounding}, not of {self.rounding}")
        return replace(self, encoder=c.encoder, projector=c.projector, window=c.window, code=read_slot_code(folder))

    def ids(self, ids: list[int]) -> Tensor:
        """ids: [n] of the decoder -> [n, d]."""
        return self.decoder.embed(torch.tensor(ids, dtype=torch.long)[None])[0]

    def windows(self, texts: list[str]) -> list[list[int]]:
        """Windows as the encoder reads them."""
        return [encode(self.tokenizer, t)[: self.window] for t in texts]

    def texts(self, texts: list[str]) -> list[list[int]]:
        """The same as the decoder reads them."""
        return self.windows(texts) if self.shared else [self.prompt.text(t) for t in texts]

    @torch.no_grad()
    def encoded(self, texts: list[str], ratio: int) -> Tensor:
        """The windows' slots in order, in encoder space, as a cache keeps them: [m, d_enc]."""
        slots = window_slots(self.encoder, self.windows(texts), ratio)
        return self.code(slots) if self.code else slots

    @torch.no_grad()
    def projected(self, slots: Tensor, special: str = "cont") -> Tensor:
        """slots: [m, d_enc] -> with the special slot behind them, in the decoder's space: [m + 1, d]."""
        last = (self.encoder.cont_tok if special == "cont" else self.encoder.rec_tok).weight
        return self.projector(torch.cat((slots, last)))

    def slots(self, texts: list[str], ratio: int, special: str = "cont") -> Tensor:
        """Projected slots of the windows in order, then the special slot: [m + 1, d]."""
        return self.projected(self.encoded(texts, ratio), special)

    def head(self, path: str) -> Tensor:
        return self.ids([*self.prompt.start(), *self.prompt.file(path)])

    @torch.no_grad()
    def losses(self, prefixes: list[Tensor], targets: list[list[int]], batch: int = 8) -> list[Tensor]:
        """Per-token losses and hits: for each item [2, k] (negative log likelihood; 1 where the guess is right).

        Items of about the same length are read together: padding costs as much as text.
        """
        results: list[Tensor] = [torch.empty(0)] * len(prefixes)
        order = sorted(range(len(prefixes)), key=lambda i: len(prefixes[i]) + len(targets[i]))
        for i in range(0, len(order), batch):
            chosen = order[i : i + batch]
            part = [(prefixes[k], targets[k]) for k in chosen]
            rows = [torch.cat((p, self.ids(t[:-1]))) for p, t in part]
            n = max(map(len, rows))
            embeds = torch.stack([torch.cat((r, r.new_zeros(n - len(r), r.shape[1]))) for r in rows])
            hidden, _ = self.decoder.hidden(embeds)
            for j, (k, (p, t)) in enumerate(zip(chosen, part, strict=True)):
                logits = self.decoder.logits(hidden[j, len(p) - 1 : len(p) - 1 + len(t)]).float()
                wanted = torch.tensor(t)
                nll = torch.nn.functional.cross_entropy(logits, wanted, reduction="none")
                results[k] = torch.stack((nll, (logits.argmax(-1) == wanted).float()))
        return results
