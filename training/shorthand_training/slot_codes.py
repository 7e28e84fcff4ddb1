"""How few bytes a slot needs: what int8, int4, fewer axes and product-quantised slots cost in gap closed.

python -m shorthand_training.slot_codes --corpus CORPUS --bundle RUN/export --out RUN/slot-codes.json \
    [--markdown RUN/slot-codes.md] [--items 240] [--windows 1000 | --shipped]

Slots are coded where a cache keeps them, before the projector. Codebooks are learnt on windows of the training split,
losses are measured on the held-out items of `evaluate`. `--shipped` measures the code that the export has instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .bottleneck import fit_bottleneck
from .cases import RATIOS, Case, make_cases
from .checkpoint import save_json
from .codebooks import read_slot_code, training_slots
from .continuation import gap_closed
from .measurer import Measurer
from .metrics import bootstrap
from .report import interval
from .vector_codes import blocks_of_bits, learn, projector_metric

RANKS = (128, 64, 32)
PRODUCT_BYTES = (8, 12, 16, 24, 32, 64)
Code = Callable[[Tensor], Tensor]


def float16(x: Tensor) -> Tensor:
    return x.half().float()


def codes_of(m: Measurer, slots: Tensor) -> dict[str, tuple[float, Code]]:
    """Name -> bytes a slot and the way there and back. slots: [s, d], to learn codebooks from."""
    d = slots.shape[1]
    block = 64 if d % 64 == 0 else d
    codes: dict[str, tuple[float, Code]] = {
        "float16": (2 * d, float16),
        "int8": (d + 2, lambda x: blocks_of_bits(x, 8, d)),
        f"int4, blocks of {block}": (d / 2 + 2 * d // block, lambda x: blocks_of_bits(x, 4, block)),
    }
    metric = projector_metric(m.projector)
    for rank in RANKS:
        if rank < d:
            codes[f"bottleneck of {rank}, float16"] = (2 * rank, fit_bottleneck(slots, metric, rank))
    for size in PRODUCT_BYTES:
        if size <= d:
            codes[f"product, {size} bytes"] = (size, learn(slots, metric, size).shipped())
    return codes


def shipped_code(bundle: Path) -> dict[str, tuple[float, Code]]:
    """Float16 and the code that an export has."""
    code = read_slot_code(bundle)
    if code is None:
        raise SystemExit(f"{bundle} has no code for its slots: learn one with `codebooks`")
    size = len(code.centroids)
    return {"float16": (2 * len(code.forth), float16), f"shipped: product, {size} bytes": (size, code)}


def measure(m: Measurer, cases: list[Case], codes: dict[str, tuple[float, Code]]) -> dict[str, Any]:
    """Gap closed by ratio and code, and what the code takes from that of float32 slots."""
    targets = m.texts([c.target for c in cases])
    heads = [m.head(c.path) for c in cases]
    contexts = [[t for w in m.texts(c.context) for t in w] for c in cases]
    size = sum(len(t.encode()) for c in cases for t in c.context)

    def nll(middles: list[Tensor]) -> list[float]:
        prefixes = [torch.cat((h, x)) for h, x in zip(heads, middles, strict=True)]
        return [float(v[0].mean()) for v in m.losses(prefixes, targets)]

    none = nll([heads[0][:0]] * len(cases))
    full = nll([m.ids(c) for c in contexts])
    rows: list[dict[str, Any]] = []
    for ratio in RATIOS:
        slots = [m.encoded(c.context, ratio) for c in cases]
        plain = nll([m.projected(s) for s in slots])
        count = sum(map(len, slots))
        for name, (bytes_a_slot, code) in codes.items():
            coded = nll([m.projected(code(s)) for s in slots])
            columns = {"none": none, "full": full, "x": coded, "plain": plain}
            closed = bootstrap(columns, gap_closed)
            lost = bootstrap(columns, lambda v: (v["x"] - v["plain"]) / (v["none"] - v["full"]))
            rows.append(
                {
                    "ratio": ratio, "code": name, "bytes_a_slot": bytes_a_slot,
                    "bytes_a_source_byte": bytes_a_slot * count / size,
                    "gap_closed": closed[0], "gap_closed_interval": list(closed[1:]),
                    "lost": lost[0], "lost_interval": list(lost[1:]),
                }
            )  # fmt: skip
            print(rows[-1], flush=True)
    return {"items": len(cases), "context_bytes": size, "rows": rows}


def markdown(result: dict[str, Any]) -> str:
    lines = [
        "| ratio | code | bytes a slot | bytes a byte of source | gap closed (95 %) | lost, points of the gap (95 %) |",
        "|---|---|---|---|---|---|",
    ]
    for r in result["rows"]:
        lines.append(
            f"| {r['ratio']}x | {r['code']} | {r['bytes_a_slot']:.0f} | {r['bytes_a_source_byte']:.2f} | "
            f"{100 * r['gap_closed']:.1f} % {interval(r['gap_closed_interval'], 1, 100)} | "
            f"{100 * r['lost']:+.2f} {interval(r['lost_interval'], 2, 100)} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--items", type=int, default=240)
    parser.add_argument("--windows", type=int, default=1000, help="training windows that codebooks are learnt from")
    parser.add_argument("--shipped", action="store_true", help="the code that the export has, in place of all others")
    a = parser.parse_args()
    m = replace(Measurer.of_bundle(a.bundle), code=None)
    cases = make_cases(a.corpus, m.tokenizer, m.window, a.items)
    if a.shipped:
        result = measure(m, cases, shipped_code(a.bundle))
    else:
        slots = training_slots(m.encoder, m.tokenizer, m.window, RATIOS, a.corpus, a.windows)
        result = measure(m, cases, codes_of(m, slots)) | {"training_slots": len(slots)}
    save_json(a.out, result)
    if a.markdown:
        a.markdown.write_text(markdown(result))


if __name__ == "__main__":
    main()
