"""Measure a bundle on repositories that training never saw.

python -m shorthand_training.evaluate --corpus CORPUS --bundle RUN/export --tasks RUN/tasks --out RUN/evaluation.json \
    [--markdown RUN/evaluation.md] [--items 240] [--engine-items RUN/eval-items.jsonl]

Beside OUT, a file that ends in .items.json keeps each item's figures, for `compare`.
The decoder is used as it ships: linear layers and head int8, lookup float16. Float32 activations. With `--decoder`
the bundle is what `pair` exported, and the decoder is a folder in Hugging Face's layout.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import torch

from .cases import RATIOS, Case, make_cases
from .checkpoint import save_json
from .continuation import continuation
from .generate import greedy
from .measurer import Measurer
from .metrics import bleu4, bootstrap, edit_similarity, exact_match, token_f1
from .report import markdown
from .windows import split_windows


def reconstruction(m: Measurer, cases: list[Case], greedy_items: int) -> dict[str, Any]:
    """How much of a window comes back from its own slots."""
    texts = [c.context[0] for c in cases]
    wanted = m.texts(texts)
    heads = [m.head(c.path) for c in cases]
    middles = {"none": [heads[0][:0]] * len(cases)}
    for ratio in RATIOS:
        middles[f"slots{ratio}"] = [m.slots([t], ratio, "rec") for t in texts]
    middles["wrong8"] = [m.slots([c.wrong[0]], 8, "rec") for c in cases]
    table: dict[str, Any] = {}
    for name, middle in middles.items():
        prefixes = [torch.cat((h, x)) for h, x in zip(heads, middle, strict=True)]
        losses = m.losses(prefixes, wanted)
        accuracy = bootstrap({"x": [float(v[1].mean()) for v in losses]}, lambda v: v["x"])
        nll = bootstrap({"x": [float(v[0].mean()) for v in losses]}, lambda v: v["x"])
        table[name] = {
            "token_accuracy": accuracy[0], "token_accuracy_interval": list(accuracy[1:]),
            "nll": nll[0], "nll_interval": list(nll[1:]),
        }  # fmt: skip
        guesses: list[str] = []
        for i in range(0, greedy_items, 12):
            limits = [len(w) for w in wanted[i : i + 12]]
            ids = greedy(m.decoder, prefixes[i : min(greedy_items, i + 12)], limits, m.prompt.stop)
            guesses += [m.prompt.tokenizer.decode(x) for x in ids]
        if guesses:
            pairs = list(zip(texts, guesses, strict=False))
            table[name]["bleu4"] = sum(bleu4(t, g) for t, g in pairs) / len(pairs)
            table[name]["edit_similarity"] = sum(edit_similarity(t, g) for t, g in pairs) / len(pairs)
        print(f"reconstruction {name}: {table[name]}", flush=True)
    return {"items": len(cases), "greedy_items": greedy_items, "table": table}


def task_answers(m: Measurer, tasks: Path, count: int, seed: int = 0) -> dict[str, Any]:
    """Greedy answers to questions about one file, by kind of context."""
    rng = random.Random(seed)
    lines = [t for line in tasks.open() if len((t := json.loads(line))["files"]) == 1]
    asked = [(t["files"][0], q) for t in lines for q in t["turns"]]
    rng.shuffle(asked)
    asked = asked[:count]
    wrong = [asked[(i + len(asked) // 2) % len(asked)][0] for i in range(len(asked))]
    columns: dict[str, dict[str, list[float]]] = {}
    names = ["none", "full", "slots4", "slots8", "slots16", "wrong8"]
    for name in names:
        prompts = []
        for (file, (question, _, _)), other in zip(asked, wrong, strict=True):
            turn = m.ids(m.prompt.question(question))
            if name == "none":
                prompts.append(torch.cat((m.head(file["path"]), turn)))
                continue
            texts = split_windows(m.tokenizer, (other if name == "wrong8" else file)["text"], m.window)
            if name == "full":
                middle = m.ids([t for w in m.texts(texts) for t in w])
            else:
                middle = m.slots(texts, int(name.removeprefix("slots").removeprefix("wrong")))
            prompts.append(torch.cat((m.head(file["path"]), middle, turn)))
        guesses: list[str] = []
        for i in range(0, len(prompts), 12):
            part = prompts[i : i + 12]
            ids = greedy(m.decoder, part, [48] * len(part), m.prompt.stop)
            guesses += [m.prompt.tokenizer.decode(x) for x in ids]
        answers = [q[1] for _, q in asked]
        columns[name] = {
            "exact_match": [exact_match(a, g) for a, g in zip(answers, guesses, strict=True)],
            "token_f1": [token_f1(a, g) for a, g in zip(answers, guesses, strict=True)],
        }
        print(f"tasks {name}: {sum(columns[name]['token_f1']) / len(asked):.3f}", flush=True)
    kinds = [q[2] for _, q in asked]
    table: dict[str, Any] = {}
    for name, values in columns.items():
        table[name] = {}
        for metric, column in values.items():
            mean, low, high = bootstrap({"x": column}, lambda v: v["x"])
            table[name][metric] = mean
            table[name][f"{metric}_interval"] = [low, high]
        table[name]["exact_match_by_kind"] = {
            k: sum(v for v, kk in zip(values["exact_match"], kinds, strict=True) if kk == k) / kinds.count(k)
            for k in sorted(set(kinds))
        }
    return {"items": len(asked), "kinds": {k: kinds.count(k) for k in sorted(set(kinds))}, "table": table}


def write_engine_items(path: Path, cases: list[Case], per_item: dict[str, list[float]], count: int) -> None:
    """The same figures for another runtime to compute: texts in, negative log likelihood a token out."""
    with path.open("w") as handle:
        for i, c in enumerate(cases[:count]):
            line = {
                "id": c.id, "path": c.path, "contextWindows": c.context, "wrongWindows": c.wrong, "target": c.target,
                "expected": {k: per_item[k][i] for k in ("none", "slots4", "slots8", "slots16", "wrong8", "full")},
            }  # fmt: skip
            handle.write(json.dumps(line, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--decoder", type=Path, help="the decoder that `pair` trained the bundle against")
    parser.add_argument("--tasks", type=Path, help="folder of task files; left out: no task figures")
    parser.add_argument("--family", nargs=2, action="append", default=[], metavar=("NAME", "BUNDLE"),
                        help="another encoder over the same decoder, for comparison")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--engine-items", type=Path)
    parser.add_argument("--engine-count", type=int, default=40)
    parser.add_argument("--items", type=int, default=240)
    parser.add_argument("--greedy", type=int, default=36)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--no-baselines", action="store_true",
                        help="continuation: no context, full text, wrong and right slots alone")  # fmt: skip
    parser.add_argument("--parts", default="continuation,reconstruction,tasks", help="others stay as OUT has them")
    a = parser.parse_args()
    started = time.monotonic()
    if a.decoder:
        m = Measurer.of_pair(a.bundle, a.decoder)
    else:
        m = Measurer.of_bundle(a.bundle)
    cases = make_cases(a.corpus, m.tokenizer, m.window, a.items)
    families = {name: Measurer.of_bundle(Path(folder)) for name, folder in a.family}

    def keep(part: str, figures: dict[str, Any]) -> None:
        result = json.loads(a.out.read_text()) if a.out.exists() else {}
        result["repositories"] = sorted({c.repo for c in cases})
        result["decoder"] = str(m.rounding)
        result[part] = figures
        save_json(a.out, result)
        if a.markdown:
            a.markdown.write_text(markdown(result))

    parts = a.parts.split(",")
    if "continuation" in parts:
        figures = continuation(m, cases, families, not a.no_baselines)
        per_item = figures.pop("per_item")
        save_json(a.out.with_suffix(".items.json"), {"ids": [c.id for c in cases], "nll": per_item})
        if a.engine_items:
            write_engine_items(a.engine_items, cases, per_item, a.engine_count)
        keep("continuation", figures)
    if "reconstruction" in parts:
        keep("reconstruction", reconstruction(m, cases, a.greedy))
    if "tasks" in parts and a.tasks:
        keep("tasks", task_answers(m, a.tasks / "test.jsonl", a.questions))
    print(f"{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
