"""Several tokens in one position, by a code that a decoder learns to read before it is frozen.

A decoder that was only ever given one token a position has to be talked into reading a vector that stands for four, and
a small one may not have learnt enough for that. So a share of a decoder's training can give part of its context as
sums: each token's embedding, turned by a matrix that belongs to its place in the group, is added up
(balanced groups, as ARC pools). The matrices are learnt with the decoder and are no part of it: they show a compressor,
of whichever family, one way to speak to it that works, and are not needed afterwards.
"""

from __future__ import annotations

import random
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from .assembly import counted_loss, project_windows, splice, to_device
from .checkpoint import save_tensors
from .config import CompressorTraining
from .drawing import draw
from .items import Items, read_files
from .model import Decoder
from .pooling import slot_count, split_integer
from .prefetch import Prefetch
from .prompt import RolePrompt
from .tokenizer import load

#: Slots for at most so many tokens.
COARSEST = 16


class Superposition(nn.Module):
    """Makes slots as an encoder does, in the decoder's own space."""

    #: A slot for each token is the text itself, but for one turn.
    finest_ratio = 1

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        d = decoder.size
        # random signs are orthogonal, so that what is added can be told apart from the start
        signs = torch.where(torch.rand(COARSEST, d) < 0.5, -1.0, 1.0)
        signs[0] = 1.0
        self.turns = nn.Parameter(torch.diag_embed(signs))
        self.cont_tok, self.rec_tok = nn.Embedding(1, d), nn.Embedding(1, d)
        self.decoders = (decoder,)  # its weights are not this module's

    def slots_of(self, length: int, ratio: int) -> int:
        return slot_count(length, ratio)

    def encode(self, windows: list[list[int]], ratio: int, width: int | None = None) -> tuple[Tensor, list[int]]:
        """Token lists -> slots [b, m, d] and the slot count of each; `width` fixes m."""
        (decoder,) = self.decoders
        counts = [slot_count(len(w), ratio) for w in windows]
        m = slot_count(width, ratio) if width else max(counts)
        groups: list[int] = []
        places: list[int] = []
        for b, window in enumerate(windows):
            for j, size in enumerate(split_integer(len(window), ratio)):
                groups += [b * m + j] * size
                places += range(size)
        group, place = torch.tensor(groups, device=decoder.device), torch.tensor(places, device=decoder.device)
        tokens = decoder.embed(torch.tensor([[t for w in windows for t in w]], device=decoder.device))[0]
        sums = tokens.new_zeros(len(windows) * m, tokens.shape[1])
        for k in range(max(places) + 1):
            chosen = (place == k).nonzero()[:, 0]
            sums = sums.index_add(0, group[chosen], (tokens[chosen] @ self.turns[k].T).to(sums.dtype))
        return sums.view(len(windows), m, -1), counts


class Scaled(nn.Module):
    """In a projector's place: every vector at the size of an embedding. Zeros stay."""

    def __init__(self, size: float) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., d] -> [..., d]."""
        wide = x.float()
        return wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6) * self.size


#: Beside a decoder that learnt to read it; no part of what ships.
FILE = "superposition.safetensors"


def load_superposition(decoder: Decoder, folder: Path) -> Superposition | None:
    """The code that the decoder in `folder` learnt to read, if it learnt one."""
    if not (folder / FILE).exists():
        return None
    code = Superposition(decoder)
    code.load_state_dict(load_file(folder / FILE))
    return code.to(decoder.device).requires_grad_(False)


def copying_loss(rows: Tensor, wanted: Tensor) -> Tensor:
    """rows, wanted: [s, d] -> squared error against the size of what is wanted; padding (zeros) does not count."""
    real = (wanted != 0).any(-1)
    return (rows.float() - wanted)[real].pow(2).mean() / wanted[real].pow(2).mean()


class SuperposedText:
    """A decoder's training on superposed text: items as a compressor is trained on, with this code for their slots."""

    def __init__(
        self, decoder: Decoder, corpus: Path, run: Path, settings: CompressorTraining, seed: int, share: float = 0.6
    ) -> None:
        self.decoder, self.settings = decoder, settings
        self.code = Superposition(decoder).to(decoder.device)
        self.scaled = Scaled(decoder.embedding_rms)
        self.progress, self.ratio = 0.0, 0
        rng = random.Random(seed)
        tokenizer = load(run / "tokenizer.json")
        tasks = run / "tasks/train.jsonl"
        files = read_files(corpus, "train", share, seed)
        items = Items(files, tasks, tokenizer, RolePrompt(tokenizer), settings.window, settings.target, rng)
        self.draw = Prefetch(lambda: draw(items, settings, self.code, rng, self.progress))

    def loss(self, progress: float) -> Tensor:
        """Of one batch; slots are as large as the decoder's embeddings are by now."""
        self.progress = progress
        self.scaled.size = self.decoder.embedding_rms
        batch = to_device(self.draw(), self.decoder.device)
        self.ratio = batch.ratio
        rows, m = project_windows(self.code, self.scaled, batch.windows, batch.ratio)
        embeds = splice(self.decoder, batch, rows, m)
        return counted_loss(self.decoder, embeds, batch.positions, batch.targets, batch.weights)

    def save(self, folder: Path) -> None:
        save_tensors(folder / FILE, self.code.state_dict())
