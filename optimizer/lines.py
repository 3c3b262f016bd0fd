"""Calendars of groups in which the products of a line share every event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.codes import codes_of, levels_in, shapes_in
from optimizer.kernels.column import measure
from optimizer.kernels.price_paths import possible_at
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
        events = shapes_in(starts.astype(np.int64), self._arrays.shape_tactic.size)
        return all(
            bool((events[line] == events[line[0]]).all()) for line in self._of.get(group, ())
        )

    def shared(self, group: int, starts: Short | Ints) -> list[Short]:
        """Calendars that keep the rule: every line follows each of its products in turn."""
        lines = self._of.get(group, [])
        found = []
        for i in range(max((line.size for line in lines), default=0)):
            calendar = starts.astype(np.int16)
            if all(self._follow(group, calendar, line, line[i % line.size]) for line in lines):
                found.append(calendar)
        return found

    def _follow(self, group: int, calendar: Short, line: Ints, leader: int) -> bool:
        """Give the blocks of a line the leader's events; False where their prices do not let it.

        Each keeps its own regular prices if it can, else has the leader's, else the listed one.
        """
        a, first = self._arrays, int(self._arrays.group_start[group])
        codes = calendar.astype(np.int64)
        shapes = shapes_in(codes[leader], a.shape_tactic.size)
        levels = levels_in(codes, a.shape_tactic.size)
        for block in line.tolist():
            if not a.priced[first + block]:
                calendar[block] = shapes
                continue
            for path in (levels[block], levels[leader], np.zeros_like(shapes)):
                if possible_at(a, first + block, shapes, path):
                    calendar[block] = codes_of(shapes, path, a.shape_tactic.size)
                    break
            else:
                return False
        return True

    def money(self, group: int, starts: Short) -> tuple[float, Floats]:
        """Profit (cents) and row totals of a group's calendar."""
        a = self._arrays
        first, stop = a.group_start[group], a.group_start[group + 1]
        self._starts[first:stop] = starts
        rows = np.zeros(int(a.group_rows_start[group + 1] - a.group_rows_start[group]))
        profit = measure(a, group, self._starts, self._tactics, rows)
        return float(profit), rows
