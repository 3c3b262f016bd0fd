"""The whole problem as one mixed-integer programme: exact where events stand alone, and small.

A binary for each block, shape and start. The worth of an event is its change of the block's
rounded profit, so the programme is exact where no event changes another's: no cross or rival
effects, and every gap at least as long as the dip. It is the oracle for everything faster; its
size grows with blocks x shapes x weeks, so it is no way to plan fifty accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array, vstack

from optimizer.problem import MONEY, Calendar, Floats, Ints, Problem, Quantity, Row, Sense
from optimizer.program import Program, Result, Status
from workspace.money import to_cents


class NotSeparable(ValueError):
    """Events of this problem change each other's worth: the full grid would be wrong.

    Remedy: solve it with `optimizer.solve`, which bounds such effects.
    """


class Solves(Protocol):
    """Whatever maximises a programme within a time: `optimizer.master.Solver`, or another."""

    def solve(self, program: Program, seconds: float, /) -> Result:
        """The best solution found, and what is proven of it."""
        ...


@dataclass(frozen=True)
class GridAnswer:
    """What the full grid says. Money in cents, as changes against no promotion."""

    status: Status
    calendar: Calendar | None = None
    objective: int | None = None
    bound: float | None = None


@dataclass(frozen=True)
class _Grid:
    """The binaries: events that a block may run. All arrays (n,) unless said otherwise."""

    block: Ints
    shape: Ints
    start: Ints
    profit: Ints  # cents, change against no promotion, tail included
    must: Ints  # 1 where the event is pinned
    # (R, n) what each event adds to each coupling row: cents, units, weeks or events
    rows: Floats


def full_grid(problem: Problem, solver: Solves, seconds: float = 60.0) -> GridAnswer:
    """Solve a small problem as one MILP. Raises NotSeparable where events interact."""
    check_separable(problem)
    grid = _grid(problem)
    if int(grid.must.sum()) != int((problem.limits.must >= 0).sum()):
        return GridAnswer(Status.INFEASIBLE)  # a pinned event that its own block does not allow
    result = solver.solve(_program(problem, grid), seconds)
    if result.x is None:
        return GridAnswer(result.status)
    chosen = np.flatnonzero(result.x > 0.5)
    chosen = chosen[np.lexsort((grid.start[chosen], grid.block[chosen]))]
    shapes = problem.shapes
    calendar = Calendar(
        grid.block[chosen],
        shapes.tactic[grid.shape[chosen]],
        grid.start[chosen],
        shapes.weeks[grid.shape[chosen]],
    )
    return GridAnswer(result.status, calendar, int(grid.profit[chosen].sum()), result.bound)


def check_separable(problem: Problem) -> None:
    """Raise NotSeparable unless every event's worth is its own whatever else runs."""
    if problem.lines:
        raise NotSeparable("products of a line share their events")
    edges, demand = problem.demand.edges, problem.demand
    moved = np.abs(edges.coefficient) * demand.pull[edges.source].max(axis=1, initial=0.0)
    if (moved > 0).any():
        e = int(np.flatnonzero(moved > 0)[0])
        raise NotSeparable(
            f"deals of {problem.account[edges.source[e]]}, {problem.product[edges.source[e]]} "
            f"change the sales of {problem.account[edges.target[e]]}, "
            f"{problem.product[edges.target[e]]}"
        )
    ends = np.arange(problem.horizon + 1)
    for block in range(problem.blocks):
        lags = np.flatnonzero(demand.carry[block] > 0)
        if not lags.size or not (demand.pressure[block] > 0).any():
            continue
        clear = np.minimum(ends + lags[-1] + 1, problem.horizon)
        if (problem.limits.free[block, 1:] < clear[1:]).any():
            raise NotSeparable(
                f"events of {problem.account[block]}, {problem.product[block]} may follow each "
                f"other within the {lags[-1] + 1} weeks that a deal is felt"
            )


def _grid(problem: Problem) -> _Grid:
    """All events that the blocks' own limits allow, with what they are worth."""
    limits, horizon = problem.limits, problem.horizon
    allowed = limits.allowed & (np.arange(horizon) >= limits.opens[:, None, None])
    block, shape, start = (axis.astype(np.int64) for axis in np.nonzero(allowed))
    rows = np.zeros((len(problem.rows), block.size))
    profit = np.zeros(block.size, dtype=np.int64)
    touching: list[list[int]] = [[] for _ in range(problem.blocks)]
    for r, row in enumerate(problem.rows):
        if row.soft:
            raise NotSeparable(f"{row.name} is soft")
        for p in row.touched:
            touching[p].append(r)
    quiet = np.zeros(len(problem.weeks), dtype=np.int64)
    standing = [
        _amounts(problem, p, problem.demand.base[p], quiet, -1) for p in range(len(touching))
    ]
    for i in range(block.size):
        p, s = int(block[i]), shape[i]
        tactic, weeks = int(problem.shapes.tactic[s]), int(problem.shapes.weeks[s])
        change = _with_event(problem, p, tactic, int(start[i]), weeks) - standing[p]
        profit[i] = int(change[len(Quantity)].sum())
        for r in touching[p]:
            rows[r, i] = sum(
                term.weight * change[term.quantity, term.first : term.last + 1].sum()
                for term in problem.rows[r].terms
                if p in term.blocks
            )
    must = (limits.must[block, start] == shape).astype(np.int64)
    return _Grid(block, shape, start, profit, must, rows)


def _with_event(problem: Problem, block: int, tactic: int, start: int, weeks: int) -> Floats:
    """The amounts of a block that runs one event and no other: (quantities + 1, W)."""
    demand, width = problem.demand, len(problem.weeks)
    effect = np.zeros(width)
    effect[start : start + weeks] += demand.lift[block, tactic]
    for lag, coefficient in enumerate(demand.carry[block], start=1):
        felt = slice(start + lag, min(start + lag + weeks, width))
        effect[felt] -= coefficient * demand.pressure[block, tactic]
    running = np.zeros(width, dtype=np.int64)
    running[start : start + weeks] = tactic
    return _amounts(problem, block, demand.base[block] * np.exp(effect), running, start)


def _amounts(problem: Problem, block: int, units: Floats, running: Ints, start: int) -> Floats:
    """Every Quantity of a block by week, then profit; money in cents: (quantities + 1, W)."""
    money = problem.money
    spend = money.funding[block, running] * units
    fees = money.weekly_fee[block, running].copy()
    if start >= 0:
        fees[start] += money.event_fee[block, running[start]]
    unit_margin = money.list_price[block] - money.unit_cost[block]
    retail = money.retail_margin[block, running] * units + spend + fees
    amounts = np.zeros((len(Quantity) + 1, units.size))
    amounts[Quantity.SPEND] = to_cents(spend) + to_cents(fees)
    amounts[Quantity.RETAILER_PROFIT] = to_cents(retail)
    amounts[Quantity.UNITS] = units
    amounts[Quantity.ACTIVE] = running > 0
    if start >= 0:
        amounts[Quantity.STARTS, start] = 1.0
    amounts[Quantity.DEAL_UNITS] = units * (running > 0)
    amounts[Quantity.CUTS] = problem.depth[block, running] > 0
    amounts[Quantity.CUT_STARTS] = amounts[Quantity.STARTS] * amounts[Quantity.CUTS]
    amounts[Quantity.PROFIT] = to_cents(unit_margin * units - spend - fees)
    amounts[Quantity.GROSS_SALES] = to_cents(money.list_price[block] * units)
    amounts[len(Quantity)] = amounts[Quantity.PROFIT]
    return amounts


def _program(problem: Problem, grid: _Grid) -> Program:
    """Coupling rows, then each block's own: one event at a time, gaps kept, counts limited."""
    blocks, horizon, limits = problem.blocks, problem.horizon, problem.limits
    n, weeks = grid.block.size, problem.shapes.weeks[grid.shape]
    end = grid.start + weeks
    until = np.minimum(np.maximum(end, limits.free[grid.block, end]), horizon)
    stays = until - grid.start
    event = np.repeat(np.arange(n), stays)
    week = np.arange(event.size) - np.repeat(np.cumsum(stays) - stays - grid.start, stays)
    cell = grid.block[event] * horizon + week
    occupies = csr_array((np.ones(event.size), (cell, event)), shape=(blocks * horizon, n))
    mine = csr_array((np.ones(n), (grid.block, np.arange(n))), shape=(blocks, n))
    long = csr_array((weeks.astype(np.float64), (grid.block, np.arange(n))), shape=(blocks, n))
    low, high = _sides(problem)
    matrix = vstack([csr_array(grid.rows), occupies, mine, long], format="csr")
    free = np.full(matrix.shape[0] - low.size, -np.inf)
    most = [np.ones(blocks * horizon), limits.max_events, limits.max_weeks]
    return Program(
        cost=grid.profit.astype(np.float64),
        lower=grid.must.astype(np.float64),
        upper=np.ones(n),
        integer=np.ones(n, dtype=np.bool_),
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        data=matrix.data,
        row_lower=np.concatenate([low, free]),
        row_upper=np.concatenate([high, *most]).astype(np.float64),
    )


def _sides(problem: Problem) -> tuple[Floats, Floats]:
    """The coupling rows' limits less what stands without promotion: two (R,) arrays.

    Money is in whole cents, so that a limit between two cents is as good as the nearer one.
    """
    low = np.full(len(problem.rows), -np.inf)
    high = np.full(len(problem.rows), np.inf)
    for r, row in enumerate(problem.rows):
        limit = row.limit - _standing(problem, row)
        if row.quantity in MONEY:
            limit = row.limit * 100.0 - _standing(problem, row)
            ceiling = row.sense is Sense.AT_MOST
            limit = np.floor(limit + 1e-6) if ceiling else np.ceil(limit - 1e-6)
        (high if row.sense is Sense.AT_MOST else low)[r] = limit
    return low, high


def _standing(problem: Problem, row: Row) -> float:
    """What a row's quantity comes to with no promotion at all, money in cents."""
    none = np.zeros(len(problem.weeks), dtype=np.int64)
    total = 0.0
    for term in row.terms:
        for block in term.blocks:
            amounts = _amounts(problem, int(block), problem.demand.base[block], none, -1)
            here = amounts[term.quantity, term.first : term.last + 1]
            total += term.weight * float(here.sum())
    return total
