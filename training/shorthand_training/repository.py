"""Git repositories as the corpus reads them: clones, files at a commit, licences by what their files say."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from . import filters, licences

_LICENCE_NAMES = ("LICENSE", "LICENCE", "COPYING", "UNLICENSE")


def git(directory: Path, *arguments: str, data: bytes | None = None) -> bytes:
    """Standard output of a git command; raises CalledProcessError where it fails."""
    return subprocess.run(
        ["git", "-C", str(directory), *arguments], input=data, stdout=subprocess.PIPE, check=True
    ).stdout


def git_directory(repo: str, mirrors: Path, commit: str = "HEAD") -> Path:
    """A git directory that holds `commit`: a mirror owner+name/repo, owner+name.git or owner+name, else a new one.

    What is missing is fetched from GitHub without history.
    """
    stem = mirrors / repo.replace("/", "+")
    bare = stem.with_name(stem.name + ".git")
    directory = next((d for d in (stem / "repo", bare, stem) if (d / "objects").is_dir()), bare)
    if not directory.exists():
        directory.mkdir(parents=True)
        git(directory, "init", "--quiet", "--bare")
    if not _holds(directory, commit):
        git(directory, "fetch", "--quiet", "--depth", "1", f"https://github.com/{repo}.git", commit)
        if commit == "HEAD":
            git(directory, "update-ref", "--no-deref", "HEAD", "FETCH_HEAD")
    return directory


def _holds(directory: Path, commit: str) -> bool:
    command = ["git", "-C", str(directory), "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def blobs(directory: Path, commit: str, paths: list[str]) -> Iterator[tuple[str, str]]:
    """(path, text) of every UTF-8 file among `paths` at `commit`, none much larger than what the filters let pass."""
    listing = git(directory, "ls-tree", "-r", "-z", commit).decode("utf-8", "replace").split("\0")
    names: dict[str, str] = {}
    for line in filter(None, listing):
        head, path = line.split("\t", 1)
        _, kind, sha = head.split()
        if kind == "blob":
            names[path] = sha
    wanted = [p for p in paths if p in names]
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
    """Paths of all files at `commit`, sorted."""
    names = git(directory, "ls-tree", "-r", "-z", "--name-only", commit)
    return sorted(p for p in names.decode("utf-8", "replace").split("\0") if p)


def _is_licence(path: str) -> bool:
    name = PurePosixPath(path)
    return name.name.upper().startswith(_LICENCE_NAMES) and name.suffix not in filters.LANGUAGES


def licence_of(directory: Path, commit: str) -> str | None:
    """SPDX id by the licence files at the repository root; None if one is refused or none is recognised."""
    files = [p for p in tree(directory, commit) if "/" not in p and _is_licence(p)]
    texts = [text for _, text in blobs(directory, commit, files)]
    if any(licences.is_refused(text) for text in texts):
        return None
    found = {spdx for text in texts if (spdx := licences.recognise(text))}
    return " OR ".join(sorted(found)) or None


def refused_folders(directory: Path, commit: str, paths: list[str]) -> tuple[str, ...]:
    """Folders below the root, each with its last slash, whose own licence file is copyleft or source-available."""
    files = [p for p in paths if "/" in p and _is_licence(p)]
    return tuple(
        path[: path.rindex("/") + 1] for path, text in blobs(directory, commit, files) if licences.is_refused(text)
    )
