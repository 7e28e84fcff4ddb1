"""An encoder and a decoder that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import Tokenizer
from torch import nn

from .encoder import Encoder
from .kept_slots import KeptSlots
from .projector import Projector
from .prompt import Prompt
from .quantise import Rounding
from .reader import Reader


@dataclass(frozen=True)
class Pair:
    """`tokenizer` is the encoder's, `prompt` the decoder's."""

    decoder: Reader
    prompt: Prompt
    encoder: Encoder
    projector: Projector
    tokenizer: Tokenizer
    window: int


@dataclass(frozen=True)
class Pairing(Pair):
    """What is trained against what."""

    ratios: tuple[int, ...]
    #: What the projector's configuration calls the decoder.
    decoder_id: str
    #: How the decoder's weights are rounded.
    rounding: Rounding
    #: Only the projector and the special vectors are trained.
    keep_encoder: bool = False
    #: Slots are read as a cache keeps them.
    kept: KeptSlots | None = None

    def added(self) -> list[nn.Parameter]:
        """What a kept encoder needs for this decoder."""
        return [*self.projector.parameters(), self.encoder.cont_tok.weight, self.encoder.rec_tok.weight]
