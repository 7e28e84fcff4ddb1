"""The evaluation's figures as Markdown tables."""

from __future__ import annotations

from typing import Any

LABELS = {
    "none": "no context",
    "full": "full raw text",
    "truncated": "raw text cut to the same positions",
    "skeleton": "signature skeleton",
    "mean": "mean-pooled embeddings",
    "tokens": "most surprising tokens kept",
    "blocks": "most useful blocks kept",
    "wrong": "a wrong file's slots",
    "sibling": "slots of another file of the repository",
    "slots": "slots",
    "near": "nearest window raw",
    "near_slots": "nearest window raw, the other as slots",
    "near_wrong": "nearest window raw, a wrong file's as slots",
    "pcc_slots": "slots, PCC",
    "pcc_wrong": "a wrong file's slots, PCC",
}


def label(name: str) -> str:
    stem = name.rstrip("0123456789")
    ratio = name[len(stem) :]
    return LABELS.get(stem, stem) + (f", {ratio}x" if ratio else "")


def interval(values: list[float], digits: int = 3, scale: float = 1.0) -> str:
    return f"[{values[0] * scale:.{digits}f}, {values[1] * scale:.{digits}f}]"


def continuation_table(part: dict[str, Any]) -> str:
    rows = [
        "| context | decoder positions | NLL a token (95 %) | bits a byte | gap closed (95 %) |",
        "|---|---|---|---|---|",
    ]
    for name, v in part["table"].items():
        rows.append(
            f"| {label(name)} | {v['positions']:.0f} | {v['nll']:.3f} {interval(v['nll_interval'])} | "
            f"{v['bits_per_byte']:.3f} | {v['gap_closed'] * 100:.0f} % {interval(v['gap_closed_interval'], 0, 100)} |"
        )
    rows += ["", "| paired difference | NLL a token (95 %) |", "|---|---|"]
    for name, v in part["differences"].items():
        rows.append(f"| {name} | {v['nll']:+.4f} {interval(v['interval'], 4)} |")
    return "\n".join(rows)


def reconstruction_table(part: dict[str, Any]) -> str:
    rows = ["| context | token accuracy (95 %) | NLL a token | BLEU-4 | edit similarity |", "|---|---|---|---|---|"]
    for name, v in part["table"].items():
        written = f"{v['bleu4']:.1f} | {v['edit_similarity']:.1f}" if "bleu4" in v else " | "
        rows.append(
            f"| {label(name)} | {v['token_accuracy']:.3f} {interval(v['token_accuracy_interval'])} | {v['nll']:.3f} | "
            f"{written} |"
        )
    return "\n".join(rows)


def task_table(part: dict[str, Any]) -> str:
    kinds = list(part["kinds"])
    rows = [
        "| context | exact match (95 %) | token F1 (95 %) | " + " | ".join(kinds) + " |",
        "|---" * (3 + len(kinds)) + "|",
    ]
    for name, v in part["table"].items():
        by_kind = " | ".join(f"{v['exact_match_by_kind'][k]:.2f}" for k in kinds)
        rows.append(
            f"| {label(name)} | {v['exact_match']:.3f} {interval(v['exact_match_interval'])} | "
            f"{v['token_f1']:.3f} {interval(v['token_f1_interval'])} | {by_kind} |"
        )
    return "\n".join(rows)


def markdown(result: dict[str, Any]) -> str:
    text = f"Held-out repositories: {', '.join(result['repositories'])}. Decoder as shipped ({result['decoder']}).\n"
    if "continuation" in result:
        part = result["continuation"]
        text += (
            f"\n### Continuation\n\n{part['items']} items, "
            f"{part['context_tokens']:.0f} context tokens each on average, "
            f"{part['target_tokens']} tokens predicted. Gap closed = (none - x) / (none - full). Positions count the "
            f"special slot.\n\n{continuation_table(part)}\n"
        )
    if "reconstruction" in result:
        part = result["reconstruction"]
        text += (
            f"\n### Reconstruction of a window from its own slots\n\n{part['items']} windows, teacher-forced; BLEU-4 "
            f"and edit similarity of greedy output on {part['greedy_items']} of them.\n\n{reconstruction_table(part)}\n"
        )
    if "tasks" in result:
        part = result["tasks"]
        note = f"{part['items']} questions; by kind: exact match."
        text += f"\n### Questions about one file\n\n{note}\n\n{task_table(part)}\n"
    return text
