"""What an event is worth to its plan: what would run instead of it, and how much less that earns.

Prices of the shared limits (duals of the linear master) stand for what the rest of the plan would
do with the budget, the slots and the units that the event leaves: at those prices the group of the
event is planned anew without it. Exact where prices say all there is to say about the rest of the
plan; else an estimate, held against plans made anew in `benchmarks/explanations.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.lines import Lines
from optimizer.plan import Plan
from optimizer.pricing import Pricer
from optimizer.problem import Bools, Calendar, Floats, Ints, Problem

BINDS = 1e-6  # currency per unit of a limit: less is nothing


@dataclass(frozen=True)
class Instead:
    """What a plan without one of its events would do in the group of the event."""

    event: int  # its row in the plan's calendar
    loses: float  # what the plan would earn less, currency, >= 0
    goes: Calendar  # events that would go with it
    comes: Calendar  # events that would come


@dataclass(frozen=True)
class Scarce:
    """A limit that binds, and what one unit more of it would earn."""

    name: str
    quantity: str  # of `Quantity`: what a unit is
    price: float  # currency per unit, > 0; of a floor: per unit that it is lowered


def scarce(plan: Plan) -> tuple[Scarce, ...]:
    """The limits that bind, dearest first; those of weeks apart where a rule counts by week."""
    if plan.duals is None:
        return ()
    found = [
        Scarce(row.name, row.quantity.name.lower(), abs(float(dual)))
        for row, dual in zip(plan.problem.rows, plan.duals, strict=True)
        if abs(dual) > BINDS
    ]
    return tuple(sorted(found, key=lambda one: (-one.price, one.name)))


def instead(plan: Plan, events: Ints) -> tuple[Instead, ...]:
    """For rows of the plan's calendar: what would run instead. Pinned events are passed over.

    An event for which nothing else keeps the rules is passed over too, and so is every event of a
    plan without prices.
    """
    if plan.duals is None:
        return ()
    problem, worth = plan.problem, -plan.duals
    with Pricer(problem) as pricer:
        starts = _starts(problem, plan.calendar)
        found = [_without(pricer, worth, plan.calendar, starts, int(event)) for event in events]
    return tuple(one for one in found if one is not None)


def _starts(problem: Problem, calendar: Calendar) -> Ints:
    """The shape that starts, by block and week, -1 for none: (P, T)."""
    shapes = problem.shapes
    number = {
        (int(k), int(w)): s
        for s, (k, w) in enumerate(zip(shapes.tactic, shapes.weeks, strict=True))
    }
    starts = np.full((problem.blocks, problem.horizon), -1, dtype=np.int64)
    for block, k, start, w in zip(
        calendar.block, calendar.tactic, calendar.start, calendar.weeks, strict=True
    ):
        starts[block, start] = number[int(k), int(w)]
    return starts


def _without(
    pricer: Pricer, worth: Floats, calendar: Calendar, starts: Ints, event: int
) -> Instead | None:
    """Plan the event's group anew at `worth` (R,), with the event's tactic barred in its weeks."""
    problem, whole = pricer.problem, pricer.arrays
    block, start = int(calendar.block[event]), int(calendar.start[event])
    mates = next((line for line in problem.lines if block in line), np.array([block]))
    if (whole.must[mates, start] >= 0).any():
        return None
    group = int(problem.group[block])
    mine = slice(int(whole.group_start[group]), int(whole.group_start[group + 1]))
    before = starts.copy()
    before[mates, start] = -1
    pricer.arrays = whole._replace(allowed=_barred(pricer, mates, calendar, event))
    try:
        found = pricer.ascend(worth, before, np.array([group]))
        value, after = float(found.value[group]), found.starts[mine].astype(np.int16)
        lines = Lines(pricer)
        scale = (worth * pricer.row_scale)[pricer.group_rows(group)]
        if np.isfinite(value) and not lines.kept(group, after):
            shared = [(s, *lines.money(group, s)) for s in lines.shared(group, after)]
            after, value = max(
                ((s, profit / 100.0 + rows @ scale) for s, profit, rows in shared),
                key=lambda pair: float(pair[1]),
            )
    finally:
        pricer.arrays = whole
    if not np.isfinite(value):
        return None
    profit, rows = lines.money(group, starts[mine].astype(np.int16))
    now = profit / 100.0 + float(rows @ scale)
    old, new = starts[mine], np.asarray(after, dtype=np.int64)
    gone = (old >= 0) & (new != old)
    gone[mates - mine.start, start] = False
    return Instead(
        event,
        max(0.0, now - value),
        _events(problem, np.where(gone, old, -1), mine.start),
        _events(problem, np.where(new != old, new, -1), mine.start),
    )


def _barred(pricer: Pricer, mates: Ints, calendar: Calendar, event: int) -> Bools:
    """What may start, (P, S, T), without the event's tactic in the event's weeks."""
    shapes = pricer.problem.shapes
    start, weeks = int(calendar.start[event]), int(calendar.weeks[event])
    allowed = pricer.arrays.allowed.copy()
    for s in np.flatnonzero(shapes.tactic == calendar.tactic[event]):
        first = max(0, start - int(shapes.weeks[s]) + 1)
        allowed[mates, s, first : start + weeks] = False
    return allowed


def _events(problem: Problem, starts: Ints, first: int) -> Calendar:
    """The events of (blocks, T) starts of the blocks from `first` on."""
    block, start = np.nonzero(starts >= 0)
    shape = starts[block, start]
    return Calendar(
        block.astype(np.int64) + first,
        problem.shapes.tactic[shape],
        start.astype(np.int64),
        problem.shapes.weeks[shape],
    )
