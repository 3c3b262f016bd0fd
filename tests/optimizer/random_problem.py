"""Random problems made of arrays alone: every kind of row, limit and effect, in any size.

All coupling rows are set around a calendar drawn at random, so that at least that one keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.problem import (
    Calendar,
    Demand,
    Edges,
    Floats,
    Ints,
    Limits,
    Money,
    Problem,
    Quantity,
    Row,
    Sense,
    Shapes,
)
from optimizer.value import value


@dataclass(frozen=True)
class Recipe:
    """What a random problem is made of."""

    sizes: tuple[int, ...] = (1, 2)  # blocks of each group
    horizon: int = 8
    carry: int = 2  # lags
    cross: tuple[int, ...] = (0, 1)  # lags of effects between blocks of a group
    positive: float = 0.2  # share of cross effects that help
    tactics: int = 2
    lengths: tuple[int, ...] = (1, 2)  # of every tactic
    gaps: tuple[int, ...] = (0, 1, 2)
    max_events: tuple[int, ...] = (99, 1, 2, 3)
    max_weeks: tuple[int, ...] = (99, 2, 4)
    pins: float = 0.3  # chance of a fixed event in a block
    closed: float = 0.1  # share of starts that are forbidden
    opens: tuple[int, ...] = (0, 0, 2)
    deep: float = 0.2  # chance that a tactic's funding is above the margin
    rows: bool = True
    room: float = 1.0  # what rows leave beyond the calendar drawn, as a factor of its totals


def random_problem(seed: int, recipe: Recipe | None = None) -> Problem:
    """The problem of a seed; all arrays as `optimizer.problem` wants them."""
    r = recipe or Recipe()
    rng = np.random.default_rng(seed)
    blocks, horizon = sum(r.sizes), r.horizon
    tail = max([r.carry, *r.cross, 0])
    group = np.repeat(np.arange(len(r.sizes)), r.sizes)
    shapes = Shapes(
        np.repeat(np.arange(1, r.tactics + 1), len(r.lengths)),
        np.tile(np.array(r.lengths), r.tactics),
    )
    limits = _limits(rng, r, shapes, blocks)
    problem = Problem(
        account=tuple(f"A{g % 3}" for g in group),
        product=tuple(f"P{p}" for p in range(blocks)),
        tactics=("", *(f"T{k}" for k in range(1, r.tactics + 1))),
        depth=np.tile(np.concatenate([[0.0], 0.1 * np.arange(1, r.tactics + 1)]), (blocks, 1)),
        weeks=tuple(str(np.datetime64("2026-01-05") + 7 * t) for t in range(horizon + tail)),
        horizon=horizon,
        group=group,
        shapes=shapes,
        demand=_demand(rng, r, group, horizon + tail),
        money=_money(rng, r, blocks),
        limits=limits,
        rows=(),
    )
    if not r.rows:
        return problem
    return replace(problem, rows=_rows(rng, problem, r.room))


def _tactic_table(rng: np.random.Generator, blocks: int, tactics: int, high: float) -> Floats:
    table = rng.uniform(0.0, high, (blocks, tactics + 1))
    table[:, 0] = 0.0
    return table


def _limits(rng: np.random.Generator, r: Recipe, shapes: Shapes, blocks: int) -> Limits:
    horizon = r.horizon
    allowed = np.zeros((blocks, shapes.tactic.size, horizon), dtype=np.bool_)
    for s, weeks in enumerate(shapes.weeks):
        allowed[:, s, : horizon - weeks + 1] = True
    allowed &= rng.random(allowed.shape) >= r.closed
    gap = rng.choice(r.gaps, blocks)
    opens = rng.choice(r.opens, blocks)
    must = np.full((blocks, horizon), -1, dtype=np.int64)
    for p in np.flatnonzero(rng.random(blocks) < r.pins):
        shape = int(rng.integers(shapes.tactic.size))
        first = int(opens[p])
        start = int(rng.integers(first, max(first + 1, horizon - shapes.weeks[shape] + 1)))
        must[p, start] = shape
        allowed[p, shape, start] = True
    return Limits(
        allowed=allowed,
        must=must,
        free=np.arange(horizon + 1)[None, :] + gap[:, None],
        opens=opens.astype(np.int64),
        max_events=rng.choice(r.max_events, blocks).astype(np.int64),
        max_weeks=rng.choice(r.max_weeks, blocks).astype(np.int64),
    )


def _demand(rng: np.random.Generator, r: Recipe, group: Ints, weeks: int) -> Demand:
    blocks = group.size
    rows = [
        (p, q, lag)
        for p in range(blocks)
        for q in range(blocks)
        if p != q and group[p] == group[q]
        for lag in r.cross
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    size = rng.uniform(0.0, 0.6, len(rows))
    helps = rng.random(len(rows)) < r.positive
    edges = Edges(table[:, 0], table[:, 1], table[:, 2], np.where(helps, 0.5 * size, -size))
    lift = _tactic_table(rng, blocks, r.tactics, 1.2)
    return Demand(
        base=rng.uniform(20.0, 200.0, (blocks, 1)) * rng.uniform(0.6, 1.4, (blocks, weeks)),
        lift=lift,
        pressure=lift * rng.uniform(0.2, 1.2, lift.shape),
        pull=lift * rng.uniform(0.2, 1.2, lift.shape),
        carry=rng.uniform(0.0, 0.5, (blocks, r.carry)) / np.arange(1, r.carry + 1),
        edges=edges,
    )


def _money(rng: np.random.Generator, r: Recipe, blocks: int) -> Money:
    shape = (blocks, r.tactics + 1)
    price = rng.uniform(1.0, 3.0, blocks)
    cost = price * rng.uniform(0.3, 0.7, blocks)
    base = price * rng.uniform(1.3, 1.8, blocks)
    share = rng.uniform(0.0, 0.8, shape)
    share = np.where(rng.random(shape) < r.deep, rng.uniform(1.1, 1.6, shape), share)
    funding = share * (price - cost)[:, None]
    event = rng.uniform(0.0, 20.0, shape) * (rng.random(shape) < 0.6)
    weekly = rng.uniform(0.0, 8.0, shape) * (rng.random(shape) < 0.6)
    shelf = base[:, None] * (1.0 - 0.1 * np.arange(r.tactics + 1))
    for table in (funding, event, weekly):
        table[:, 0] = 0.0
    return Money(
        list_price=price,
        unit_cost=cost,
        base_price=base,
        shelf_price=shelf,
        funding=funding,
        event_fee=event,
        weekly_fee=weekly,
        retail_margin=shelf / 1.1 - price[:, None],
    )


def _rows(rng: np.random.Generator, problem: Problem, room: float) -> tuple[Row, ...]:
    """Budgets, floors, supply and slots around a random calendar."""
    horizon = problem.horizon
    everyone = np.arange(problem.blocks)
    drawn = draw_calendar(rng, problem)
    seen = totals_of(problem, drawn)
    half = everyone[: max(1, problem.blocks // 2)]
    middle = horizon // 2

    def row(
        name: str, quantity: Quantity, sense: Sense, blocks: Ints, first: int, last: int
    ) -> Row:
        total = float(seen[quantity][blocks, first : last + 1].sum())
        slack = 0.1 * room * abs(total) + 0.01
        limit = total + slack if sense == Sense.AT_MOST else total - slack
        if quantity in (Quantity.ACTIVE, Quantity.STARTS):
            limit = round(limit)
        return Row(name, quantity, sense, limit, blocks, first, last)

    most, least = Sense.AT_MOST, Sense.AT_LEAST
    rows = [
        row("all spend", Quantity.SPEND, most, everyone, 0, horizon - 1),
        row("early spend", Quantity.SPEND, most, half, 0, middle),
        row("retailers", Quantity.RETAILER_PROFIT, least, everyone, 0, horizon - 1),
        row("volume", Quantity.UNITS, least, half, 0, horizon - 1),
        row("supply", Quantity.UNITS, most, everyone[-1:], middle, middle),
        row("required", Quantity.STARTS, least, half, 0, horizon - 1),
    ]
    rows += [row(f"slots {t}", Quantity.ACTIVE, most, everyone, t, t) for t in range(0, horizon, 3)]
    return tuple(rows)


def totals_of(problem: Problem, starts: Ints) -> dict[Quantity, Floats]:
    """What rows add up, by block and week of the horizon: (P, T) each, currency or units."""
    calendar = calendar_of(problem, starts)
    outcome = value(problem, calendar)
    return {
        Quantity.SPEND: outcome.spend / 100.0,
        Quantity.RETAILER_PROFIT: outcome.retailer_profit[:, : problem.horizon] / 100.0,
        Quantity.UNITS: outcome.units[:, : problem.horizon],
        Quantity.ACTIVE: (calendar.grid(problem) > 0).astype(float),
        Quantity.STARTS: (starts >= 0).astype(float),
    }


def row_totals(problem: Problem, starts: Ints) -> Floats:
    """Totals (R,) of every row, in the unit of its limit."""
    seen = totals_of(problem, starts)
    return np.array(
        [seen[row.quantity][row.blocks, row.first : row.last + 1].sum() for row in problem.rows]
    )


def calendar_of(problem: Problem, starts: Ints) -> Calendar:
    """Starting shapes (P, T), -1 for none, as a Calendar."""
    block, start = np.nonzero(starts >= 0)
    shape = starts[block, start]
    return Calendar(block, problem.shapes.tactic[shape], start, problem.shapes.weeks[shape])


def starts_of(problem: Problem, calendar: Calendar) -> Ints:
    """The inverse of `calendar_of`."""
    starts = np.full((problem.blocks, problem.horizon), -1, dtype=np.int64)
    for block, tactic, start, weeks in zip(
        calendar.block, calendar.tactic, calendar.start, calendar.weeks, strict=True
    ):
        same = (problem.shapes.tactic == tactic) & (problem.shapes.weeks == weeks)
        starts[block, start] = np.flatnonzero(same)[0]
    return starts


def block_calendars(problem: Problem, p: int, most: int = 200_000) -> Ints:
    """Every calendar (n, T) that block p's own limits allow, by plain recursion over weeks."""
    limits, shapes, horizon = problem.limits, problem.shapes, problem.horizon
    must = limits.must[p]
    found: list[list[int]] = []

    def walk(t: int, ready: int, line: list[int], events: int, weeks: int) -> None:
        assert len(found) < most
        if t >= horizon:
            found.append(line)
            return
        if must[t] < 0:
            walk(t + 1, ready, [*line, -1], events, weeks)
        if t < ready or events == limits.max_events[p]:
            return
        for s in range(shapes.tactic.size):
            length = int(shapes.weeks[s])
            end = t + length
            if not limits.allowed[p, s, t] or weeks + length > limits.max_weeks[p]:
                continue
            if must[t] not in (-1, s) or (must[t + 1 : end] >= 0).any():
                continue
            wider = [*line, s, *[-1] * (length - 1)]
            walk(end, int(limits.free[p, end]), wider, events + 1, weeks + length)

    walk(0, int(limits.opens[p]), [], 0, 0)
    return np.array(found, dtype=np.int64).reshape(-1, horizon)


def draw_calendar(rng: np.random.Generator, problem: Problem, eagerness: float = 0.4) -> Ints:
    """A random calendar (P, T) that keeps every block's own limits, where it has any."""
    limits, shapes, horizon = problem.limits, problem.shapes, problem.horizon
    starts = np.full((problem.blocks, horizon), -1, dtype=np.int64)
    for p in range(problem.blocks):
        pinned = np.flatnonzero(limits.must[p] >= 0)
        weeks = int(shapes.weeks[limits.must[p, pinned]].sum())
        events = pinned.size
        starts[p, pinned] = limits.must[p, pinned]
        t = int(limits.opens[p])
        while t < horizon:
            if starts[p, t] >= 0:
                t = int(limits.free[p, t + shapes.weeks[starts[p, t]]])
                continue
            choices = [
                s
                for s in range(shapes.tactic.size)
                if limits.allowed[p, s, t]
                and weeks + shapes.weeks[s] <= limits.max_weeks[p]
                and events < limits.max_events[p]
                and not (pinned >= t).any()
            ]
            if choices and rng.random() < eagerness:
                s = int(rng.choice(choices))
                starts[p, t] = s
                weeks, events = weeks + int(shapes.weeks[s]), events + 1
                t = int(limits.free[p, t + shapes.weeks[s]])
            else:
                t += 1
    return starts
