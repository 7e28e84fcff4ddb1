"""What a built corpus holds, as a Markdown table: repositories, files, megabytes and tokens by language and split.

python -m shorthand_training.corpus_table --corpus CORPUS --tokenizer RUN/tokenizer.json [--every 20]

Tokens are counted in every twentieth file and scaled by the bytes of its language.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from .corpus import read_split
from .tokenizer import encode, load


def tokens_per_byte(corpus: Path, split: str, tokenizer: Tokenizer, every: int) -> dict[str, float]:
    """By language, from every n-th of its files."""
    files: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    sampled: Counter[str] = Counter()
    for record in read_split(corpus, split):
        language = record["language"]
        if files[language] % every == 0:
            tokens[language] += len(encode(tokenizer, record["text"]))
            sampled[language] += len(record["text"].encode())
        files[language] += 1
    return {language: tokens[language] / sampled[language] for language in sampled}


def table(corpus: Path, tokenizer: Tokenizer, every: int) -> str:
    """Languages by size in training, one column for each split; below it the files that were dropped, by reason."""
    summaries: dict[str, dict[str, Any]] = json.loads((corpus / "summary.json").read_text())
    splits = ("train", "valid", "test")
    density = {split: tokens_per_byte(corpus, split, tokenizer, every) for split in splits}
    sizes = {split: Counter[str](summaries[split]["bytes"]) for split in splits}
    whole = {split: sum(sizes[split].values()) for split in splits}

    def cells(split: str, languages: list[str]) -> str:
        size = sum(sizes[split][language] for language in languages)
        files = sum(summaries[split]["files"].get(language, 0) for language in languages)
        tokens = sum(sizes[split][language] * density[split].get(language, 0) for language in languages)
        share = 100 * size / max(1, whole[split])
        return f"{files:,} | {size / 1e6:.1f} | {share:.0f} % | {tokens / 1e6:.1f}"

    def row(name: str, languages: list[str]) -> str:
        return f"| {name} | " + " | ".join(cells(split, languages) for split in splits) + " |"

    heads = " | ".join(f"{split}: files | MB | share | M tokens" for split in splits)
    languages = sorted(set().union(*sizes.values()), key=lambda name: -sizes["train"][name])
    repositories = ", ".join(f"{summaries[split]['repositories']} {split}" for split in splits)
    lines = [f"Repositories: {repositories}.", "", f"| | {heads} |", "|---" * 13 + "|"]
    lines += [row(language, [language]) for language in languages]
    lines += [row("all", languages), "", "| dropped in training | files |", "|---|---|"]
    dropped = Counter[str](summaries["train"]["dropped"])
    lines += [f"| {reason} | {count:,} |" for reason, count in dropped.most_common() if count]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--every", type=int, default=20)
    arguments = parser.parse_args()
    print(table(arguments.corpus, load(arguments.tokenizer), arguments.every), end="")


if __name__ == "__main__":
    main()
