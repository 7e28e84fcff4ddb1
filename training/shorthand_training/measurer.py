"""A bundle with its decoder as it ships, and what that decoder loses on a text behind any kind of context."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .export import Bundle
from .items import file_header
from .model import Decoder
from .quantise import frozen
from .template import BOS, IDS
from .tokenizer import encode


class Measurer:
    """Bundle, tokenizer and quantised decoder, with the embeddings of each kind of context."""

    def __init__(self, bundle: Bundle, tokenizer: Tokenizer) -> None:
        self.bundle, self.tokenizer = bundle, tokenizer
        self.decoder: Decoder = frozen(bundle.decoder)

    def ids(self, ids: list[int]) -> Tensor:
        return self.decoder.embed(torch.tensor(ids, dtype=torch.long))

    def text(self, text: str) -> list[int]:
        return encode(self.tokenizer, text)

    def windows(self, texts: list[str]) -> list[list[int]]:
        return [self.text(t)[: self.bundle.window] for t in texts]

    @torch.no_grad()
    def encoded(self, texts: list[str], ratio: int) -> Tensor:
        """The windows' slots in order, in encoder space, as a cache keeps them: [m, d_enc]."""
        slots, counts = self.bundle.encoder.encode(self.windows(texts), ratio)
        return torch.cat([s[:c] for s, c in zip(slots, counts, strict=True)])

    @torch.no_grad()
    def projected(self, slots: Tensor, special: str = "cont") -> Tensor:
        """slots: [m, d_enc] -> with the special slot behind them, in the decoder's space: [m + 1, d]."""
        encoder = self.bundle.encoder
        last = (encoder.cont_tok if special == "cont" else encoder.rec_tok).weight
        return self.bundle.projector(torch.cat((slots, last)))

    def slots(self, texts: list[str], ratio: int, special: str = "cont") -> Tensor:
        """Projected slots of the windows in order, then the special slot: [m + 1, d]."""
        return self.projected(self.encoded(texts, ratio), special)

    def head(self, path: str) -> Tensor:
        return self.ids([IDS[BOS], *file_header(self.tokenizer, path)])

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
