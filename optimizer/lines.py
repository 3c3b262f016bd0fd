"""Calendars of groups in which the products of a line share every event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.column import measure
from optimizer.pricing import Pricer
from optimizer.problem import Floats, Ints

Short = NDArray[np.int16]


class Lines:
    """The lines of every group, and how calendars are brought to keep them.

    What one product of a line may do all may: its limits say so. So the calendar of any of them
    can be given to the others; that makes a column that keeps the rule out of any other.
    """

    def __init__(self, pricer: Pricer) -> None:
        self._arrays = pricer.arrays
        groups = pricer.problem.group
        self._of: dict[int, list[Ints]] = {}
        for line in pricer.problem.lines:
            group = int(groups[line[0]])
            first = int(self._arrays.group_start[group])
            self._of.setdefault(group, []).append(line - first)
        shape = self._arrays.must.shape
        self._starts = np.full(shape, -1, dtype=np.int64)
        self._tactics = np.zeros(shape, dtype=np.int64)

    def kept(self, group: int, starts: Short | Ints) -> bool:
        """Whether the products of each line have the same calendar in `starts` (blocks, T)."""
        return all(
            bool((starts[line] == starts[line[0]]).all()) for line in self._of.get(group, ())
        )

    def shared(self, group: int, starts: Short | Ints) -> list[Short]:
        """Calendars that keep the rule: every line follows each of its products in turn."""
        lines = self._of.get(group, [])
        found = []
        for i in range(max((line.size for line in lines), default=0)):
            calendar = starts.astype(np.int16)
            for line in lines:
                calendar[line] = starts[line[i % line.size]]
            found.append(calendar)
        return found

    def money(self, group: int, starts: Short) -> tuple[float, Floats]:
        """Profit (cents) and row totals of a group's calendar."""
        a = self._arrays
        first, stop = a.group_start[group], a.group_start[group + 1]
        self._starts[first:stop] = starts
        rows = np.zeros(int(a.group_rows_start[group + 1] - a.group_rows_start[group]))
        profit = measure(a, group, self._starts, self._tactics, rows)
        return float(profit), rows
