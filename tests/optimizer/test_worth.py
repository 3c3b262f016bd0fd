"""What a block's weeks are worth, looked up once, is what each of them is worth by itself."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices, pack, prices_of
from optimizer.kernels.worth import unit_worth, worths
from optimizer.problem import Floats
from tests.optimizer.random_problem import Recipe, random_problem
from tests.optimizer.test_copies import some_worth


@njit(nogil=True)
def each(a: Arrays, z: Prices, p: int, units: Floats, week: Floats, start: Floats) -> None:
    """Write what every tactic is worth in every week, asked one by one."""
    for k in range(units.shape[0]):
        for t in range(units.shape[1]):
            units[k, t] = a.base[p, t] * unit_worth(a, z, p, k, t)
        for t in range(week.shape[1]):
            paid = z.spend[p, t] + z.retailer[p, t] - z.profit * a.plain[p, 2]
            week[k, t] = a.weekly_fee[p, k] * paid + z.active[p, t]
            start[k, t] = a.event_fee[p, k] * paid + z.starts[p, t]
            if a.cut[p, k]:
                week[k, t] += z.cuts[p, t]
                start[k, t] += z.cut_starts[p, t]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("profit", [1.0, 0.0])
def test_looked_up_at_once_or_one_by_one(seed: int, profit: float) -> None:
    problem = random_problem(seed, Recipe(sizes=(2, 1), carry=2))
    a = pack(problem)
    rng = np.random.default_rng(seed)
    prices = prices_of(problem, some_worth(rng, problem), profit)
    z = prices._replace(deal=rng.normal(size=prices.deal.shape))
    for p in range(problem.blocks):
        found = worths(a, z, p)
        one = [np.full_like(field, np.nan) for field in found]
        each(a, z, p, one[0], one[1], one[2])
        for field, expected in zip(found, one, strict=True):
            assert field == pytest.approx(expected)
        assert not np.allclose(found.units[1], found.units[0])  # control: tactics differ
