"""The text layout that the decoder is trained on and that the engine builds in the same way.

document  = <|endoftext|> then, per file, <|file|>path\\n + content
turn      = <|user|>question<|assistant|>answer<|end|>
slots     = <|file|>path\\n [slots of the file's windows] [cont] ...
"""

from __future__ import annotations

BOS = "<|endoftext|>"
FILE = "<|file|>"
USER = "<|user|>"
ASSISTANT = "<|assistant|>"
END = "<|end|>"
FIM_PREFIX = "<|fim_prefix|>"
FIM_SUFFIX = "<|fim_suffix|>"
FIM_MIDDLE = "<|fim_middle|>"

SPECIAL_TOKENS = [
    BOS, FILE, USER, ASSISTANT, END, FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE, "<|memory_start|>", "<|memory_end|>",
    *(f"<|reserved_{i}|>" for i in range(6)),
]  # fmt: skip
IDS = {token: i for i, token in enumerate(SPECIAL_TOKENS)}
TEMPLATE = {"bos": BOS, "file": FILE, "user": USER, "assistant": ASSISTANT, "end": END}
NO_ANSWER = "I don't know: it is not in the context."


def header(path: str) -> str:
    """Text between <|file|> and the content."""
    return f"{path}\n"
