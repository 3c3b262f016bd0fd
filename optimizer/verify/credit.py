"""Who earned what: the change of every weekly row, given to the events that caused it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.cents import shared_out
from optimizer.verify.effects import Effects
from optimizer.verify.grouped import sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOTHING = 1e-12  # sizes of log effects below this count as none


@dataclass(frozen=True)
class Shares:
    """Parts of cells (block, week) that belong to events, sorted by cell and row of the calendar.

    A cell that moved and that nothing moved by its effects belongs to the event running there, or
    to the change of price that holds there. Events are followed by changes of prices.
    """

    cell: Ints  # (n,)
    event: Ints  # (n,)
    size: Floats  # (n,) > 0

    @staticmethod
    def of(effects: Effects, sizes: Floats, running: Ints) -> Shares:
        """`sizes` (m,) log effects of each meeting; `running` (B, W) what has the rest, or -1."""
        size = np.abs(sizes)
        counts = effects.planned & (size >= NOTHING)
        moved = np.bincount(effects.cell[counts], minlength=running.size) > 0
        left = np.flatnonzero(~moved & (running.ravel() >= 0))
        cell = np.concatenate([effects.cell[counts], left])
        event = np.concatenate([effects.event[counts], running.ravel()[left]])
        size = np.concatenate([size[counts], np.ones(len(left))])
        order = np.lexsort((event, cell))
        return Shares(cell[order], event[order], size[order])

    def cents(self, change: Floats, events: int) -> tuple[Floats, Floats]:
        """Whole cents of change (B, W) by event (events,), and how many of them are unsure."""
        cells, row = np.unique(self.cell, return_inverse=True)
        totals = change.ravel()[cells]
        parts, close = shared_out(totals, row, self.size, len(cells))
        return sums(self.event, parts, events), sums(self.event, close, events)

    def amounts(self, change: Floats, events: int) -> Floats:
        """An unrounded change (B, W) by event: (events,)."""
        whole = sums(self.cell, self.size, change.size)
        part = change.ravel()[self.cell] * self.size / whole[self.cell]
        return sums(self.event, part, events)
