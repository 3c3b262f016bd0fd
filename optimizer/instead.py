"""What an event is worth to its plan: what would run instead of it, and how much less that earns.

Prices of the shared limits (duals of the linear master) stand for what the rest of the plan would
do with the budget, the slots and the units that the event leaves: at those prices the group of the
event is planned anew without it. Exact where prices say all there is to say about the rest of the
plan; else an estimate, held against plans made anew in `benchmarks/explanations.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.anew import group_anew
from optimizer.codes import codes_in, codes_of, levels_in, shapes_in
from optimizer.limits import bar
from optimizer.plan import Plan
from optimizer.pricing import Pricer
from optimizer.problem import Calendar, Floats, Ints
from optimizer.reasons import binding


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
    found = [Scarce(row.name, row.quantity.name.lower(), abs(dual)) for row, dual in binding(plan)]
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
        codes = codes_in(plan.calendar, problem)
        found = [_without(pricer, worth, plan.calendar, codes, int(event)) for event in events]
    return tuple(one for one in found if one is not None)


def _without(
    pricer: Pricer, worth: Floats, calendar: Calendar, codes: Ints, event: int
) -> Instead | None:
    """Plan the event's group anew at `worth` (R,), with the event's tactic barred in its weeks."""
    problem, whole = pricer.problem, pricer.arrays
    block, start = int(calendar.block[event]), int(calendar.start[event])
    mates = next((line for line in problem.lines if block in line), np.array([block]))
    if (whole.must[mates, start] >= 0).any():
        return None
    kinds = int(problem.shapes.tactic.size)
    silenced = shapes_in(codes[mates], kinds)
    silenced[:, start] = -1
    before = codes.copy()
    before[mates] = codes_of(silenced, levels_in(codes[mates], kinds), kinds)
    allowed = whole.allowed.copy()
    tactic, weeks = int(calendar.tactic[event]), int(calendar.weeks[event])
    bar(allowed, problem.shapes, mates, tactic, start, weeks)
    found = group_anew(pricer, worth, codes, block, before, whole._replace(allowed=allowed))
    if found is None:
        return None
    first = int(whole.group_start[problem.group[block]])
    old = shapes_in(codes[first : first + len(found.codes)], kinds)
    new = shapes_in(found.codes, kinds)
    gone = (old >= 0) & (new != old)
    gone[mates - first, start] = False
    return Instead(
        event,
        found.loses,
        Calendar.of_starts(np.where(gone, old, -1), problem.shapes, first),
        Calendar.of_starts(np.where(new != old, new, -1), problem.shapes, first),
    )
