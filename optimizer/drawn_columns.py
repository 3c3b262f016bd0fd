"""What columns of groups earn on every draw, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np

from optimizer.codes import levels_in, shapes_in
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Demand, Edges, Floats, Ints, Money, Problem
from optimizer.regular_prices import at_levels
from optimizer.risk import Earnings

ROWS = 40_000  # blocks of columns that are valued at once

Draws = Callable[[], Iterable[Demand]]
"""The demands of all draws, anew at each call."""


class DrawnColumns:
    """Profits of a pool's columns by draw; those that it already knows are not valued again."""

    def __init__(self, pricer: Pricer, pool: Pool, draws: Draws) -> None:
        self._pricer = pricer
        self._pool = pool
        self._draws = draws
        self._known = [np.zeros((0, 0)) for _ in range(pricer.groups)]

    def profit(self, group: int) -> Floats:
        """Profits of a group's columns beyond no promotion: (n, D), currency, unrounded."""
        return self._known[group]

    def extend(self) -> None:
        """Value the columns that have come since."""
        pool, problem = self._pool, self._pricer.problem
        start = self._pricer.arrays.group_start
        fresh = [range(len(self._known[g]), pool.count(g)) for g in range(self._pricer.groups)]
        parts = [
            (np.arange(start[g], start[g + 1]), pool.starts(g, column))
            for g, new in enumerate(fresh)
            for column in new
        ]
        if not parts:
            return
        owner = np.repeat(np.arange(self._pricer.groups), [len(new) for new in fresh])
        size = np.cumsum([blocks.size for blocks, _ in parts])
        edges = np.searchsorted(size, np.arange(ROWS, size[-1], ROWS))
        copies = [
            Copies.of(problem, parts[low:high])
            for low, high in pairwise([0, *np.unique(edges).tolist(), len(parts)])
            if high > low
        ]
        found = np.stack([
            np.concatenate([copy.profit(demand) for copy in copies]) for demand in self._draws()
        ], axis=1)  # fmt: skip
        for g in np.unique(owner).tolist():
            new = found[owner == g]
            old = self._known[g]
            self._known[g] = np.concatenate([old, new]) if old.size else new


@dataclass(frozen=True)
class Copies:
    """Blocks of some columns one below the other, as if they were one calendar of many blocks."""

    earnings: Earnings
    block: Ints  # (n,) the block of the problem that each row is a copy of
    first: Ints  # (columns,) first row of each
    edges: Edges  # among the rows; coefficients are not looked at
    edge: Ints  # (e,) the edge of the problem that each of them is a copy of

    @classmethod
    def of(cls, problem: Problem, parts: list[tuple[Ints, Ints]]) -> Copies:
        """From the blocks and codes (blocks, T) of every column."""
        block = np.concatenate([blocks for blocks, _ in parts])
        codes = np.concatenate([codes for _, codes in parts])
        size = np.array([blocks.size for blocks, _ in parts])
        first = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64)
        problem = _copied(problem, block)
        starts = shapes_in(codes, int(problem.shapes.tactic.size))
        grid, events = _grid(problem, starts)
        levels = None
        if problem.ladder is not None:
            levels = levels_in(codes, int(problem.shapes.tactic.size))
        fees = np.take_along_axis(problem.money.weekly_fee, grid, axis=1)
        fees = fees + np.take_along_axis(problem.money.event_fee, events, axis=1)
        funding = at_levels(problem, "funding", grid, levels)
        edges, edge = _edges(problem.demand.edges, parts, first)
        return cls(Earnings(problem, grid, levels, funding, fees), block, first, edges, edge)

    def profit(self, demand: Demand) -> Floats:
        """Profit beyond no promotion of every column on one draw: (columns,), currency."""
        here = self.block
        copied = Demand(
            demand.base[here],
            demand.lift[here],
            demand.pressure[here],
            demand.pull[here],
            demand.carry[here],
            replace(self.edges, coefficient=demand.edges.coefficient[self.edge]),
            None if demand.elasticity is None else demand.elasticity[here],
        )
        units = self.earnings.units(copied)
        change = self.earnings.change(units, self.earnings.spend(units), copied)
        return np.add.reduceat(change.sum(axis=1), self.first)


def _copied(problem: Problem, block: Ints) -> Problem:
    """The problem with copies of its blocks in place of them; its demand stays as it is."""

    def money(one: Money) -> Money:
        return Money(*(getattr(one, field.name)[block] for field in fields(Money)))

    ladder = problem.ladder
    if ladder is not None:
        ladder = replace(ladder, money=tuple(money(one) for one in ladder.money))
    names = ("",) * block.size
    return replace(
        problem, account=names, product=names, money=money(problem.money), ladder=ladder, tiers=()
    )


def _grid(problem: Problem, starts: Ints) -> tuple[Ints, Ints]:
    """Tactics that run and tactics that start, 0 for none: (n, T) each."""
    shapes = problem.shapes
    tactic = np.concatenate([shapes.tactic, [0]])
    events = tactic[starts]
    grid = np.zeros_like(events)
    for shape, (number, weeks) in enumerate(zip(shapes.tactic, shapes.weeks, strict=True)):
        row, week = np.nonzero(starts == shape)
        for later in range(int(weeks)):
            grid[row, week + later] = number
    return grid, events


def _edges(edges: Edges, parts: list[tuple[Ints, Ints]], first: Ints) -> tuple[Edges, Ints]:
    """The edges among the rows of every column, and which of the problem's each is."""
    order = np.argsort(edges.target, kind="stable")
    target = edges.target[order]
    chosen, shifts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for (blocks, _), row in zip(parts, first.tolist(), strict=True):
        low, high = np.searchsorted(target, [blocks[0], blocks[-1] + 1])
        chosen.append(order[low:high])
        shifts.append(np.full(high - low, row - blocks[0]))
    edge, shift = np.concatenate(chosen), np.concatenate(shifts)
    found = Edges(
        edges.target[edge] + shift, edges.source[edge] + shift, edges.lag[edge], np.zeros(edge.size)
    )
    return found, edge
