"""Where the search for a plan ended, for a search on the same blocks with other events pinned.

Pins only take calendars away, so that a bound proven without them holds with them, at the prices
it was proven at. It is believed of the very problem that it was proven for, and of nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.codes import shapes_in
from optimizer.head_start import HeadStart, allowed
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Bools, Ladder, Limits, Problem
from optimizer.warm import Warmth, alike

Codes = NDArray[np.int16]


@dataclass(frozen=True)
class Former:
    """Where a search ended, and the problem that its bounds are about."""

    head: HeadStart
    base: Problem  # nothing is pinned in it but what the inputs pin

    def into(self, pricer: Pricer, pool: Pool) -> Bools:
        """Offer all calendars that the problem allows to the pool, valued anew.

        Returns for which groups, (G,), the calendar of the former plan is one of them.
        """
        starts = pricer.arrays.group_start
        kept = np.zeros(pricer.groups, dtype=np.bool_)
        for g in range(pricer.groups):
            first, stop = int(starts[g]), int(starts[g + 1])
            chosen = self.head.chosen[first:stop].astype(np.int16)
            for i, calendar in enumerate([chosen, *self.head.calendars[g]]):
                if possible(pricer, first, calendar):
                    pool.add_one(g, calendar, *pool.lines.money(g, calendar))
                    kept[g] |= i == 0 and pool.lines.kept(g, calendar)
        return kept


def possible(pricer: Pricer, first: int, calendar: Codes) -> bool:
    """Whether blocks from `first` on may have these codes, (blocks, T), by limits of their own."""
    problem, limits = pricer.problem, pricer.problem.limits
    shapes = shapes_in(calendar.astype(np.int64), int(problem.shapes.tactic.size))
    blocks = slice(first, first + calendar.shape[0])
    must = limits.must[blocks]
    if ((must >= 0) & (must != shapes)).any() or not allowed(pricer, first, calendar):
        return False
    block, start = np.nonzero(shapes >= 0)
    weeks = problem.shapes.weeks[shapes[block, start]]
    count = np.bincount(block, minlength=calendar.shape[0])
    length = np.bincount(block, weights=weeks, minlength=calendar.shape[0])
    ready = limits.free[first + block, start + weeks]
    crowded = (block[1:] == block[:-1]) & (start[1:] < ready[:-1])
    return not (
        crowded.any()
        or (start < limits.opens[first + block]).any()
        or (count > limits.max_events[blocks]).any()
        or (length > limits.max_weeks[blocks]).any()
    )


def restricts(problem: Problem, base: Problem) -> bool:
    """Whether every plan of `problem` is one of `base` and comes to the same there."""
    same = replace(
        problem, limits=base.limits, standing=base.standing, ladder=base.ladder, broken=base.broken
    )
    return (
        alike(same, base)
        and _fewer_calendars(problem.limits, base.limits)
        and _fewer_prices(problem.ladder, base.ladder)
    )


def _fewer_calendars(limits: Limits, base: Limits) -> bool:
    return bool(
        (limits.allowed <= base.allowed).all()
        and ((base.must < 0) | (base.must == limits.must)).all()
        and (limits.free >= base.free).all()
        and (limits.opens >= base.opens).all()
        and (limits.max_events <= base.max_events).all()
        and (limits.max_weeks <= base.max_weeks).all()
    )


def _fewer_prices(ladder: Ladder | None, base: Ladder | None) -> bool:
    if ladder is None or base is None:
        return ladder is base
    return alike(replace(ladder, open=base.open), base) and bool((ladder.open <= base.open).all())


def left_by(warmth: Warmth, head: HeadStart, base: Problem, former: Former | None) -> HeadStart:
    """What a solve leaves whose bounds are to be about `base`, not about what was pinned in it.

    Those of the `former` search, and its prices, stay where it began from one about `base`.
    Otherwise bounds of groups in which something was pinned are dropped.
    """
    if former is not None:
        return replace(head, worth=former.head.worth, bounds=former.head.bounds)
    solved = warmth.problem
    if not restricts(solved, base):
        return replace(head, bounds=np.full_like(head.bounds, np.inf))
    return replace(head, bounds=np.where(_untouched(solved, base), head.bounds, np.inf))


def _untouched(problem: Problem, base: Problem) -> Bools:
    """The groups that may have the same calendars in both, (G,)."""
    ours, theirs = problem.limits, base.limits
    changed = (ours.allowed != theirs.allowed).any(axis=(1, 2))
    changed |= (ours.must != theirs.must).any(axis=1) | (ours.free != theirs.free).any(axis=1)
    changed |= (ours.opens != theirs.opens) | (ours.max_events != theirs.max_events)
    changed |= ours.max_weeks != theirs.max_weeks
    if problem.ladder is not None and base.ladder is not None:
        changed |= (problem.ladder.open != base.ladder.open).any(axis=(1, 2, 3))
    return np.asarray(np.bincount(problem.group, weights=changed) == 0)
