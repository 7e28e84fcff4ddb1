"""Model and training sizes: `nano` for two CPU cores in one sitting, `base` for a GPU, `tiny` for tests."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class ModelConfig:
    """Hugging Face Qwen3 fields that matter here."""

    hidden_size: int = 256
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 64
    intermediate_size: int = 768
    vocab_size: int = 16384
    max_position_embeddings: int = 4096
    rope_theta: float = 100000.0
    rms_norm_eps: float = 1e-6
    #: Queries and keys are normalised per head; false in encoders that begin with layers of Llama or Mistral.
    qk_norm: bool = True

    def as_hugging_face(self) -> dict[str, Any]:
        """config.json of a Qwen3ForCausalLM with tied embeddings."""
        return {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "attention_bias": False,
            "attention_dropout": 0.0,
            "bos_token_id": 0,
            "eos_token_id": 4,
            "hidden_act": "silu",
            "initializer_range": 0.02,
            "tie_word_embeddings": True,
            "torch_dtype": "float32",
            "use_cache": True,
            "use_sliding_window": False,
            "max_window_layers": self.num_hidden_layers,
            "rope_scaling": None,
            **{k: v for k, v in asdict(self).items() if k != "qk_norm"},
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelConfig:
        """Reads config.json, whether rope_theta stands at the top or inside rope_parameters."""
        rope = values.get("rope_parameters") or {}
        merged = {**values, **({"rope_theta": rope["rope_theta"]} if "rope_theta" in rope else {})}
        return cls(**{k: merged[k] for k in cls.__dataclass_fields__ if k in merged})


@dataclass(frozen=True)
class DecoderTraining:
    """Tokens a step = batch * length; the last `long_share` of the time uses `long_length` and mixes in tasks."""

    batch_tokens: int = 4096
    length: int = 1024
    long_length: int = 4096
    long_share: float = 0.2
    task_share: float = 0.3
    fim_share: float = 0.18
    #: Of the files in a sequence, those of which a part stands there again; not proven to help.
    again_share: float = 0.0
    #: Where it learns to read slots besides (`together.py`): the weight of that loss against that on plain text.
    slots_share: float = 0.5
    #: Of the rates: what decoder and compressor that have been trained together take when they go on.
    onward: float = 0.5
    muon_lr: float = 0.02
    adam_lr: float = 3e-3
    weight_decay: float = 0.02
    cooldown: float = 0.6


@dataclass(frozen=True)
class Ratios:
    """Which ratios batches are drawn at, and how often each, up to a share of the run."""

    until: float
    ratios: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class CompressorTraining:
    """One batch = `batch` items of up to `context_windows` windows each, all at one ratio.

    A run can begin with finer ratios than those that ship (`curriculum`), at which a slot is easily told from the next:
    once the decoder reads those, coarser ones are a small step. PCC's memory has no slots for them and leaves them out.
    The reconstruction share goes from its first to its last value over the run: slots must hold wording before they
    can be used for it.
    """

    encoder_layers: int = 4
    window: int = 256
    ratios: tuple[int, ...] = (4, 8, 16)
    ratio_weights: tuple[float, ...] = (0.3, 0.5, 0.2)
    curriculum: tuple[Ratios, ...] = ()
    batch: int = 12
    context_windows: int = 2
    target: int = 256
    reconstruction_shares: tuple[float, float] = (0.45, 0.15)
    between_share: float = 0.2
    neighbour_share: float = 0.12
    task_share: float = 0.2
    #: Tasks with more files than these are left to plain text.
    task_files: int = 2
    #: Of the batches of questions, those whose files stand among others of their repository (`crowd.py`); how many
    #: positions these take, at least and at most, and how often the text next to a question holds its symbol.
    crowd_share: float = 0.0
    crowd_positions: tuple[int, int] = (200, 2400)
    near_share: float = 0.4
    #: Of a run: how long the projector is trained alone. Much more of it makes slots a prompt that is the same for all.
    warmup_share: float = 0.01
    encoder_lr: float = 6e-4
    projector_lr: float = 1e-3
    #: What a compressor that begins with trained weights takes of these rates; at their full height it forgets first.
    onward: float = 0.4
    projector_hidden: int = 512
    #: A compressor that goes on reads its slots as a cache keeps them, in so many bytes each; and how strongly these
    #: are drawn to what the code can say.
    kept_bytes: int = 20
    commitment: float = 0.25
    weight_decay: float = 0.05
    #: Of the frozen decoder's weights, as it ships.
    bits: int = 8
    #: Held-out items that training is watched on: continuation, reconstruction and tasks.
    watched: tuple[int, int, int] = (48, 32, 24)

    def slower(self, share: float) -> CompressorTraining:
        """At `share` of the learning rates."""
        return replace(self, encoder_lr=self.encoder_lr * share, projector_lr=self.projector_lr * share)


#: What decoder and compressor are trained on together: from one token a slot, which the decoder reads like text, to
#: the ratios that ship; more questions, and more wording.
TOGETHER = CompressorTraining(
    ratio_weights=(0.4, 0.4, 0.2), reconstruction_shares=(0.6, 0.25), task_share=0.35, crowd_share=0.5,
    curriculum=(
        Ratios(0.12, (1, 2), (0.3, 0.7)), Ratios(0.35, (2, 4), (0.5, 0.5)), Ratios(0.55, (2, 4, 8), (0.2, 0.5, 0.3)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    name: str
    model: ModelConfig
    decoder: DecoderTraining
    compressor: CompressorTraining
    together: CompressorTraining = TOGETHER


NANO = Config(
    "nano", ModelConfig(),
    DecoderTraining(batch_tokens=8192, length=512, long_length=2048, task_share=0.4, again_share=0.1),
    CompressorTraining(),
)  # fmt: skip
BASE = Config(
    "base",
    ModelConfig(
        hidden_size=640, num_hidden_layers=12, num_attention_heads=10, num_key_value_heads=2, head_dim=64,
        intermediate_size=1792,
    ),
    DecoderTraining(batch_tokens=262144, length=2048, fim_share=0.4, muon_lr=0.02, adam_lr=2e-3),
    CompressorTraining(encoder_layers=6, batch=96, context_windows=4, encoder_lr=3e-4, projector_hidden=1280, bits=4),
    replace(TOGETHER, encoder_layers=6, batch=96, context_windows=4, encoder_lr=3e-4, projector_hidden=1280, bits=4),
)  # fmt: skip
TINY = Config(
    "tiny",
    ModelConfig(
        hidden_size=64, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
        intermediate_size=128, vocab_size=512, max_position_embeddings=512,
    ),
    DecoderTraining(batch_tokens=512, length=128, long_length=256),
    CompressorTraining(encoder_layers=2, batch=2, window=64, target=64, projector_hidden=128, watched=(8, 4, 2)),
    replace(
        TOGETHER, encoder_layers=2, batch=2, window=64, target=64, projector_hidden=128, watched=(8, 4, 2),
        crowd_positions=(20, 100),
    ),
)  # fmt: skip
CONFIGS = {c.name: c for c in (NANO, BASE, TINY)}
