"""Answers of the product itself: questions about held-out repositories, asked of their folders on the command line.

python -m shorthand_training.chat_answers --corpus CORPUS --tasks RUN/tasks --repositories pallets/click ... \
    --folder FOLDER [--questions 41] [--options "" "--positions 600"] [--unseen] [--cli "node ../dist/cli.js"]

`evaluate` puts the right file or two before the decoder; here search and plan choose what is read. FOLDER gets a folder
for each repository, with its files. Prints a table with a row for each of `--options`, which are those of
`shorthand ask`; `--unseen` asks in words that no training has.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

from .answers import Asked, draw_questions
from .items import read_files
from .metrics import exact_match, mean, token_f1
from .questions import in_unseen_words
from .report import interval

SECONDS = 300.0


def workspace(folder: Path, repository: str) -> Path:
    return folder / repository.replace("/", "+")


def write_workspaces(corpus: Path, repositories: list[str], folder: Path) -> None:
    """The repositories' files of the test split, as they stood in them."""
    for file in read_files(corpus, "test"):
        if file.repo in repositories:
            path = workspace(folder, file.repo) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")


def answer(cli: list[str], folder: Path, options: list[str], question: str) -> str:
    """What `shorthand ask` answers, without the list of what was read."""
    command = [*cli, "ask", question, "--folder", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    return done.stdout.split("\n\nread ")[0].strip()


def row(cli: list[str], folder: Path, options: str, asked: list[Asked]) -> str:
    chosen = shlex.split(options)
    pairs = [(a.answer, answer(cli, workspace(folder, a.repo), chosen, a.question)) for a in asked]
    exact, f1 = mean("exact", [exact_match(*p) for p in pairs]), mean("f1", [token_f1(*p) for p in pairs])
    return (
        f"| {options or 'none'} | {exact['exact']:.3f} {interval(exact['exact_interval'], 3)} "
        f"| {f1['f1']:.3f} {interval(f1['f1_interval'], 3)} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--repositories", nargs="+", default=["pallets/click"])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=41, help="about each repository")
    parser.add_argument("--options", nargs="+", default=["", "--positions 600"])
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--cli", default="node ../dist/cli.js")
    a = parser.parse_args()
    write_workspaces(a.corpus, a.repositories, a.folder)
    every = draw_questions(a.tasks / "test.jsonl", 100_000)
    asked = [q for repo in a.repositories for q in [q for q in every if q.repo == repo][: a.questions]]
    if a.unseen:
        asked = [replace(q, question=in_unseen_words(q.question)) for q in asked]
    print(f"{len(asked)} questions about {', '.join(a.repositories)}\n")
    print("| options | exact match (95 %) | token F1 (95 %) |\n|---|---|---|", flush=True)
    for options in a.options:
        print(row(shlex.split(a.cli), a.folder, options, asked), flush=True)


if __name__ == "__main__":
    main()
