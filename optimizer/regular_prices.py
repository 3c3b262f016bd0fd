"""Regular prices of a calendar by week, and what they do to units and money (contract 3 and 4)."""

from __future__ import annotations

import numpy as np

from optimizer.problem import Calendar, Demand, Floats, Ints, Ladder, Moves, Problem


def price_effects(ladder: Ladder, demand: Demand) -> Floats:
    """ln units that each level of the regular price adds: (P, L)."""
    assert demand.elasticity is not None
    price = ladder.price
    return np.asarray(demand.elasticity[:, None] * np.log(price / price[:, :1]))


def felt_prices(problem: Problem, levels: Ints | None, demand: Demand) -> Floats:
    """ln units that regular prices add in each week of the horizon: (P, T), 0 as listed."""
    if problem.ladder is None or levels is None:
        return np.zeros((problem.blocks, problem.horizon))
    return np.take_along_axis(price_effects(problem.ladder, demand), levels, axis=1)


def at_levels(problem: Problem, name: str, grid: Ints, levels: Ints | None) -> Floats:
    """A figure of `Money` by block and tactic, (P, K+1), for what runs: (P, T).

    `grid` (P, T) tactics; `levels` (P, T) of regular prices, None: as listed.
    """
    rows = np.arange(problem.blocks)[:, None]
    if problem.ladder is None or levels is None:
        return np.asarray(getattr(problem.money, name)[rows, grid])
    stacked = np.stack([getattr(money, name) for money in problem.ladder.money])
    return np.asarray(stacked[levels, rows, grid])


def levels_of(problem: Problem, calendar: Calendar) -> Ints | None:
    """The level of each regular price by week, (P, T); None where none is planned."""
    return None if problem.ladder is None else calendar.levels(problem)


def regular_prices(problem: Problem, calendar: Calendar) -> Floats:
    """Regular prices incl. VAT in each week of the horizon: (P, T)."""
    listed = problem.money.base_price[:, None]
    if problem.ladder is None:
        return np.broadcast_to(listed, (problem.blocks, problem.horizon))
    return np.take_along_axis(problem.ladder.price, calendar.levels(problem), axis=1)


def moves_of(levels: Ints) -> Moves:
    """The changes in a table of levels (P, T), sorted by block and week."""
    before = np.concatenate([np.zeros((levels.shape[0], 1), np.int64), levels[:, :-1]], axis=1)
    block, week = np.nonzero(levels != before)
    return Moves(block.astype(np.int64), week.astype(np.int64), levels[block, week])
