"""Which deal a block may run, and on what terms: the most specific row of `tactics` wins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.problem import Floats, Ints, Shapes
from workspace.workspace import Workspace

# Most selectors first, then product before account before brand (docs/readings.md).
WEIGHTS = {"product": 8 + 4, "account": 8 + 2, "brand": 8 + 1}


@dataclass(frozen=True)
class Offers:
    """The terms of every block and tactic. Column 0 of all arrays stands for no tactic."""

    tactics: tuple[str, ...]  # (K+1,) names, sorted, "" first
    row: Ints  # (P, K+1) row of the workspace's `tactics` that applies, -1 where none does
    terms: pd.DataFrame  # the workspace's `tactics`

    def first(self, count: int) -> Offers:
        """The terms of the first `count` blocks alone."""
        return Offers(self.tactics, self.row[:count], self.terms)

    def numbers(self, column: str) -> Floats:
        """A column of `tactics` per block and tactic, 0 where none applies: (P, K+1)."""
        values = np.append(self.terms[column].to_numpy(dtype=np.float64), 0.0)
        return values[self.row]

    @cached_property
    def off_invoice(self) -> Floats:
        """1 where the deal is a discount on the invoice, else 0: (P, K+1)."""
        kind = (self.terms["funding"] == "off_invoice").to_numpy(dtype=np.float64)
        return np.append(kind, 0.0)[self.row]

    def lengths(self, horizon: int) -> tuple[Ints, Ints]:
        """Least and most weeks of an event, 0 where a tactic cannot run: two (P, K+1) arrays."""
        shortest = self.numbers("min_weeks").astype(np.int64)
        longest = np.minimum(self.numbers("max_weeks"), horizon).astype(np.int64)
        return shortest, longest

    def find(self, names: pd.Series[str]) -> Ints:
        """The index of each name among `tactics`, -1 where unknown: (n,)."""
        found = pd.Index(self.tactics, dtype="str").get_indexer(pd.Index(names, dtype="str"))
        return np.where(found == 0, -1, found).astype(np.int64)

    def shapes(self, horizon: int) -> Shapes:
        """Every tactic and length that some block may run within the horizon."""
        shortest, longest = self.lengths(horizon)
        found = sorted(
            {
                (tactic, weeks)
                for tactic in range(1, len(self.tactics))
                for low, high in set(
                    zip(shortest[:, tactic].tolist(), longest[:, tactic].tolist(), strict=True)
                )
                if low > 0
                for weeks in range(low, high + 1)
            }
        )
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        return Shapes(np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1]))


def offers(workspace: Workspace, pairs: Pairs) -> Offers:
    """Resolve the tactics of every pair. `pairs` may be any, listed or not."""
    terms = workspace.tactics
    names = ("", *sorted(set(terms["tactic"])))
    brand_of = dict(zip(workspace.products["product"], workspace.products["brand"], strict=True))
    blocks = {
        "account": np.array(pairs.account, dtype=np.object_),
        "product": np.array(pairs.product, dtype=np.object_),
        "brand": np.array([brand_of.get(p, "") for p in pairs.product], dtype=np.object_),
    }
    row = np.full((len(pairs), len(names)), -1, dtype=np.int64)
    best = np.full(row.shape, -1, dtype=np.int64)
    column = {name: k for k, name in enumerate(names)}
    for i, record in enumerate(terms[["tactic", *WEIGHTS]].itertuples(index=False)):
        k = column[record.tactic]
        selectors = {name: getattr(record, name) for name in WEIGHTS if getattr(record, name)}
        score = sum(WEIGHTS[name] for name in selectors)
        better = best[:, k] < score
        for name, code in selectors.items():
            better &= blocks[name] == code
        row[better, k] = i
        best[better, k] = score
    return Offers(names, row, terms)
