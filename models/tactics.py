"""Which tactics are in force for which pairs: of the rows that match, the most specific one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# How specific a selector makes a row: first how many are filled, then product, account, brand.
SELECTORS = (("product", 4), ("account", 2), ("brand", 1))
EACH = 8


@dataclass(frozen=True)
class InForce:
    """P pairs by K tactics, names in order of their codes."""

    names: tuple[str, ...]  # (K,)
    allowed: Bools  # (P, K) the tactic can run on the pair
    depth: Floats  # (P, K) 0 where it cannot
    feature: Floats  # (P, K)
    display: Floats  # (P, K)


def in_force(tactics: pd.DataFrame, pairs: pd.DataFrame) -> InForce:
    """Resolve the table `tactics` for pairs with columns account, product and brand (P rows)."""
    names = tuple(sorted(set(tactics["tactic"])))
    shape = (len(pairs), len(names))
    best = np.full(shape, -1, dtype=np.int64)
    chosen = np.full(shape, -1, dtype=np.int64)
    for row, tactic in enumerate(tactics.itertuples(index=False)):
        column = names.index(str(tactic.tactic))
        matches = np.ones(len(pairs), dtype=np.bool_)
        specific = 0
        for selector, weight in SELECTORS:
            wanted = str(getattr(tactic, selector))
            if wanted:
                matches &= (pairs[selector] == wanted).to_numpy()
                specific += EACH + weight
        better = matches & (specific > best[:, column])
        best[better, column] = specific
        chosen[better, column] = row
    allowed = chosen >= 0

    def values(name: str) -> Floats:
        cells = tactics[name].to_numpy(dtype=np.float64)
        return np.where(allowed, cells[chosen] if len(cells) else 0.0, 0.0)

    return InForce(names, allowed, values("depth"), values("feature"), values("display"))
