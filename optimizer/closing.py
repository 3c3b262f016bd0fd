"""Close the last gap exactly: every column that a better plan could contain, then one master.

At fixed prices a plan better than the incumbent can use a column only if the column loses less
against its group's bound than the whole gap. Where those columns are few enough to list, the
mixed-integer master over them is the problem itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.cancellation import Clock
from optimizer.incumbent import Incumbent, assess
from optimizer.kernels.arrays import prices_of
from optimizer.kernels.joint import enumerate_group
from optimizer.kernels.payments import Steps
from optimizer.master import Solver, Status
from optimizer.pool import Pool
from optimizer.pricing import GroupBounds, Pricer
from optimizer.problem import Floats, Quantity, Row, Sense
from optimizer.restricted import choice

SECONDS = 60.0  # for the exact master at most
VISITS = 20_000  # joint calendars that a second suffices to look at


@dataclass(frozen=True)
class Room:
    """How many columns an exact closing may list."""

    block: int = 20_000  # calendars of one block
    group: int = 40_000  # joint calendars of one group
    total: int = 100_000  # joint calendars of all groups
    visits: int = 5_000_000  # joint calendars of one group looked at


@dataclass(frozen=True)
class Closed:
    """What the exact master proved. `incumbent` is optimal; None: no plan keeps the rules."""

    incumbent: Incumbent | None


def close(
    pricer: Pricer,
    pool: Pool,
    solver: Solver,
    worth: Floats,
    bounds: GroupBounds,
    incumbent: Incumbent,
    typical: Floats,
    clock: Clock,
    room: Room,
) -> Closed | None:
    """List the columns that matter and choose exactly. None where they are too many.

    `bounds` were proven at `worth` and still hold their payments.
    """
    if not np.isfinite(bounds.value).all():
        return None  # time was too short to bound every group
    listed = _list(pricer, pool, worth, bounds, incumbent, room, clock)
    if listed is None:
        return None
    groups = np.arange(pricer.groups)
    columns = []
    for g in range(pricer.groups):
        near = np.flatnonzero(pool.value(g, worth) >= listed.least[g])
        columns.append(np.union1d(near, incumbent.columns[g : g + 1]))
    keep = incumbent.columns if incumbent.feasible else None
    master = choice(pricer, pool, groups, columns, np.zeros(worth.size), None, keep)
    if clock.left <= 0:
        return None
    result = solver.solve(
        master.program, min(SECONDS, clock.moment), gap=0.0, cancelled=clock.cancelled
    )
    clock.check()
    if result.status is Status.INFEASIBLE and not incumbent.feasible:
        return Closed(None)
    if result.status is not Status.OPTIMAL or result.x is None or result.objective is None:
        return None
    picked = np.flatnonzero(result.x[: master.group.size] > 0.5)
    chosen = np.zeros(pricer.groups, dtype=np.int64)
    chosen[master.group[picked]] = master.column[picked]
    found = assess(pricer, pool, chosen, typical)
    best = found if found.beats(incumbent) else incumbent
    proven = best.feasible and best.objective >= result.objective - 0.004
    return Closed(best) if proven else None


def list_all(pricer: Pricer, pool: Pool, clock: Clock, room: Room) -> bool:
    """Put into the pool every column that a plan could contain; False where they are too many."""
    worth = np.zeros(len(pricer.problem.rows))
    nowhere = np.full(pricer.arrays.must.shape, -1, dtype=np.int64)
    answers = pricer.ascend(worth, nowhere)
    if (answers.value == -np.inf).any():
        return False
    pricer.forget()
    bounds = pricer.bound(worth, answers, Steps(1), views=False)
    nobody = Incumbent(np.zeros(pricer.groups, np.int64), -np.inf, worth, np.inf)
    return _list(pricer, pool, worth, bounds, nobody, room, clock) is not None


@dataclass(frozen=True)
class _Listed:
    """What listing taught."""

    least: Floats  # (G,) columns worth less cannot be in a better plan


def _list(
    pricer: Pricer,
    pool: Pool,
    worth: Floats,
    bounds: GroupBounds,
    incumbent: Incumbent,
    room: Room,
    clock: Clock,
) -> _Listed | None:
    """Put into the pool every column that a better plan could contain; None if too many.

    A group once listed is known exactly, which lowers the whole bound and with it what has to be
    listed for the groups after it.
    """
    a = pricer.arrays
    prices = prices_of(pricer.problem, worth)
    value = bounds.value.copy()
    rounding = pricer.rounding(worth)
    above = pricer.total(bounds, worth) - value.sum()
    least, most = _own_limits(pricer)
    floor = np.full(pricer.groups, -np.inf)
    total = 0
    for g in np.argsort(np.diff(a.group_start), kind="stable"):
        clock.check()
        here = pricer.group_rows(g)
        pay, states = _payments(pricer, bounds, g), _state_payments(pricer, bounds, g)
        if pay is None:
            return None
        slack = np.inf
        if incumbent.feasible:
            slack = max(0.0, above + value.sum() - incumbent.objective) + rounding + 1e-6
        floor[g] = value[g] - slack
        blocks = a.group_start[g + 1] - a.group_start[g]
        calendars = np.empty((room.group, blocks, a.must.shape[1]), dtype=np.int64)
        profit = np.empty(room.group)
        rows = np.empty((room.group, here.size))
        count = enumerate_group(
            a, prices, g, pay, states, slack,
            np.empty((blocks, room.block, a.must.shape[1]), dtype=np.int64),
            np.empty((blocks, room.block)), calendars, profit, rows,
            least[here], most[here], (worth * pricer.row_scale)[here], floor[g],
            min(room.visits, int(VISITS * clock.left)),
        )  # fmt: skip
        total += count
        if count < 0 or total > room.total or clock.left <= 0:
            return None
        pool.add_many(g, calendars[:count], profit[:count], rows[:count])
        known = profit[:count] / 100.0 + rows[:count] @ (worth * pricer.row_scale)[here]
        value[g] = min(value[g], max(known.max(initial=-np.inf), floor[g]))
    if incumbent.feasible:
        floor = value - max(0.0, above + value.sum() - incumbent.objective) - rounding - 1e-6
    return _Listed(floor)


def _payments(pricer: Pricer, bounds: GroupBounds, group: int) -> Floats | None:
    """What a group's copies are paid; None where payments were not kept for want of memory."""
    a = pricer.arrays
    low, high = pricer.store_start[group], pricer.store_start[group + 1]
    pairs = a.target_pairs[a.group_start[group + 1]] - a.target_pairs[a.group_start[group]]
    shape = (pairs, a.pair_coefficient.shape[1], a.base.shape[1], a.possible.shape[2])
    if high - low != np.prod(shape):
        return None
    return bounds.payments[low:high].reshape(shape)


def _state_payments(pricer: Pricer, bounds: GroupBounds, group: int) -> Floats:
    """What a group's blocks are paid for their states, (n, W, N); empty where bounded by copies."""
    a = pricer.arrays
    low, high = pricer.state_start[group], pricer.state_start[group + 1]
    if high > low and np.isnan(bounds.state_payments[low]):
        high = low  # copies were enough: the group was never looked at together
    blocks = a.group_start[group + 1] - a.group_start[group]
    return bounds.state_payments[low:high].reshape((blocks, a.base.shape[1], -1))


def _own_limits(pricer: Pricer) -> tuple[Floats, Floats]:
    """Row totals, in the columns' units, that one group's column cannot go beyond in any plan.

    Where nothing in a row can be negative no other group gives room under a ceiling; a floor is a
    column's own affair only where no other group counts in the row.
    """
    rows = pricer.problem.rows
    touched = np.bincount(pricer.arrays.group_rows, minlength=len(rows))
    least = np.full(len(rows), -np.inf)
    most = np.full(len(rows), np.inf)
    for r, row in enumerate(rows):
        limit = row.limit / pricer.row_scale[r]
        margin = 1e-6 * max(1.0, abs(limit)) + 0.01
        if row.soft:
            continue
        if row.sense == Sense.AT_MOST and (touched[r] == 1 or _never_negative(row)):
            most[r] = limit + margin
        if row.sense == Sense.AT_LEAST and touched[r] == 1:
            least[r] = limit - margin
    return least, most


def _never_negative(row: Row) -> bool:
    """Whether no column can bring the row's total below zero."""
    profits = (Quantity.RETAILER_PROFIT, Quantity.PROFIT)
    return all(term.weight >= 0.0 and term.quantity not in profits for term in row.terms)
