"""A group of a plan planned anew where something is barred, at the prices of what is scarce."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.kernels.arrays import Arrays
from optimizer.lines import Lines
from optimizer.pricing import Pricer
from optimizer.problem import Floats, Ints


@dataclass(frozen=True)
class Anew:
    """What the group does then."""

    loses: float  # what it is worth less than in the plan at those prices, currency, >= 0
    codes: Ints  # (blocks, T) its calendar


def group_anew(
    pricer: Pricer, worth: Floats, codes: Ints, block: int, before: Ints, barred: Arrays
) -> Anew | None:
    """Plan the group of a block anew at `worth` (R,); None where nothing keeps the rules.

    `codes` (P, T): the plan; `before` (P, T): where to climb from; `barred`: the pricer's arrays
    with less allowed in them.
    """
    whole, group = pricer.arrays, int(pricer.problem.group[block])
    mine = slice(int(whole.group_start[group]), int(whole.group_start[group + 1]))
    pricer.arrays = barred
    try:
        found = pricer.ascend(worth, before, np.array([group]))
        value, after = float(found.value[group]), found.starts[mine].astype(np.int16)
        lines = Lines(pricer)
        scale = (worth * pricer.row_scale)[pricer.group_rows(group)]
        if np.isfinite(value) and not lines.kept(group, after):
            shared = [(s, *lines.money(group, s)) for s in lines.shared(group, after)]
            after, value = max(
                ((s, profit / 100.0 + float(rows @ scale)) for s, profit, rows in shared),
                key=lambda pair: pair[1],
                default=(after, -np.inf),
            )
    finally:
        pricer.arrays = whole
    if not np.isfinite(value):
        return None
    profit, rows = lines.money(group, codes[mine].astype(np.int16))
    now = profit / 100.0 + float(rows @ scale)
    return Anew(max(0.0, now - value), np.asarray(after, dtype=np.int64))
