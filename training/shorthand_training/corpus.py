"""Rebuild the corpus from `corpus.json`: clone (or read existing mirrors), filter, deduplicate, write JSON lines.

    python -m shorthand_training.corpus --list corpus.json --out CORPUS [--mirrors DIR]
    python -m shorthand_training.corpus --pin owner/name ... --mirrors DIR   # add or refresh entries of the list

Output: CORPUS/{train,valid,test}.jsonl, one file a line: {repo, path, language, text}; files of one repository are
next to each other, in path order. Third-party text stays there and is never part of this project.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from . import filters, licences

MAX_BYTES_PER_REPOSITORY = 7_000_000


@dataclass
class Source:
    """One line of corpus.json."""

    repo: str
    commit: str
    licence: str
    split: str  # train | valid | test


def read_list(path: Path) -> list[Source]:
    return [Source(**entry) for entry in json.loads(path.read_text())["repositories"]]


def write_list(path: Path, sources: list[Source]) -> None:
    order = {"train": 0, "valid": 1, "test": 2}
    ranked = sorted(sources, key=lambda s: (order[s.split], s.repo.lower()))
    lines = ",\n".join("    " + json.dumps(asdict(s)) for s in ranked)
    path.write_text('{\n  "repositories": [\n' + lines + "\n  ]\n}\n")


def git(directory: Path, *arguments: str, data: bytes | None = None) -> bytes:
    return subprocess.run(
        ["git", "-C", str(directory), *arguments], input=data, stdout=subprocess.PIPE, check=True
    ).stdout


def git_directory(repo: str, mirrors: Path) -> Path:
    """An existing mirror `owner+name/repo` or `owner+name.git`, or a fresh shallow clone."""
    stem = mirrors / repo.replace("/", "+")
    for candidate in (stem / "repo", stem.with_name(stem.name + ".git"), stem):
        if (candidate / "objects").is_dir():
            return candidate
    target = stem.with_name(stem.name + ".git")
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "--bare", f"https://github.com/{repo}.git", str(target)], check=True)
    return target


def blobs(directory: Path, commit: str, paths: list[str]) -> Iterator[tuple[str, str]]:
    """(path, text) of every UTF-8 file among `paths` at `commit`."""
    listing = git(directory, "ls-tree", "-r", "-z", commit).decode("utf-8", "replace").split("\0")
    names: dict[str, str] = {}
    for line in filter(None, listing):
        head, path = line.split("\t", 1)
        _, kind, sha = head.split()
        if kind == "blob":
            names[path] = sha
    wanted = [p for p in (paths or names) if p in names]
    check = git(directory, "cat-file", "--batch-check", data="".join(names[p] + "\n" for p in wanted).encode())
    sizes = [int(a[2]) if len(a := line.split()) == 3 else -1 for line in check.decode().splitlines()]
    wanted = [p for p, size in zip(wanted, sizes, strict=True) if 0 <= size <= 2 * filters.MAX_BYTES]
    request = "".join(names[p] + "\n" for p in wanted).encode()
    answer = git(directory, "cat-file", "--batch", data=request)
    at = 0
    for path in wanted:
        end = answer.index(b"\n", at)
        header = answer[at:end].split()
        if header[-1] == b"missing":
            at = end + 1
            continue
        size = int(header[2])
        body = answer[end + 1 : end + 1 + size]
        at = end + 2 + size
        try:
            yield path, body.decode("utf-8")
        except UnicodeDecodeError:
            continue


def tree(directory: Path, commit: str) -> list[str]:
    names = git(directory, "ls-tree", "-r", "-z", "--name-only", commit)
    return sorted(p for p in names.decode("utf-8", "replace").split("\0") if p)


def licence_of(directory: Path, commit: str) -> str | None:
    """SPDX id by the licence files at the repository root; None if one is refused or none is recognised."""
    names = [p for p in tree(directory, commit) if "/" not in p]
    files = [p for p in names if p.upper().startswith(("LICENSE", "LICENCE", "COPYING", "UNLICENSE"))]
    texts = [text for _, text in blobs(directory, commit, files)] if files else []
    if any(licences.is_refused(text) for text in texts):
        return None
    found = {spdx for text in texts if (spdx := licences.recognise(text))}
    return " OR ".join(sorted(found)) or None


def extract(source: Source, mirrors: Path) -> list[dict[str, str]]:
    """Clean files of one repository, in path order; at most MAX_BYTES_PER_REPOSITORY of text, test code last."""
    directory = git_directory(source.repo, mirrors)
    chosen: dict[str, str] = {}
    for path in tree(directory, source.commit):
        language = filters.language_of(path)
        if language and (not filters.is_test_path(path) or filters.keep_test(source.repo + path)):
            chosen[path] = language
    records = []
    total = 0
    for path, raw in sorted(blobs(directory, source.commit, list(chosen)), key=lambda f: filters.is_test_path(f[0])):
        text = filters.normalise(raw)
        if total + len(text) > MAX_BYTES_PER_REPOSITORY or not filters.is_clean(text):
            continue
        total += len(text)
        records.append({"repo": source.repo, "path": path, "language": chosen[path], "text": text})
    return sorted(records, key=lambda r: r["path"])


def build(sources: list[Source], mirrors: Path, out: Path, workers: int) -> dict[str, Counter[str]]:
    """Write the three splits; returns bytes by language for each."""
    out.mkdir(parents=True, exist_ok=True)
    counts: dict[str, Counter[str]] = {}
    seen = filters.Deduplicator()
    # held-out repositories first, so that nothing of them can slip into training as a copy
    for split in ("test", "valid", "train"):
        counts[split] = Counter()
        chosen = [s for s in sources if s.split == split]
        temporary = out / f"{split}.jsonl.tmp"
        with temporary.open("w") as handle, ProcessPoolExecutor(workers) as pool:
            for records in pool.map(extract, chosen, [mirrors] * len(chosen)):
                for record in records:
                    if seen.is_new(record["text"]):
                        handle.write(json.dumps(record, ensure_ascii=False) + "\n")
                        counts[split][record["language"]] += len(record["text"].encode())
        temporary.rename(out / f"{split}.jsonl")
        print(split, f"{counts[split].total() / 1e6:.1f} MB", dict(counts[split]), flush=True)
    (out / "summary.json").write_text(json.dumps(counts, indent=2))
    return counts


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
