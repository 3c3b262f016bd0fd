"""The master programme over known columns: choose one calendar for each group within the rows.

Rows are elastic: what a row lacks is bought at a price far above its typical worth, so that there
is always an answer, and an answer that buys nothing is feasible. Rows of soft rules are always
elastic, at their own price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Bools, Floats, Ints, Sense
from optimizer.program import Program


@dataclass(frozen=True)
class Choice:
    """The columns a master may choose from, and the rows it has to watch."""

    group: Ints  # (n,) group of each variable, ascending
    column: Ints  # (n,) its column in the pool
    watched: Ints  # rows of the problem that the columns could break
    elastic: Ints  # (e,) the rows of the problem with an elastic variable
    program: Program  # n column variables, then the elastic ones


def choice(
    pricer: Pricer,
    pool: Pool,
    groups: Ints,
    columns: list[Ints],
    used: Floats,
    penalty: Floats | None,
    keep: Ints | None = None,
) -> Choice:
    """Build the programme over `columns[i]` of `groups[i]`, besides `used` (R,) by the others.

    `used` is in the unit of the limits, `penalty` (R,) > 0 the price of an elastic unit of a hard
    row; None: none of it can be bought, and there may be no answer. Where `keep` names a column for
    each group, it is offered to the solver as a start.
    """
    group = np.repeat(groups, [c.size for c in columns])
    column = np.concatenate(columns)
    cost = np.concatenate([pool.profit(int(g))[c] for g, c in zip(groups, columns, strict=True)])
    row, variable, value = _entries(pricer, pool, groups, columns)
    rows = pricer.problem.rows
    limits = np.array([r.limit for r in rows]) - used
    ceiling = np.array([r.sense == Sense.AT_MOST for r in rows], dtype=np.bool_)
    worst = _worst(pricer, group, row, variable, value, ceiling, len(rows))
    lacking = np.where(ceiling, worst - limits, limits - worst)
    watched = np.flatnonzero(lacking > 1e-9 * np.maximum(1.0, np.abs(limits)))
    place = np.full(len(rows), -1)
    place[watched] = np.arange(watched.size)
    kept = place[row] >= 0
    entries = _Entries(place[row[kept]], variable[kept], value[kept])
    choose = _Rows(watched.size, np.searchsorted(groups, group), groups.size)
    chosen = None
    if keep is not None:
        chosen = (column == keep[np.searchsorted(groups, group)]).astype(float)
    sides = _Sides(limits[watched], ceiling[watched])
    prices = np.array([r.penalty for r in rows])
    if penalty is not None:
        prices = np.where(np.isfinite(prices), prices, penalty)
    elastic = _Elastic(
        np.flatnonzero(np.isfinite(prices[watched])), prices[watched], lacking[watched]
    )
    program = _program(cost / 100.0, entries, choose, sides, elastic, chosen)
    return Choice(group, column, watched, watched[elastic.row], program)


@dataclass(frozen=True)
class _Entries:
    """Non-zero totals of columns in watched rows."""

    row: Ints
    variable: Ints
    value: Floats


@dataclass(frozen=True)
class _Rows:
    """One row for each group, after the watched ones: choose one of its columns."""

    watched: int
    group: Ints  # (n,) row of each column, counted from the first of these
    groups: int


@dataclass(frozen=True)
class _Sides:
    """What the watched rows are held to."""

    limit: Floats
    ceiling: Bools


@dataclass(frozen=True)
class _Elastic:
    """Which watched rows may be passed at a price, and how far at most."""

    row: Ints  # (e,) among the watched
    price: Floats  # (watched,)
    most: Floats  # (watched,)


def _program(
    cost: Floats,
    entries: _Entries,
    choose: _Rows,
    sides: _Sides,
    bought: _Elastic,
    chosen: Floats | None,
) -> Program:
    """Columns, then one elastic variable for each watched row that has a price."""
    n, watched, elastic = cost.size, choose.watched, bought.row.size
    sign = np.where(sides.ceiling, -1.0, 1.0)
    row = np.concatenate([entries.row, bought.row, watched + choose.group])
    variable = np.concatenate([entries.variable, n + np.arange(elastic), np.arange(n)])
    data = np.concatenate([entries.value, sign[bought.row], np.ones(n)])
    order = np.lexsort((variable, row))
    one = np.ones(choose.groups)
    start = chosen
    if chosen is not None and elastic:
        total = np.bincount(
            entries.row, weights=entries.value * chosen[entries.variable], minlength=watched
        )
        missing = np.maximum(0.0, (sides.limit - total) * sign)
        start = np.concatenate([chosen, missing[bought.row]])
    return Program(
        cost=np.concatenate([cost, -bought.price[bought.row]]),
        lower=np.zeros(n + elastic),
        upper=np.concatenate([np.ones(n), bought.most[bought.row]]),
        integer=np.arange(n + elastic) < n,
        indptr=np.searchsorted(row[order], np.arange(watched + choose.groups + 1)).astype(np.int64),
        indices=variable[order].astype(np.int64),
        data=data[order],
        row_lower=np.concatenate([np.where(sides.ceiling, -np.inf, sides.limit), one]),
        row_upper=np.concatenate([np.where(sides.ceiling, sides.limit, np.inf), one]),
        start=start,
    )


def _entries(
    pricer: Pricer, pool: Pool, groups: Ints, columns: list[Ints]
) -> tuple[Ints, Ints, Floats]:
    """Non-zero row totals of the columns as (row, variable, value), in the limits' units."""
    rows, variables, values = [], [], []
    offset = 0
    for g, chosen in zip(groups, columns, strict=True):
        here = pricer.group_rows(int(g))
        block = pool.rows(int(g))[chosen] * pricer.row_scale[here]
        i, j = np.nonzero(block)
        rows.append(here[j])
        variables.append(i + offset)
        values.append(block[i, j])
        offset += chosen.size
    empty = np.zeros(0, np.int64)
    return (
        np.concatenate([*rows, empty]),
        np.concatenate([*variables, empty]),
        np.concatenate([*values, np.zeros(0)]),
    )


def _worst(
    pricer: Pricer,
    group: Ints,
    row: Ints,
    variable: Ints,
    value: Floats,
    ceiling: Bools,
    count: int,
) -> Floats:
    """The largest (ceilings) or smallest (floors) total that the columns can add to each row."""
    key = row * pricer.groups + group[variable]
    signed = np.where(ceiling[row], value, -value)
    order = np.lexsort((-signed, key))
    first = np.ones(order.size, np.bool_)
    first[1:] = np.diff(key[order]) > 0
    top = order[first]
    # A group of which some column has no entry in the row can add nothing.
    entries = np.bincount(np.unique(key, return_inverse=True)[1]) if key.size else key
    columns = np.bincount(group, minlength=pricer.groups)
    full = entries == columns[key[top] % pricer.groups]
    extreme = np.where(full, signed[top], np.maximum(signed[top], 0.0))
    total = np.bincount(row[top], weights=extreme, minlength=count)
    return np.where(ceiling, total, -total)
