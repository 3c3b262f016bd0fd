"""The calendars found for each group, with their true money: the columns of the master."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.lines import Lines
from optimizer.pricing import Alternatives, Pricer, Proposals
from optimizer.problem import Floats, Ints

Short = NDArray[np.int16]


@dataclass
class _Columns:
    """Columns of one group. Arrays grow by doubling; the first `count` entries are filled."""

    count: int
    profit: Floats  # (n,) cents
    rows: Floats  # (n, local rows) money in cents
    starts: Short  # (n, blocks, T)
    known: dict[bytes, int] = field(default_factory=dict)  # position of each calendar


class Pool:
    """Every distinct column met so far, by group."""

    def __init__(self, pricer: Pricer) -> None:
        self._pricer = pricer
        self.lines = Lines(pricer)
        a = pricer.arrays
        horizon = a.must.shape[1]
        self._columns = [
            _Columns(
                0,
                np.zeros(4),
                np.zeros((4, pricer.group_rows(g).size)),
                np.full((4, a.group_start[g + 1] - a.group_start[g], horizon), -1, dtype=np.int16),
            )
            for g in range(pricer.groups)
        ]

    def add(self, found: Proposals, groups: Ints | None = None) -> int:
        """Keep the proposals of `groups` (default all) that are new; returns how many were."""
        a = self._pricer.arrays
        new = 0
        for g in range(self._pricer.groups) if groups is None else groups:
            if found.value[g] == -np.inf:
                continue
            starts = found.starts[a.group_start[g] : a.group_start[g + 1]].astype(np.int16)
            rows = found.rows[a.group_rows_start[g] : a.group_rows_start[g + 1]]
            new += self.add_one(int(g), starts, float(found.profit[g]), rows)
        return new

    def add_alternatives(self, found: Alternatives, starts: Ints, groups: Ints) -> int:
        """Keep single-block changes of the calendars in `starts` (P, T); returns how many."""
        a = self._pricer.arrays
        new = 0
        for g in groups:
            first, stop = a.group_start[g], a.group_start[g + 1]
            width = a.group_rows_start[g + 1] - a.group_rows_start[g]
            for p in range(first, stop):
                for i in range(found.count[p]):
                    calendar = starts[first:stop].astype(np.int16)
                    calendar[p - first] = found.calendars[p, i]
                    new += self.add_one(
                        int(g), calendar, float(found.profit[p, i]), found.rows[p, i, :width]
                    )
        return new

    def add_many(self, group: int, calendars: Ints, profit: Floats, rows: Floats) -> None:
        """Keep columns of one group: `calendars` (n, blocks, T), `profit` (n,), `rows` (n, ..).

        Those that do not keep the lines are left out.
        """
        for calendar, gained, total in zip(calendars.astype(np.int16), profit, rows, strict=True):
            if self.lines.kept(group, calendar):
                self._keep(group, calendar, float(gained), total)

    def add_one(self, group: int, starts: Short, profit: float, rows: Floats) -> bool:
        """Keep one column of a group unless it is known.

        Where products of a line differ, columns in which they follow one of them take its place.
        """
        if self.lines.kept(group, starts):
            return self._keep(group, starts, profit, rows)
        new = False
        for calendar in self.lines.shared(group, starts):
            if calendar.tobytes() not in self._columns[group].known:
                new |= self._keep(group, calendar, *self.lines.money(group, calendar))
        return new

    def _keep(self, group: int, starts: Short, profit: float, rows: Floats) -> bool:
        columns = self._columns[group]
        key = starts.tobytes()
        if key in columns.known:
            return False
        n = columns.count
        columns.known[key] = n
        if n == columns.profit.size:
            columns.profit = np.concatenate([columns.profit, np.zeros(n)])
            columns.rows = np.concatenate([columns.rows, np.zeros_like(columns.rows)])
            columns.starts = np.concatenate([columns.starts, np.zeros_like(columns.starts)])
        columns.profit[n] = profit
        columns.rows[n] = rows
        columns.starts[n] = starts
        columns.count = n + 1
        return True

    def find(self, group: int, starts: Ints) -> int:
        """Where a group's calendar, (blocks, T), is among its columns. KeyError if it is not."""
        return self._columns[group].known[starts.astype(np.int16).tobytes()]

    def count(self, group: int) -> int:
        """Columns of a group."""
        return self._columns[group].count

    def profit(self, group: int) -> Floats:
        """Profit of a group's columns beyond no promotion, (n,), cents."""
        columns = self._columns[group]
        return columns.profit[: columns.count]

    def rows(self, group: int) -> Floats:
        """Row totals of a group's columns, (n, local rows), money in cents."""
        columns = self._columns[group]
        return columns.rows[: columns.count]

    def value(self, group: int, worth: Floats) -> Floats:
        """Lagrangian value of a group's columns at `worth` (R,), (n,), currency."""
        scaled = (worth * self._pricer.row_scale)[self._pricer.group_rows(group)]
        return np.asarray(self.profit(group) / 100.0 + self.rows(group) @ scaled)

    def starts(self, group: int, column: int) -> Ints:
        """Shapes that start by block and week, (blocks, T), -1 for none."""
        return np.asarray(self._columns[group].starts[column], dtype=np.int64)

    def best(self, worth: Floats, found: Proposals) -> Proposals:
        """`found`, with every group's best column at `worth` where the pool has a better one."""
        a = self._pricer.arrays
        best = Proposals(
            found.starts.copy(), found.profit.copy(), found.rows.copy(), found.value.copy()
        )
        for g in range(self._pricer.groups):
            if self.count(g) == 0:
                continue
            value = self.value(g, worth)
            i = int(value.argmax())
            if value[i] > best.value[g]:
                best.value[g] = value[i]
                best.profit[g] = self.profit(g)[i]
                best.rows[a.group_rows_start[g] : a.group_rows_start[g + 1]] = self.rows(g)[i]
                best.starts[a.group_start[g] : a.group_start[g + 1]] = self.starts(g, i)
        return best
