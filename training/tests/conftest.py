"""A tiny corpus, tokenizer and models shared by the tests."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from shorthand_training.config import TINY, Config, ModelConfig
from shorthand_training.encoder import ArcEncoder
from shorthand_training.goldens import randomise
from shorthand_training.measurer import Measurer
from shorthand_training.model import Decoder
from shorthand_training.projector import MlpProjector
from shorthand_training.prompt import RolePrompt
from shorthand_training.quantise import frozen
from shorthand_training.tokenizer import train

torch.set_num_threads(1)

#: Wide enough for blocks of 128.
WIDE = ModelConfig(128, 2, 4, 2, 32, 256, 512, 512)


def file_text(i: int) -> str:
    lines = [f'"""Module number {i}."""\n\n']
    for j in range(14):
        lines.append(f'def function_{i}_{j}(value: int, other: str = "x{j}") -> int:\n')
        lines.append(f'    """Adds {j} to the value and returns it."""\n    return value + {j} * len(other)\n\n\n')
    if i:
        lines.insert(1, f"from .file_{i - 1} import function_{i - 1}_0\n\n\n")
        lines.append(f"total = function_{i - 1}_0({i})\n")
    return "".join(lines)


@pytest.fixture(scope="session")
def config() -> Config:
    return replace(TINY, decoder=replace(TINY.decoder, batch_tokens=256, length=64, long_length=128))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for split, repositories in (("train", ("a/one", "a/two")), ("valid", ("b/one",)), ("test", ("c/one", "c/two"))):
        with (folder / f"{split}.jsonl").open("w") as handle:
            for repo in repositories:
                for i in range(6):
                    record = {"repo": repo, "path": f"src/file_{i}.py", "language": "python", "text": file_text(i)}
                    handle.write(json.dumps(record) + "\n")
    return folder


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return train(iter([file_text(i) for i in range(20)]), 512)


@pytest.fixture
def decoder(config: Config) -> Decoder:
    model = Decoder(config.model)
    randomise(model, 0)
    return model


@pytest.fixture(scope="module")
def measurer(tokenizer: Tokenizer) -> Measurer:
    decoder, encoder = Decoder(WIDE), ArcEncoder(WIDE)
    randomise(decoder, 1)
    randomise(encoder, 2)
    torch.manual_seed(3)
    return Measurer(frozen(decoder), RolePrompt(tokenizer), encoder, MlpProjector(128, 64, 128), tokenizer, 64)
