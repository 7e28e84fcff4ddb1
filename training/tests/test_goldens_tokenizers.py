"""The tiny tokenizers: in the layouts of published ones, and what the cases say of them."""

import json
from pathlib import Path

import pytest

from shorthand_training.goldens_tokenizers import LAYOUTS, VOCABULARY, token_ids, write_tokenizer, write_tokenizer_cases

transformers = pytest.importorskip("transformers")


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_family_loads_in_transformers_and_gives_back_its_texts(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "decoder"
    folder.mkdir()
    write_tokenizer(folder, name)
    write_tokenizer_cases(folder, tmp_path / "tokenizer.json")
    cases = json.loads((tmp_path / "tokenizer.json").read_text())
    reader = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    assert len(reader) == VOCABULARY
    assert reader.eos_token_id == token_ids(name)["eos_token_id"]
    assert reader.bos_token_id == token_ids(name)["bos_token_id"]
    code = next(case for case in cases["texts"] if "def f(x)" in case["text"])
    # Even this little vocabulary has tokens for more than single characters.
    assert len(code["ids"]) < len(code["text"]) * 0.9
    assert reader.decode(code["start_ids"], clean_up_tokenization_spaces=False) == code["text"]
    for case in cases.get("conversations", []):
        assert ("refused" in case) == (name == "mistral" and case["messages"][0]["role"] == "system")
        if "text" in case:
            assert case["messages"][-1]["content"].strip() in case["text"]


def test_a_layout_says_what_its_tokenizer_does(tmp_path: Path) -> None:
    models = {name: LAYOUTS[name].build(LAYOUTS[name]) for name in LAYOUTS}
    assert all(models[name]["model"]["byte_fallback"] for name in ("llama2", "mistral", "phi3"))
    assert models["llama3"]["model"]["ignore_merges"] and models["qwen2"]["normalizer"] == {"type": "NFC"}
    assert models["olmo2"]["pre_tokenizer"]["pretokenizers"][0]["invert"]
    assert [t["content"] for t in models["olmo"]["added_tokens"] if not t["special"]] == [
        " " * n for n in range(8, 1, -1)
    ]
    write_tokenizer(tmp_path, "olmo2")
    assert (tmp_path / "chat_template.jinja").exists()
