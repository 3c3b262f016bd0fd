"""Planned regular prices in the flat form that compiled code reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np

from optimizer.problem import Bools, Floats, Ints, Problem
from optimizer.regular_prices import price_effects

MOST_PATHS = 4_000  # of regular prices that are listed one by one


@dataclass(frozen=True)
class PricesPlanned:
    """Arrays by option, and the states that a regular price can be in."""

    levels: int  # L
    lift: Floats  # (P, O)
    funding: Floats  # (P, O)
    retail: Floats  # (P, O)
    priced: Bools  # (P,)
    regular: Floats  # (P, L)
    factor: Floats  # (P, L)
    option_open: Bools  # (P, O, T); (P, O, 0) where nothing is planned
    state_level: Ints  # (J,)
    state_used: Ints  # (J,)
    paths: Ints  # (n, T)

    def every(self, values: Floats) -> Floats:
        """What does not depend on the regular price, (P, K+1), for each option: (P, O)."""
        return np.tile(values, (1, self.levels))


def prices_planned(problem: Problem) -> PricesPlanned:
    """The arrays of a problem; with one level where prices are fixed."""
    ladder, horizon = problem.ladder, problem.horizon
    blocks, kinds = problem.depth.shape
    if ladder is None:
        money = problem.money
        return PricesPlanned(
            1, problem.demand.lift, money.funding, money.retail_margin,
            np.zeros(blocks, dtype=np.bool_), money.base_price[:, None], np.ones((blocks, 1)),
            np.zeros((blocks, kinds, 0), dtype=np.bool_), np.zeros(1, np.int64),
            np.zeros(1, np.int64), np.zeros((0, horizon), np.int64),
        )  # fmt: skip
    levels = len(ladder.money)
    effects = price_effects(ladder, problem.demand)
    lift = problem.demand.lift[:, None, :] + effects[:, :, None]
    states = [(0, 0)]
    for used in range(1, ladder.changes + 1):
        states += [(level, used) for level in range(levels) if used > 1 or level > 0]
    return PricesPlanned(
        levels,
        lift.reshape(blocks, -1),
        np.concatenate([money.funding for money in ladder.money], axis=1),
        np.concatenate([money.retail_margin for money in ladder.money], axis=1),
        ladder.priced,
        ladder.price,
        np.exp(effects),
        ladder.open.reshape(blocks, levels * kinds, horizon),
        np.array([level for level, _ in states], dtype=np.int64),
        np.array([used for _, used in states], dtype=np.int64),
        _paths(levels, ladder.changes, horizon),
    )


def _paths(levels: int, changes: int, horizon: int) -> Ints:
    """Every way of the level through the horizon with so many changes: (n, T); none if too many."""
    changes = min(changes, horizon)
    count = sum(comb(horizon, n) * (levels - 1) ** n for n in range(changes + 1))
    if count > MOST_PATHS:
        return np.zeros((0, horizon), np.int64)
    paths = []
    for used in range(changes + 1):
        for weeks in combinations(range(horizon), used):
            for chosen in product(range(levels), repeat=used):
                before = (0, *chosen)[:used]
                if any(new == old for new, old in zip(chosen, before, strict=True)):
                    continue
                path = np.zeros(horizon, np.int64)
                for week, level in zip(weeks, chosen, strict=True):
                    path[week:] = level
                paths.append(path)
    return np.array(paths, dtype=np.int64).reshape(-1, horizon)
