"""Tiny tokenizers in the layout of each published family, with transformers' ids and rendered conversations.

Called by `goldens_decoders` and its siblings: `write_tokenizer` puts tokenizer.json, tokenizer_config.json and what
else a family publishes into a checkpoint's folder. `tokenizer.json` beside that folder has texts, conversations and
what they become.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from . import chat_templates as chat

VOCABULARY = 384
MARK = "\u2581"
#: Llama 3's words; Qwen's differ in the digits.
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SAMPLE = [
    "def add(value, other):\n    return value + other\n\n\nclass Store:\n    def get(self, key):\n"
    "        return self.values[key]\n",
    "export function add(value: number): number {\n  return value + 1;\n}\n",
    "The function returns the value of the key. What does this file do? It isn't said.\r\n",
    "for (let i = 0; i < 10; i++) { total += values[i]; } // it's 2026, 100%\n",
    "Größe und Schlüssel; élan, café; 한국어 함수; 漢字 😀\n",
]
TEXTS = [
    "",
    " ",
    "a",
    " a  b   c",
    "def f(x):\n    return x+1\n\n\n\tprint('it''s', \"we'll\", 12345)\r\n\r\nend",
    "IT'S we'Ve I'LL '\u017f 'K\u212a",
    "Größe é e\u0301 \u1100\u1161 ﬁ ß Ǆ 漢字かな 한국어 שלום مرحبا",
    "👩\u200d👩\u200d👧 🏽😀𝟘𐍈",
    "\ufeffBOM \u0085 \u2028x\u3000\u00a0\u200b\u180e",
    "½²Ⅷ٣٤ 1 22 333 4444 1234567",
    "\0\x01\x7f~`!@#$%^&*()_+-=[]{};':\",./<>?|\\",
    "                    indented\n        less\n" + " " * 40 + "far",
    "\n\n\n a\n\n \n\t\t\n",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    f"a{MARK}b {MARK} c",
]
CONVERSATIONS = [
    [("user", "What does add return?")],
    [("system", "Be short."), ("user", "What does add return?")],
    [("user", "Hello"), ("assistant", "Hello! It returns 1."), ("user", "  Why?\n")],
    [("system", " Be\nshort. "), ("user", "def f():\n    pass"), ("assistant", "Größe 한 😀"), ("user", "it's 2026")],
]


@dataclass(frozen=True)
class Layout:
    """`first` and `last` are special tokens before and behind the vocabulary; `plain` are added but not special."""

    build: Callable[[Layout], dict[str, Any]]
    template: str
    eos: str
    bos: str | None = None
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    #: The tokenizer itself puts `bos` before a text.
    adds_bos: bool = False
    rstrip: tuple[str, ...] = ()
    #: Ends beside `eos`, as generation_config.json names them.
    ends: tuple[str, ...] = ()
    config: dict[str, Any] = field(default_factory=dict)
    #: Where the template stands: in the configuration as text or as a list, or in a file.
    template_as: str = "text"


def added(token: str, index: int, special: bool, rstrip: bool) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": rstrip, "normalized": not special, "special": special}
    return {"id": index, "content": token, **flags}


def finish(trained: Tokenizer, layout: Layout) -> dict[str, Any]:
    """The file as JSON, with its added tokens and what goes before a text."""
    file = json.loads(trained.to_str())
    behind = (*layout.plain, *layout.last)
    start = VOCABULARY - len(behind)
    if trained.get_vocab_size() != start:
        raise RuntimeError(f"the sample gives {trained.get_vocab_size()} tokens, not {start}")
    tokens = [*enumerate(layout.first), *enumerate(behind, start)]
    file["added_tokens"] = [added(t, i, t not in layout.plain, t in layout.rstrip) for i, t in tokens]
    if layout.adds_bos and layout.bos:
        index = {t: i for i, t in tokens}[layout.bos]
        before, text = {"SpecialToken": {"id": layout.bos, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}
        special = {layout.bos: {"id": layout.bos, "ids": [index], "tokens": [layout.bos]}}
        pair = [before, text, {"Sequence": {"id": "B", "type_id": 1}}]
        post = {"type": "TemplateProcessing", "single": [before, text], "pair": pair, "special_tokens": special}
        file["post_processor"] = post
    return file


def train(trained: Tokenizer, layout: Layout, tokens: list[str], alphabet: list[str]) -> dict[str, Any]:
    size = VOCABULARY - len(layout.plain) - len(layout.last)
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=tokens, initial_alphabet=alphabet, limit_alphabet=300, show_progress=False
    )
    trained.train_from_iterator(SAMPLE * 4, trainer)
    return finish(trained, layout)


def byte_level(steps: list[Any], nfc: bool = False, ignore_merges: bool = False) -> Callable[[Layout], dict[str, Any]]:
    def build(layout: Layout) -> dict[str, Any]:
        tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
        tokenizer.pre_tokenizer = steps[0] if len(steps) == 1 else pre_tokenizers.Sequence(steps)
        if nfc:
            tokenizer.normalizer = normalizers.NFC()
        file = train(tokenizer, layout, list(layout.first), pre_tokenizers.ByteLevel.alphabet())
        file["decoder"] = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
        return file

    return build


def sentence_piece(pre: dict[str, Any] | None) -> Callable[[Layout], dict[str, Any]]:
    """Marks by the normaliser as older conversions have them (`pre` None), or by the pre-tokenizer."""

    def build(layout: Layout) -> dict[str, Any]:
        tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
        letters = sorted({MARK, *(c for text in SAMPLE[:4] for c in text if c.isprintable() and c != " ")})
        tokens = [*layout.first, *(f"<0x{byte:02X}>" for byte in range(256))]
        trainer = trainers.BpeTrainer(
            vocab_size=VOCABULARY - len(layout.last), special_tokens=tokens, initial_alphabet=letters,
            limit_alphabet=len(letters), show_progress=False,
        )  # fmt: skip
        tokenizer.train_from_iterator(SAMPLE * 4, trainer)
        file = finish(tokenizer, layout)
        space = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}
        file["pre_tokenizer"] = pre
        if pre is None:
            prepend = {"type": "Prepend", "prepend": MARK}
            file["normalizer"] = {"type": "Sequence", "normalizers": [prepend, space]}
        back = {"type": "Replace", "pattern": {"String": MARK}, "content": " "}
        strip = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
        steps = [back, {"type": "ByteFallback"}, {"type": "Fuse"}, strip]
        file["decoder"] = {"type": "Sequence", "decoders": steps}
        return file

    return build


def bytes_after(words: str, behavior: str = "isolated") -> list[Any]:
    split = pre_tokenizers.Split(Regex(words), behavior, invert=behavior == "removed")
    return [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]


GPT2_WORDS = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
QWEN = byte_level(bytes_after(WORDS.replace("{1,3}", "")), nfc=True)
PIECES = ("<unk>", "<s>", "</s>")
LLAMA3 = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eom_id|>",
    "<|eot_id|>",
)
CHAT = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")

LAYOUTS: dict[str, Layout] = {
    "llama2": Layout(
        sentence_piece(None), chat.INSTRUCTIONS, eos="</s>", bos="<s>", first=PIECES, adds_bos=True,
        config={"add_bos_token": True, "tokenizer_class": "LlamaTokenizer"},
    ),
    "mistral": Layout(
        sentence_piece({"type": "Metaspace", "replacement": MARK, "prepend_scheme": "first", "split": False}),
        chat.STRICT, eos="</s>", bos="<s>", first=PIECES, adds_bos=True, config={"tokenizer_class": "LlamaTokenizer"},
    ),
    "phi3": Layout(
        sentence_piece(None), chat.ROLES_AS_TOKENS, eos="<|endoftext|>", bos="<s>", first=PIECES,
        last=("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
        rstrip=("<|system|>", "<|user|>", "<|assistant|>", "<|end|>"), ends=("<|end|>",),
        config={"add_bos_token": False, "tokenizer_class": "LlamaTokenizer"},
    ),
    "llama3": Layout(
        byte_level(bytes_after(WORDS), ignore_merges=True), chat.HEADERS, eos="<|eot_id|>", bos="<|begin_of_text|>",
        last=LLAMA3, adds_bos=True, ends=("<|end_of_text|>", "<|eom_id|>"),
    ),
    "qwen2": Layout(QWEN, chat.CHAT_ML, eos="<|im_end|>", last=CHAT, config={"tokenizer_class": "Qwen2Tokenizer"}),
    "qwen3": Layout(
        QWEN, chat.THINKING, eos="<|im_end|>", last=CHAT, plain=("<tool_call>", "<think>", "</think>"),
        ends=("<|endoftext|>",), config={"tokenizer_class": "Qwen2Tokenizer"},
    ),
    "olmo": Layout(
        byte_level([GPT2_WORDS], nfc=True), chat.ROLES_AS_TEXT, eos="<|endoftext|>", first=("<|endoftext|>",),
        plain=tuple(" " * n for n in range(8, 1, -1)), config={"tokenizer_class": "GPTNeoXTokenizer"},
    ),
    "olmo2": Layout(
        byte_level(bytes_after(WORDS, "removed")), chat.ROLES_AS_TEXT, eos="<|endoftext|>", bos="<|endoftext|>",
        last=("<|endoftext|>",), template_as="file", config={"tokenizer_class": "GPT2Tokenizer"},
    ),
    "smollm": Layout(
        byte_level([pre_tokenizers.Digits(individual_digits=True), GPT2_WORDS]), chat.CHAT_ML, eos="<|im_end|>",
        bos="<|im_start|>", first=CHAT, template_as="list", config={"tokenizer_class": "GPT2Tokenizer"},
    ),
    "gpt2": Layout(
        byte_level([GPT2_WORDS]), "", eos="<|endoftext|>", bos="<|endoftext|>", last=("<|endoftext|>",),
        config={"tokenizer_class": "GPT2Tokenizer"},
    ),
}  # fmt: skip


def write_json(file: Path, content: Any, indent: int | None = 2) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=indent) + "\n")


@functools.cache
def tokenizer_file(name: str) -> dict[str, Any]:
    layout = LAYOUTS[name]
    return layout.build(layout)


def token_ids(name: str) -> dict[str, int | None]:
    """A family's bos_token_id and eos_token_id, for config.json."""
    layout = LAYOUTS[name]
    ids = {token["content"]: token["id"] for token in tokenizer_file(name)["added_tokens"]}
    return {"bos_token_id": ids[layout.bos] if layout.bos else None, "eos_token_id": ids[layout.eos]}


def write_tokenizer(folder: Path, name: str) -> None:
    """Writes a family's files into a checkpoint's folder."""
    layout, file = LAYOUTS[name], tokenizer_file(name)
    write_json(folder / "tokenizer.json", file, None)
    special = {k: t for k, t in (("bos_token", layout.bos), ("eos_token", layout.eos)) if t}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 2048, **layout.config, **special}
    if layout.template_as == "file":
        (folder / "chat_template.jinja").write_text(layout.template)
    elif layout.template_as == "list":
        named = [{"name": "tool_use", "template": "{{ tools }}"}, {"name": "default", "template": layout.template}]
        config["chat_template"] = named
    elif layout.template:
        config["chat_template"] = layout.template
    write_json(folder / "tokenizer_config.json", config)
    write_json(folder / "special_tokens_map.json", special)
    if layout.ends:
        ids = {token["content"]: token["id"] for token in file["added_tokens"]}
        write_json(folder / "generation_config.json", {"eos_token_id": [ids[t] for t in (layout.eos, *layout.ends)]})


def plain_reader(file: dict[str, Any]) -> Tokenizer:
    """The tokenizer without special tokens and without a space before the text: a text in the middle of another."""
    bare = copy.deepcopy(file)
    bare["added_tokens"] = [token for token in file["added_tokens"] if token["content"].isspace()]
    bare["post_processor"] = None
    if bare["pre_tokenizer"] and "prepend_scheme" in bare["pre_tokenizer"]:
        bare["pre_tokenizer"]["prepend_scheme"] = "never"
    if bare["normalizer"] and "normalizers" in bare["normalizer"]:
        bare["normalizer"]["normalizers"] = [s for s in bare["normalizer"]["normalizers"] if s["type"] != "Prepend"]
    return Tokenizer.from_str(json.dumps(bare))


def conversation_case(reader: Any, conversation: list[tuple[str, str]]) -> dict[str, Any]:
    messages = [{"role": role, "content": content} for role, content in conversation]
    try:
        text = reader.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    except Exception as error:  # noqa: BLE001 (jinja2's own class, which is no dependency here)
        return {"messages": messages, "refused": str(error)}
    return {"messages": messages, "text": text, "ids": reader(text, add_special_tokens=False)["input_ids"]}


def write_tokenizer_cases(folder: Path, file: Path) -> None:
    """Writes what transformers makes of texts and conversations with the tokenizer in `folder`."""
    from transformers import PreTrainedTokenizerFast

    reader = PreTrainedTokenizerFast.from_pretrained(folder)
    content = json.loads((folder / "tokenizer.json").read_text())
    bare = plain_reader(content)
    cases: dict[str, Any] = {
        "ids": "of a text in the middle of another; start_ids: of a text with nothing before it, no special tokens",
        "texts": [
            {
                "text": text,
                "ids": bare.encode(text, add_special_tokens=False).ids,
                "start_ids": reader.backend_tokenizer.encode(text, add_special_tokens=False).ids,
            }
            for text in TEXTS
        ],
    }
    if reader.chat_template:
        cases["conversations"] = [conversation_case(reader, conversation) for conversation in CONVERSATIONS]
    write_json(file, cases, None)
