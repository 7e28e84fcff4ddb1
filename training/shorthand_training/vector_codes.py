"""Codes for vectors: integers in blocks, and product quantisation with learnt codebooks.

Product quantisation (Jegou et al., 2011) cuts a vector into parts and names each part's nearest of 256 centroids; a
rotation that spreads the variance over the parts comes first (Ge et al., 2013, the parametric solution). ARC-Encoder
stores its slots so. Distance is measured as the projector sees it: it normalises a slot, then multiplies by a matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .projector import Projector

CENTROIDS = 256


def normalised(x: Tensor) -> Tensor:
    """x: [n, d] at a root mean square of 1. The projector does the same, so nothing is lost."""
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


def blocks_of_bits(x: Tensor, bits: int, block: int) -> Tensor:
    """x: [n, d] -> as signed integers of `bits` with one float16 scale a block of `block` values, and back."""
    most = 2 ** (bits - 1) - 1
    parts = x.view(len(x), -1, block)
    scale = (parts.abs().amax(-1, keepdim=True) / most).half().float().clamp_min(1e-8)
    return ((parts / scale).round().clamp(-most, most) * scale).view_as(x)


def projector_metric(projector: Projector) -> Tensor:
    """[d, d]: lengths of x times this are lengths behind the projector's norm weight and first matrix."""
    seen = projector.dense_in.weight.detach().float() * projector.norm.weight.detach().float()
    values, vectors = torch.linalg.eigh(seen.T @ seen)
    floor = float(values.max()) * 1e-6
    return vectors * values.clamp_min(floor).sqrt() @ vectors.T


def balanced(variances: Tensor, parts: int) -> list[list[int]]:
    """Principal axes dealt to parts so that the products of their variances come out about equal."""
    room = -(-len(variances) // parts)
    dealt: list[list[int]] = [[] for _ in range(parts)]
    sizes = [0.0] * parts
    logs = variances.clamp_min(1e-12).log()
    logs = logs - logs.min()
    for axis in variances.argsort(descending=True).tolist():
        open_parts = [p for p in range(parts) if len(dealt[p]) < room]
        part = min(open_parts, key=lambda p: (sizes[p], len(dealt[p])))
        dealt[part].append(axis)
        sizes[part] += float(logs[axis])
    return [p for p in dealt if p]


def nearest(x: Tensor, centroids: Tensor) -> Tensor:
    """x: [n, k], centroids: [c, k] -> index of each one's nearest [n]."""
    return (centroids.pow(2).sum(-1) - 2 * x @ centroids.T).argmin(-1)


def k_means(x: Tensor, count: int, rounds: int, generator: torch.Generator) -> Tensor:
    """x: [n, k] -> centroids [count, k]; a centroid that nothing is near to moves to a random point."""
    centroids = x[torch.randint(len(x), (count,), generator=generator)].clone()
    for _ in range(rounds):
        owner = nearest(x, centroids)
        sums = torch.zeros_like(centroids).index_add_(0, owner, x)
        sizes = torch.bincount(owner, minlength=count)
        centroids = sums / sizes.clamp_min(1)[:, None]
        empty = sizes == 0
        centroids[empty] = x[torch.randint(len(x), (int(empty.sum()),), generator=generator)]
    return centroids


@dataclass
class ProductCode:
    """One byte a part. Called with x [n, d], gives what the code keeps of it, at a root mean square near 1.

    forth: [d, parts * k] rotates and scales so that the parts lie side by side; a part with fewer than k axes ends in
    zeros. centroids: [parts, c, k]. back: [parts * k, d].
    """

    forth: Tensor
    back: Tensor
    centroids: Tensor

    def encode(self, x: Tensor) -> Tensor:
        """-> [n, parts] uint8."""
        return self.nearest_of(normalised(x) @ self.forth)

    def nearest_of(self, y: Tensor) -> Tensor:
        """y: [n, parts * k], behind `forth` -> [n, parts] uint8."""
        parts, _, k = self.centroids.shape
        y = y.view(-1, parts, k)
        return torch.stack([nearest(y[:, i], c) for i, c in enumerate(self.centroids)], 1).byte()

    def centroids_of(self, codes: Tensor) -> Tensor:
        """codes: [n, parts] -> [n, parts * k]."""
        parts = torch.arange(len(self.centroids), device=codes.device)
        return self.centroids[parts, codes.long()].flatten(1)

    def decode(self, codes: Tensor) -> Tensor:
        """codes: [n, parts] -> [n, d]."""
        return self.centroids_of(codes) @ self.back

    def __call__(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def shipped(self) -> ProductCode:
        """The same with the values that an export holds: float16, computed with in float32."""
        return ProductCode(*(t.half().float() for t in (self.forth, self.back, self.centroids)))

    def to(self, device: torch.device) -> ProductCode:
        return ProductCode(*(t.to(device) for t in (self.forth, self.back, self.centroids)))


def padded(rows: Tensor, width: int) -> Tensor:
    """rows: [n, k] -> [n, width], zeros behind."""
    return torch.nn.functional.pad(rows, (0, width - rows.shape[1]))


def learn(x: Tensor, metric: Tensor, size: int, rounds: int = 12, seed: int = 0) -> ProductCode:
    """x: [n, d]; metric: [d, d], see `projector_metric`; size: bytes a vector."""
    generator = torch.Generator().manual_seed(seed)
    seen = normalised(x) @ metric
    # Values of about 1 are where float16 is most exact.
    scale = seen.pow(2).mean().rsqrt()
    seen, metric = seen * scale, metric * scale
    mean = seen.mean(0)
    variances, axes = torch.linalg.eigh(torch.cov((seen - mean).T))
    parts = balanced(variances, size)
    k = max(map(len, parts))
    inverse = torch.linalg.inv(metric)
    y = seen @ axes
    centroids = [k_means(y[:, p], min(CENTROIDS, len(x)), rounds, generator) for p in parts]
    return ProductCode(
        torch.cat([padded(metric @ axes[:, p], k) for p in parts], 1),
        torch.cat([padded(inverse.T @ axes[:, p], k) for p in parts], 1).T.contiguous(),
        torch.stack([padded(c, k) for c in centroids]),
    )
