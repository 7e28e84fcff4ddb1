"""Rebuild the corpus from `corpus.json`: clone (or read existing mirrors), filter, deduplicate, write JSON lines.

    python -m shorthand_training.corpus --list corpus.json --out CORPUS [--mirrors DIR]
    python -m shorthand_training.corpus --pin owner/name ... --mirrors DIR   # add or refresh entries of the list

Output: CORPUS/{train,valid,test}.jsonl, one file a line: {repo, path, language, text}; files of one repository are
next to each other, in path order. CORPUS/summary.json says by split what is in it (repositories, and files and bytes by
language) and how many files of the wanted languages were dropped for which reason. Third-party text stays there and is
never part of this project.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import filters
from .repository import blobs, git, git_directory, licence_of, refused_folders, tree

MAX_BYTES_PER_REPOSITORY = 7_000_000

Record = dict[str, str]


@dataclass
class Source:
    """One line of corpus.json."""

    repo: str
    commit: str
    licence: str
    split: str  # train | valid | test


@dataclass
class Extract:
    """What one repository gives, and how many of its files were dropped for which reason."""

    records: list[Record]
    dropped: Counter[str]


@dataclass
class Summary:
    """One split: counts by language, and dropped files by reason."""

    repositories: int
    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, records: list[Record]) -> None:
        """Count the records of one repository."""
        for record in records:
            self.files[record["language"]] += 1
            self.bytes[record["language"]] += len(record["text"].encode())


def read_list(path: Path) -> list[Source]:
    return [Source(**entry) for entry in json.loads(path.read_text())["repositories"]]


def write_list(path: Path, sources: list[Source]) -> None:
    order = {"train": 0, "valid": 1, "test": 2}
    ranked = sorted(sources, key=lambda s: (order[s.split], s.repo.lower()))
    lines = ",\n".join("    " + json.dumps(asdict(s)) for s in ranked)
    path.write_text('{\n  "repositories": [\n' + lines + "\n  ]\n}\n")


def extract(source: Source, mirrors: Path) -> Extract:
    """Clean files of one repository, in path order."""
    directory = git_directory(source.repo, mirrors, source.commit)
    dropped: Counter[str] = Counter()
    chosen: dict[str, str] = {}
    paths = tree(directory, source.commit)
    refused = refused_folders(directory, source.commit, paths)
    for path in paths:
        language = filters.language_of(path)
        if language is None:
            continue
        if path.startswith(refused):
            dropped["licence"] += 1
        elif filters.is_test_path(path) and not filters.keep_test(source.repo + path):
            dropped["test"] += 1
        else:
            chosen[path] = language
    records = []
    unread = len(chosen)
    for path, raw in blobs(directory, source.commit, list(chosen)):
        unread -= 1
        text = filters.normalise(raw)
        reason = filters.fault(text, chosen[path])
        if reason is None:
            records.append({"repo": source.repo, "path": path, "language": chosen[path], "text": text})
        else:
            dropped[reason] += 1
    dropped["too large or not UTF-8"] += unread
    return Extract(records, dropped)


def within(records: list[Record], limit: int) -> list[Record]:
    """At most `limit` bytes of records, a repository's own code before examples and tests; in the order given."""
    kept: set[int] = set()
    total = 0
    for i in sorted(range(len(records)), key=lambda i: filters.rank(records[i]["path"])):
        size = len(records[i]["text"].encode())
        if total + size <= limit:
            total += size
            kept.add(i)
    return [record for i, record in enumerate(records) if i in kept]


def build(sources: list[Source], mirrors: Path, out: Path, workers: int) -> dict[str, Summary]:
    """Write the three splits and their summary."""
    out.mkdir(parents=True, exist_ok=True)
    summaries: dict[str, Summary] = {}
    seen = filters.Deduplicator()
    # held-out repositories first: no copy of theirs slips into training, and what is added to training changes neither
    for split in ("test", "valid", "train"):
        chosen = [s for s in sources if s.split == split]
        summary = Summary(len(chosen))
        temporary = out / f"{split}.jsonl.tmp"
        with temporary.open("w") as handle, ProcessPoolExecutor(workers) as pool:
            for found in pool.map(extract, chosen, [mirrors] * len(chosen)):
                new = [r for r in found.records if seen.is_new(r["text"])]
                kept = within(new, MAX_BYTES_PER_REPOSITORY)
                for record in kept:
                    handle.write(json.dumps(record, ensure_ascii=False) + "\n")
                summary.add(kept)
                summary.dropped.update(found.dropped)
                summary.dropped["repeated"] += len(found.records) - len(new)
                summary.dropped["over the limit"] += len(new) - len(kept)
        temporary.rename(out / f"{split}.jsonl")
        summaries[split] = summary
        print(split, f"{sum(summary.bytes.values()) / 1e6:.1f} MB", dict(summary.bytes), flush=True)
    (out / "summary.json").write_text(json.dumps({s: vars(c) for s, c in summaries.items()}, indent=2) + "\n")
    return summaries


def pin(repositories: list[str], split: str, mirrors: Path, sources: list[Source]) -> list[Source]:
    """Add repositories at their newest commit; those without a recognised permissive licence are named and left out."""
    kept = {s.repo: s for s in sources}
    for repo in repositories:
        directory = git_directory(repo, mirrors)
        commit = git(directory, "rev-parse", "HEAD").decode().strip()
        licence = licence_of(directory, commit)
        if licence is None:
            print(f"left out, licence not recognised as permissive: {repo}", flush=True)
            continue
        kept[repo] = Source(repo, commit, licence, split)
    return list(kept.values())


def read_split(corpus: Path, split: str) -> Iterator[dict[str, str]]:
    """Records of one split of a built corpus."""
    with (corpus / f"{split}.jsonl").open() as handle:
        for line in handle:
            yield json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", type=Path, default=Path(__file__).parent.parent / "corpus.json")
    parser.add_argument("--mirrors", type=Path, default=Path("mirrors"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pin", nargs="*")
    parser.add_argument("--split", default="train", choices=["train", "valid", "test"])
    arguments = parser.parse_args()
    sources = read_list(arguments.list) if arguments.list.exists() else []
    if arguments.pin is not None:
        write_list(arguments.list, pin(arguments.pin, arguments.split, arguments.mirrors, sources))
        return
    if arguments.out is None:
        parser.error("--out is needed to build the corpus")
    build(sources, arguments.mirrors, arguments.out, arguments.workers)


if __name__ == "__main__":
    main()
