"""The problem in the flat form that compiled code reads, and the prices it is asked about.

Axes as in `optimizer.problem`; besides: N pairs (target, source) of blocks, X = longest cross lag
+ 1, J = longest shape + carry lags, I incidences of a block in a coupling row, O = L (K + 1)
options: tactic k at level l of the regular price is option l (K + 1) + k.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.planned_prices import PricesPlanned, prices_planned
from optimizer.problem import Aim, Bools, Floats, Ints, Problem, Quantity, Row, Sense
from workspace.money import to_cents


class Arrays(NamedTuple):
    """A `Problem` for compiled code. Calendars are (P, T) arrays of `optimizer.codes`."""

    base: Floats  # (P, W) units without promotion
    lift: Floats  # (P, O) the regular price's effect included
    pressure: Floats  # (P, O)
    pull: Floats  # (P, O)
    carry: Floats  # (P, C)
    factor: Floats  # (P, S, J) what a shape does to its block's units, by weeks since its start
    cut_factor: Floats  # (P, S, J) the same with dips cut short where three events could overlap
    cut_slack: Floats  # (P,) <= 1: the least that the dips cut off could multiply units by
    pair_target: Ints  # (N,) ascending
    pair_source: Ints  # (N,)
    pair_coefficient: Floats  # (N, X) by lag
    target_pairs: Ints  # (P+1,) pairs [i, i+1) are those into a block
    source_pairs: Ints  # (P+1,) positions in source_order of the pairs out of a block
    source_order: Ints  # (N,)
    spill: Floats  # (N, S, Lmax+X-1) exp(effect of a shape on the target) - 1, by week
    margin: Floats  # (P,) invoice price - unit cost
    aims: Floats  # (P, 2, Aim) weights of the objective in the horizon, and in the tail
    tilt: Floats  # (P, O) what counts of amounts that go with units
    goal: Floats  # (P, O) what a unit adds to the objective
    plain: Floats  # (P, 3) invoice price; a unit's goal in the tail; what a unit of fees takes
    funding: Floats  # (P, O) variable spend per unit
    event_fee: Floats  # (P, O)
    weekly_fee: Floats  # (P, O)
    retail: Floats  # (P, O) retailer's unit margin before spend
    cut: Bools  # (P, O) the tactic lowers the shelf price
    shape_tactic: Ints  # (S,)
    shape_weeks: Ints  # (S,)
    allowed: Bools  # (P, S, T)
    possible: Bools  # (P, T, K+1) a block may run this tactic (0: nothing) in this week
    must: Ints  # (P, T)
    next_must: Ints  # (P, T+1) first week >= t with a forced start, T if none
    free: Ints  # (P, T+1)
    opens: Ints  # (P,)
    event_cap: Ints  # (P,) events allowed, -1 where the calendar itself allows no more
    week_cap: Ints  # (P,) promoted weeks allowed, -1 likewise
    interacts: Bools  # (P,) an event may start before the dip of the one before it has ended
    group_start: Ints  # (G+1,) blocks [i, i+1) form a group
    reference: Floats  # (P, W) the objective with no promotion, cents
    incidence_start: Ints  # (P+1,) incidences [i, i+1) of a block
    incidence_row: Ints  # (I,) row, numbered within the block's group
    incidence_quantity: Ints  # (I,)
    incidence_weight: Floats  # (I,)
    incidence_first: Ints  # (I,)
    incidence_last: Ints  # (I,)
    group_rows_start: Ints  # (G+1,) where a group's rows lie in group_rows
    group_rows: Ints  # rows of the problem that touch each group
    deal: Bools  # (O,) the option is a deal
    priced: Bools  # (P,) the regular price is planned
    regular: Floats  # (P, L) regular prices
    price_factor: Floats  # (P, L) what a level multiplies units by
    option_open: Bools  # (P, O, T) an option may hold in a week; of priced blocks alone
    state_level: Ints  # (J,) states of a regular price: level, and changes used, ascending
    state_used: Ints  # (J,)
    paths: Ints  # (n, T) every path of levels, or none where they are too many to list


class Prices(NamedTuple):
    """What one more unit of each quantity is worth in a block and week, besides profit itself.

    Profit and gross sales that rows count are among `units` and `spend`: they are lines in these.
    """

    profit: float  # weight of profit: 1, or 0 when only the rows are asked about
    spend: Floats  # (P, T)
    retailer: Floats  # (P, T)
    units: Floats  # (P, T)
    active: Floats  # (P, T)
    starts: Floats  # (P, T)
    deal: Floats  # (P, T) units of promoted weeks
    cuts: Floats  # (P, T)
    cut_starts: Floats  # (P, T)
    price: Floats  # (P, T) currency of regular price
    raises: Floats  # (P, T)


def pack(problem: Problem) -> Arrays:
    """Flatten a problem for the kernels."""
    shapes, demand, money, limits = problem.shapes, problem.demand, problem.money, problem.limits
    target, source, coefficient = _pairs(problem)
    source_order = np.argsort(source, kind="stable")
    gap = _least_gap(limits.free)
    shortest = int(shapes.weeks.min()) if shapes.weeks.size else 1
    lags = demand.carry.shape[1]
    # Events n and n+2 are at least two gaps and an event apart: dips up to there meet in pairs.
    # Where prices may change in a dip, the next event has to outlast it.
    planned = prices_planned(problem)
    reach = np.minimum(np.where(planned.priced, gap, 2 * gap) + shortest, lags)
    dropped = np.arange(1, lags + 1)[None, :] > reach[:, None]
    deepest = demand.pressure.max(axis=1)
    incidences, weights = _incidences(problem)
    arrays = Arrays(
        base=demand.base,
        lift=planned.lift,
        pressure=planned.every(demand.pressure),
        pull=planned.every(demand.pull),
        carry=demand.carry,
        factor=_factors(problem, np.full(problem.blocks, lags)),
        cut_factor=_factors(problem, reach),
        cut_slack=np.exp(-deepest * np.where(dropped, demand.carry, 0.0).sum(axis=1)),
        pair_target=target,
        pair_source=source,
        pair_coefficient=coefficient,
        target_pairs=_starts(target, problem.blocks),
        source_pairs=_starts(source[source_order], problem.blocks),
        source_order=source_order,
        spill=_spills(problem, source, coefficient),
        margin=money.list_price - money.unit_cost,
        aims=np.stack([aims_of(problem), late_aims_of(problem)], axis=1),
        tilt=planned.every(_tilt(problem)),
        goal=_goal(problem, planned, aims_of(problem)),
        plain=_plain(problem, planned),
        funding=planned.funding,
        event_fee=planned.every(money.event_fee),
        weekly_fee=planned.every(money.weekly_fee),
        retail=planned.retail,
        cut=planned.every(problem.depth) > 0.0,
        shape_tactic=shapes.tactic,
        shape_weeks=shapes.weeks,
        allowed=limits.allowed,
        possible=_possible(problem),
        must=limits.must,
        next_must=_next_must(limits.must),
        free=limits.free,
        opens=limits.opens,
        event_cap=_caps(limits.max_events, problem.horizon // (gap + shortest) + 1),
        week_cap=_caps(limits.max_weeks, np.full(problem.blocks, problem.horizon)),
        interacts=gap < lags,
        group_start=_starts(problem.group, int(problem.group.max(initial=-1)) + 1),
        reference=_reference(problem),
        **incidences,
        incidence_weight=weights,
        deal=np.arange(planned.lift.shape[1]) % len(problem.tactics) > 0,
        priced=planned.priced,
        regular=planned.regular,
        price_factor=planned.factor,
        option_open=planned.option_open,
        state_level=planned.state_level,
        state_used=planned.state_used,
        paths=planned.paths,
    )
    # Copies: read-only or strided arrays would be other types, each compiled anew.
    return Arrays._make(np.array(array, order="C") for array in arrays)


def aims_of(problem: Problem) -> Floats:
    """The weights of the objective by block, in the horizon: (P, Aim)."""
    aims = late_aims_of(problem)
    if problem.shares is not None:
        aims[:, Aim.REVENUE] += problem.shares
        aims[:, Aim.SPEND] -= problem.shares
    return aims


def late_aims_of(problem: Problem) -> Floats:
    """The weights of the objective by block, in the tail: (P, Aim)."""
    if problem.aims is not None:
        return problem.aims.copy()
    aims = np.zeros((problem.blocks, len(Aim)))
    aims[:, Aim.PROFIT] = 1.0
    return aims


def _tilt(problem: Problem) -> Floats:
    return np.ones(problem.depth.shape) if problem.tilt is None else problem.tilt


def _goal(problem: Problem, planned: PricesPlanned, aims: Floats) -> Floats:
    """What a unit adds to the objective under each option: (P, O)."""
    money = problem.money
    margin = (money.list_price - money.unit_cost)[:, None]
    parts: dict[Aim, Floats] = {
        Aim.PROFIT: margin - planned.funding,
        Aim.REVENUE: money.list_price[:, None],
        Aim.VOLUME: np.ones((1, 1)),
        Aim.RETAILER_PROFIT: planned.retail + planned.funding,
        Aim.SPEND: planned.funding,
    }
    goal = np.zeros(planned.funding.shape)
    for aim, part in parts.items():
        goal += aims[:, aim, None] * part
    return np.asarray(goal * planned.every(_tilt(problem)))


def _plain(problem: Problem, planned: PricesPlanned) -> Floats:
    aims = aims_of(problem)
    late = _goal(problem, planned, late_aims_of(problem))[:, 0]
    charge = aims[:, Aim.PROFIT] - aims[:, Aim.RETAILER_PROFIT] - aims[:, Aim.SPEND]
    return np.stack([problem.money.list_price, late, charge], axis=1)


def _reference(problem: Problem) -> Floats:
    """What each week adds to the objective while nothing is promoted, in cents: (P, W)."""
    money, base = problem.money, problem.demand.base
    margin = (money.list_price - money.unit_cost)[:, None]
    parts: dict[Aim, Floats] = {
        Aim.PROFIT: to_cents(margin * base).astype(np.float64),
        Aim.REVENUE: to_cents(money.list_price[:, None] * base).astype(np.float64),
        Aim.VOLUME: 100.0 * base,
        Aim.RETAILER_PROFIT: to_cents(money.retail_margin[:, :1] * base).astype(np.float64),
    }
    now, late = aims_of(problem), late_aims_of(problem)
    reference = np.zeros(base.shape)
    for aim, part in parts.items():
        reference[:, : problem.horizon] += now[:, aim, None] * part[:, : problem.horizon]
        reference[:, problem.horizon :] += late[:, aim, None] * part[:, problem.horizon :]
    return np.asarray(reference * _tilt(problem)[:, :1])


_AS_LINES = (Quantity.PROFIT, Quantity.GROSS_SALES)


def prices_of(problem: Problem, worth: Floats, profit: float = 1.0) -> Prices:
    """Spread the worth of one more unit of each row, (R,), over the blocks and weeks it counts."""
    fields = np.zeros((len(Quantity), problem.blocks, problem.horizon))
    for row, price in zip(problem.rows, worth, strict=True):
        if price != 0.0:
            for term in row.terms:
                fields[term.quantity, term.blocks, term.first : term.last + 1] += (
                    price * term.weight
                )
    money = problem.money
    gain, gross = fields[Quantity.PROFIT], fields[Quantity.GROSS_SALES]
    margin = (money.list_price - money.unit_cost)[:, None]
    fields[Quantity.UNITS] += gain * margin + gross * money.list_price[:, None]
    fields[Quantity.SPEND] -= gain
    return Prices(profit, *(fields[kind] for kind in Quantity if kind not in _AS_LINES))


def sign(row: Row) -> float:
    """-1 for a row that must stay below its limit, +1 for one that must reach it."""
    return -1.0 if row.sense == Sense.AT_MOST else 1.0


def _starts(labels: Ints, count: int) -> Ints:
    return np.searchsorted(labels, np.arange(count + 1)).astype(np.int64)


def _least_gap(free: Ints) -> Ints:
    ends = np.arange(1, free.shape[1])
    inside = np.minimum(free[:, 1:], free.shape[1] - 1) < free.shape[1] - 1
    gaps = np.where(inside, free[:, 1:] - ends[None, :], free.shape[1])
    return np.asarray(gaps.min(axis=1, initial=free.shape[1]), dtype=np.int64)


def _caps(limit: Ints, natural: Ints) -> Ints:
    return np.where(limit >= natural, -1, limit).astype(np.int64)


def _factors(problem: Problem, reach: Ints) -> Floats:
    """exp(log_lift - carry) in an event's weeks, exp(-carry) in the `reach` weeks after it."""
    demand, shapes = problem.demand, problem.shapes
    blocks, lags = demand.carry.shape
    longest = int(shapes.weeks.max(initial=1))
    logs = np.zeros((blocks, shapes.tactic.size, longest + lags))
    for s, (tactic, weeks) in enumerate(zip(shapes.tactic, shapes.weeks, strict=True)):
        logs[:, s, :weeks] += demand.lift[:, tactic, None]
        for lag in range(1, lags + 1):
            dip = demand.carry[:, lag - 1] * demand.pressure[:, tactic]
            logs[:, s, lag : lag + weeks] -= dip[:, None]
        since_end = np.arange(longest + lags) - weeks
        logs[:, s, :][since_end[None, :] >= reach[:, None]] = 0.0
    return np.exp(logs)


def _pairs(problem: Problem) -> tuple[Ints, Ints, Floats]:
    """Edges gathered by (target, source), sorted, with one coefficient per lag."""
    edges = problem.demand.edges
    depth = int(edges.lag.max(initial=0)) + 1
    keys, where = np.unique(
        np.stack([edges.target, edges.source], axis=1), axis=0, return_inverse=True
    )
    coefficient = np.zeros((len(keys), depth))
    np.add.at(coefficient, (where.ravel(), edges.lag), edges.coefficient)
    return keys[:, 0].astype(np.int64), keys[:, 1].astype(np.int64), coefficient


def _spills(problem: Problem, source: Ints, coefficient: Floats) -> Floats:
    shapes, pull = problem.shapes, problem.demand.pull
    lags = coefficient.shape[1]
    longest = int(shapes.weeks.max(initial=1))
    logs = np.zeros((source.size, shapes.tactic.size, longest + lags - 1))
    for s, (tactic, weeks) in enumerate(zip(shapes.tactic, shapes.weeks, strict=True)):
        for lag in range(lags):
            effect = coefficient[:, lag] * pull[source, tactic]
            logs[:, s, lag : lag + weeks] += effect[:, None]
    return np.expm1(logs)


def _possible(problem: Problem) -> Bools:
    shapes, limits = problem.shapes, problem.limits
    blocks, _, horizon = limits.allowed.shape
    possible = np.zeros((blocks, horizon, len(problem.tactics)), dtype=np.bool_)
    possible[:, :, 0] = True
    for s, (tactic, weeks) in enumerate(zip(shapes.tactic, shapes.weeks, strict=True)):
        for shift in range(weeks):
            possible[:, shift:, tactic] |= limits.allowed[:, s, : horizon - shift]
    for block, start in zip(*np.nonzero(limits.must >= 0), strict=True):
        shape = limits.must[block, start]
        stop = start + shapes.weeks[shape]
        possible[block, start:stop, :] = False
        possible[block, start:stop, shapes.tactic[shape]] = True
    return possible


def _next_must(must: Ints) -> Ints:
    blocks, horizon = must.shape
    following = np.full((blocks, horizon + 1), horizon, dtype=np.int64)
    for t in range(horizon - 1, -1, -1):
        following[:, t] = np.where(must[:, t] >= 0, t, following[:, t + 1])
    return following


def _incidences(problem: Problem) -> tuple[dict[str, Ints], Floats]:
    """Which rows each block counts in, and which rows touch each group."""
    group_count = int(problem.group.max(initial=-1)) + 1
    terms = [(r, term) for r, row in enumerate(problem.rows) for term in row.terms]
    block = np.concatenate([term.blocks for _, term in terms] or [np.zeros(0, np.int64)])
    number = np.repeat(np.arange(len(terms)), [term.blocks.size for _, term in terms])
    order = np.lexsort((number, block))
    block, number = block[order], number[order]
    row = np.array([r for r, _ in terms], dtype=np.int64)[number]
    groups = problem.group[block] if block.size else block
    key = np.unique(groups * max(1, len(problem.rows)) + row)
    key_group = key // max(1, len(problem.rows))
    starts = _starts(key_group, group_count)
    position = np.searchsorted(key, groups * max(1, len(problem.rows)) + row)
    local = position - starts[groups] if block.size else position
    parts = [terms[n][1] for n in number]
    weights = np.array([term.weight for term in parts], dtype=np.float64)
    return {
        "incidence_start": _starts(block, problem.blocks),
        "incidence_row": local.astype(np.int64),
        "incidence_quantity": np.array([int(term.quantity) for term in parts], dtype=np.int64),
        "incidence_first": np.array([term.first for term in parts], dtype=np.int64),
        "incidence_last": np.array([term.last for term in parts], dtype=np.int64),
        "group_rows_start": starts,
        "group_rows": (key % max(1, len(problem.rows))).astype(np.int64),
    }, weights
