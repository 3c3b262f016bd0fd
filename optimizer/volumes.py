"""Units by product: what all accounts take together, which is what production has to make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Volumes:
    """The products of a problem, sorted, and which blocks are whose."""

    products: tuple[str, ...]  # (N,)
    order: Ints  # (P,) blocks, those of a product side by side
    first: Ints  # (N,) where in `order` each product begins

    def of(self, values: Floats) -> Floats:
        """Sums over the blocks of each product: (P, W) -> (N, W)."""
        found: Floats = np.add.reduceat(values[self.order], self.first, axis=0)
        return found


def volumes_of(problem: Problem) -> Volumes:
    """The products of a problem's blocks."""
    products, place = np.unique(np.array(problem.product, dtype=np.object_), return_inverse=True)
    order = np.argsort(place, kind="stable").astype(np.int64)
    first = np.searchsorted(place[order], np.arange(len(products))).astype(np.int64)
    return Volumes(tuple(str(product) for product in products), order, first)
