"""Measure a bundle on repositories that training never saw.

python -m shorthand_training.evaluate --corpus CORPUS --bundle RUN/export --tasks RUN/tasks --out RUN/evaluation.json \
    [--markdown RUN/evaluation.md] [--items 240] [--engine-items RUN/eval-items.jsonl]

The decoder is used as it ships: linear layers and head int8, lookup float16. Float32 activations.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .baselines import mean_pooled, skeleton, truncated
from .checkpoint import save_json
from .corpus import read_split
from .export import Bundle, read_bundle
from .generate import greedy
from .items import File, file_header
from .metrics import bleu4, bootstrap, edit_similarity, exact_match, token_f1
from .model import Decoder
from .pooling import slot_count
from .quantise import frozen
from .report import markdown
from .template import ASSISTANT, BOS, END, IDS, USER
from .tokenizer import encode, load
from .windows import split_windows

RATIOS = (4, 8, 16)
CONTEXT_WINDOWS = 2


@dataclass
class Case:
    """A file part: context windows and what follows them."""

    id: str
    repo: str
    path: str
    context: list[str]
    target: str
    wrong: list[str]


def make_cases(corpus: Path, tokenizer: Tokenizer, window: int, count: int, seed: int = 0) -> list[Case]:
    """`count` cases spread evenly over the test repositories; wrong windows come from another repository's case."""
    rng = random.Random(seed)
    by_repo: dict[str, list[File]] = {}
    for r in read_split(corpus, "test"):
        if r["language"] not in ("manifest", "markdown"):
            by_repo.setdefault(r["repo"], []).append(File(r["repo"], r["path"], r["text"]))
    cases: list[Case] = []
    for files in by_repo.values():
        rng.shuffle(files)
    turn = 0
    while len(cases) < count and any(by_repo.values()):
        repo = list(by_repo)[turn % len(by_repo)]
        turn += 1
        while by_repo[repo]:
            file = by_repo[repo].pop()
            windows = split_windows(tokenizer, file.text, window)
            if len(windows) > CONTEXT_WINDOWS and len(windows[-1]) > 40:
                start = rng.randrange(len(windows) - CONTEXT_WINDOWS)
                context = windows[start : start + CONTEXT_WINDOWS]
                target = windows[start + CONTEXT_WINDOWS]
                if len(target.strip()) > 40:
                    cases.append(Case(f"{repo}:{file.path}:{start}", repo, file.path, context, target, []))
                    break
    for i, case in enumerate(cases):
        other = next(c for k in range(1, len(cases)) if (c := cases[(i + k) % len(cases)]).repo != case.repo)
        case.wrong = other.context
    return cases


class Measurer:
    """Bundle, tokenizer and quantised decoder, with the embeddings of each kind of context."""

    def __init__(self, bundle: Bundle, tokenizer: Tokenizer) -> None:
        self.bundle, self.tokenizer = bundle, tokenizer
        self.decoder: Decoder = frozen(bundle.decoder)

    def ids(self, ids: list[int]) -> Tensor:
        return self.decoder.embed(torch.tensor(ids, dtype=torch.long))

    def text(self, text: str) -> list[int]:
        return encode(self.tokenizer, text)

    def windows(self, texts: list[str]) -> list[list[int]]:
        return [self.text(t)[: self.bundle.window] for t in texts]

    @torch.no_grad()
    def slots(self, texts: list[str], ratio: int, special: str = "cont") -> Tensor:
        """Projected slots of the windows in order, then the special slot: [m + 1, d]."""
        encoder, projector = self.bundle.encoder, self.bundle.projector
        slots, counts = encoder.encode(self.windows(texts), ratio)
        rows = [s[:c] for s, c in zip(slots, counts, strict=True)]
        rows.append((encoder.cont_tok if special == "cont" else encoder.rec_tok).weight)
        return projector(torch.cat(rows))

    def head(self, path: str) -> Tensor:
        return self.ids([IDS[BOS], *file_header(self.tokenizer, path)])

    @torch.no_grad()
    def losses(self, prefixes: list[Tensor], targets: list[list[int]], batch: int = 8) -> list[Tensor]:
        """Per-token losses and hits: for each item [2, k] (negative log likelihood; 1 where the guess is right)."""
        results: list[Tensor] = []
        for i in range(0, len(prefixes), batch):
            part = list(zip(prefixes[i : i + batch], targets[i : i + batch], strict=True))
            rows = [torch.cat((p, self.ids(t[:-1]))) for p, t in part]
            n = max(map(len, rows))
            embeds = torch.stack([torch.cat((r, r.new_zeros(n - len(r), r.shape[1]))) for r in rows])
            hidden, _ = self.decoder.hidden(embeds)
            for j, (p, t) in enumerate(part):
                logits = self.decoder.logits(hidden[j, len(p) - 1 : len(p) - 1 + len(t)]).float()
                wanted = torch.tensor(t)
                nll = torch.nn.functional.cross_entropy(logits, wanted, reduction="none")
                results.append(torch.stack((nll, (logits.argmax(-1) == wanted).float())))
        return results


def continuation(m: Measurer, cases: list[Case], families: dict[str, Measurer]) -> dict[str, Any]:
    """Negative log likelihood of what follows, by kind of context."""
    targets = [m.windows([c.target])[0] for c in cases]
    heads = [m.head(c.path) for c in cases]
    contexts = [m.windows(c.context) for c in cases]
    nll: dict[str, list[float]] = {}
    positions: dict[str, float] = {}

    def measure(name: str, middles: list[Tensor]) -> None:
        losses = m.losses([torch.cat((h, x)) for h, x in zip(heads, middles, strict=True)], targets)
        nll[name] = [float(v[0].mean()) for v in losses]
        positions[name] = sum(map(len, middles)) / len(middles)
        print(f"{name}: {sum(nll[name]) / len(nll[name]):.4f}", flush=True)

    empty = heads[0][:0]
    measure("none", [empty] * len(cases))
    measure("full", [m.ids([t for w in c for t in w]) for c in contexts])
    for ratio in RATIOS:
        budget = [sum(slot_count(len(w), ratio) for w in c) + 1 for c in contexts]
        measure(f"truncated{ratio}", [m.ids(truncated(c, n)) for c, n in zip(contexts, budget, strict=True)])
        if ratio < 16:
            kept = [skeleton(m.tokenizer, c.context, n) for c, n in zip(cases, budget, strict=True)]
            measure(f"skeleton{ratio}", [m.ids(k) for k in kept])
            measure(f"mean{ratio}", [torch.cat([mean_pooled(m.decoder, w, ratio) for w in c]) for c in contexts])
        measure(f"wrong{ratio}", [m.slots(c.wrong, ratio) for c in cases])
        measure(f"slots{ratio}", [m.slots(c.context, ratio) for c in cases])
    nearest = [m.ids(c[-1]) for c in contexts]
    measure("near", nearest)
    for name, texts in (("near_wrong", [c.wrong[:-1] for c in cases]), ("near_slots", [c.context[:-1] for c in cases])):
        measure(f"{name}8", [torch.cat((m.slots(t, 8), x)) for t, x in zip(texts, nearest, strict=True)])
    for family, other in families.items():
        for ratio in RATIOS:
            measure(f"{family}_wrong{ratio}", [other.slots(c.wrong, ratio) for c in cases])
            measure(f"{family}_slots{ratio}", [other.slots(c.context, ratio) for c in cases])

    tokens = sum(map(len, targets))
    size = sum(len(c.target.encode()) for c in cases)
    table: dict[str, Any] = {}
    for name, values in nll.items():
        gap = bootstrap(
            {"none": nll["none"], "full": nll["full"], "x": values},
            lambda v: (v["none"] - v["x"]) / (v["none"] - v["full"]),
        )
        mean, low, high = bootstrap({"x": values}, lambda v: v["x"])
        weighted = sum(v * len(t) for v, t in zip(values, targets, strict=True))
        table[name] = {
            "nll": mean, "nll_interval": [low, high], "positions": positions[name],
            "gap_closed": gap[0], "gap_closed_interval": list(gap[1:]),
            "bits_per_byte": weighted / 0.693147 / size,
        }  # fmt: skip
    differences = {}
    for prefix in ("", *(f"{f}_" for f in families)):
        for ratio in RATIOS:
            right = nll[f"{prefix}slots{ratio}"]
            pairs = {"none": nll["none"], f"wrong{ratio}": nll[f"{prefix}wrong{ratio}"]}
            if not prefix:
                pairs[f"truncated{ratio}"] = nll[f"truncated{ratio}"]
                if f"mean{ratio}" in nll:
                    pairs[f"mean{ratio}"] = nll[f"mean{ratio}"]
                    pairs[f"skeleton{ratio}"] = nll[f"skeleton{ratio}"]
            for name, values in pairs.items():
                d, low, high = bootstrap({"a": values, "b": right}, lambda v: v["a"] - v["b"])
                differences[f"{name} - {prefix}slots{ratio}"] = {"nll": d, "interval": [low, high]}
    for name in ("near", "near_wrong8"):
        d, low, high = bootstrap({"a": nll[name], "b": nll["near_slots8"]}, lambda v: v["a"] - v["b"])
        differences[f"{name} - near_slots8"] = {"nll": d, "interval": [low, high]}
    context_tokens = sum(len(w) for c in contexts for w in c) / len(cases)
    return {
        "items": len(cases), "target_tokens": tokens, "context_tokens": context_tokens,
        "table": table, "differences": differences, "per_item": nll,
    }  # fmt: skip


def reconstruction(m: Measurer, cases: list[Case], greedy_items: int) -> dict[str, Any]:
    """How much of a window comes back from its own slots."""
    texts = [c.context[0] for c in cases]
    wanted = [m.windows([t])[0] for t in texts]
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
            ids = greedy(m.decoder, prefixes[i : min(greedy_items, i + 12)], limits, {IDS[END], IDS[BOS]})
            guesses += [m.tokenizer.decode(x) for x in ids]
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
            turn = m.ids([IDS[USER], *m.text(question), IDS[ASSISTANT]])
            if name == "none":
                prompts.append(torch.cat((m.head(file["path"]), turn)))
                continue
            texts = split_windows(m.tokenizer, (other if name == "wrong8" else file)["text"], m.bundle.window)
            if name == "full":
                middle = m.ids([t for w in m.windows(texts) for t in w])
            else:
                middle = m.slots(texts, int(name.removeprefix("slots").removeprefix("wrong")))
            prompts.append(torch.cat((m.head(file["path"]), middle, turn)))
        guesses: list[str] = []
        for i in range(0, len(prompts), 12):
            part = prompts[i : i + 12]
            ids = greedy(m.decoder, part, [48] * len(part), {IDS[END], IDS[BOS], IDS[USER]})
            guesses += [m.tokenizer.decode(x) for x in ids]
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
    parser.add_argument("--parts", default="continuation,reconstruction,tasks", help="others stay as OUT has them")
    a = parser.parse_args()
    started = time.monotonic()
    tokenizer = load(a.bundle / "tokenizer.json")
    m = Measurer(read_bundle(a.bundle), tokenizer)
    cases = make_cases(a.corpus, tokenizer, m.bundle.window, a.items)
    families = {name: Measurer(read_bundle(Path(folder)), tokenizer) for name, folder in a.family}

    def keep(part: str, figures: dict[str, Any]) -> None:
        result = json.loads(a.out.read_text()) if a.out.exists() else {}
        result["repositories"] = sorted({c.repo for c in cases})
        result["decoder"] = "int8 block 128, head int8"
        result[part] = figures
        save_json(a.out, result)
        if a.markdown:
            a.markdown.write_text(markdown(result))

    parts = a.parts.split(",")
    if "continuation" in parts:
        figures = continuation(m, cases, families)
        per_item = figures.pop("per_item")
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
