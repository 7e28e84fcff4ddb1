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


def difference_table(part: dict[str, Any]) -> str:
    rows = ["| paired difference | NLL a token (95 %) |", "|---|---|"]
    rows += [f"| {n} | {v['nll']:+.4f} {interval(v['interval'], 4)} |" for n, v in part["differences"].items()]
    return "\n".join(rows)


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
    return "\n".join(rows) + "\n\n" + difference_table(part)


def cell(v: dict[str, Any], name: str, digits: int, scale: float = 1.0) -> str:
    """A figure with its interval; empty where it was not measured."""
    if name not in v:
        return ""
    return f"{v[name] * scale:.{digits}f} {interval(v[name + '_interval'], digits, scale)}"


def rows_of(part: dict[str, Any], columns: dict[str, tuple[str, int, float]]) -> str:
    """A table with one line a kind of context. columns: title -> name of the figure, digits, scale."""
    lines = ["| context | " + " | ".join(f"{c} (95 %)" for c in columns) + " |", "|---" * (1 + len(columns)) + "|"]
    for name, v in part["table"].items():
        lines.append(f"| {label(name)} | " + " | ".join(cell(v, *c) for c in columns.values()) + " |")
    return "\n".join(lines)


def reconstruction_table(part: dict[str, Any]) -> str:
    return rows_of(part, {
        "token accuracy": ("token_accuracy", 3, 1), "NLL a token": ("nll", 3, 1), "BLEU-4": ("bleu4", 1, 1),
        "edit similarity": ("edit_similarity", 1, 1), "identifier recall, %": ("identifier_recall", 1, 100),
    })  # fmt: skip


def next_line_table(part: dict[str, Any]) -> str:
    table = rows_of(part, {
        "exact match, %": ("exact_match", 1, 100), "edit similarity": ("edit_similarity", 1, 1),
        "identifier F1": ("identifier_f1", 3, 1), "has the other file's name, %": ("name_recall", 1, 100),
        "NLL a token": ("nll", 3, 1),
    })  # fmt: skip
    return table + "\n\n" + difference_table(part)


def task_table(part: dict[str, Any]) -> str:
    columns = {
        "exact match": ("exact_match", 3, 1), "token F1": ("token_f1", 3, 1), "retention, %": ("retention", 0, 100)
    }  # fmt: skip
    kinds = list(part["kinds"])
    rows = ["", "| exact match, token F1 | " + " | ".join(kinds) + " |", "|---" * (1 + len(kinds)) + "|"]
    for name, v in part["table"].items():
        by_kind = [f"{v['exact_match_by_kind'][k]:.2f}, {v['token_f1_by_kind'][k]:.2f}" for k in kinds]
        rows.append(f"| {label(name)} | " + " | ".join(by_kind) + " |")
    return rows_of(part, columns) + "\n" + "\n".join(rows)


def sections(result: dict[str, Any]) -> dict[str, str]:
    """Title -> text of each part that was measured."""
    found: dict[str, str] = {}
    if part := result.get("continuation"):
        found["Continuation"] = (
            f"{part['items']} items, {part['context_tokens']:.0f} context tokens each on average, "
            f"{part['target_tokens']} tokens predicted. Gap closed = (none - x) / (none - full). Positions count the "
            f"special slot.\n\n{continuation_table(part)}"
        )
    if part := result.get("reconstruction"):
        found["Reconstruction of a window from its own slots"] = (
            f"{part['items']} windows, teacher-forced; BLEU-4, edit similarity and identifier recall (the share of "
            f"the window's identifiers the output has) of greedy output on {part['greedy_items']} of them.\n\n"
            f"{reconstruction_table(part)}"
        )
    if part := result.get("nextline"):
        found["The next line across files"] = (
            f"{part['items']} lines, each the first of its file that uses a name of the file before it. Exact match "
            f"and edit similarity without indentation, of greedy output up to the line's end.\n\n"
            f"{next_line_table(part)}"
        )
    if part := result.get("tasks"):
        kinds = ", ".join(f"{k} {n}" for k, n in part["kinds"].items())
        found["Questions about one or two files"] = (
            f"{part['items']} questions ({kinds}). Retention = (x - none) / (full - none) of token F1, given where "
            f"full text is better than none with an interval clear of zero.\n\n{task_table(part)}"
        )
    if part := result.get("hover"):
        columns = {"BLEU-4": ("bleu4", 2, 1), "token F1": ("token_f1", 3, 1)}
        found["The sentence of a hover"] = (
            f"{part['items']} questions about what a symbol does, against the first sentence of its documentation; "
            f"BLEU-4 with add-one smoothing.\n\n{rows_of(part, columns)}"
        )
    return found


def markdown(result: dict[str, Any]) -> str:
    text = f"Held-out repositories: {', '.join(result['repositories'])}. Decoder as shipped ({result['decoder']}).\n"
    return text + "".join(f"\n### {title}\n\n{body}\n" for title, body in sections(result).items())
