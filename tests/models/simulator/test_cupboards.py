"""Households with cupboards: nobody is lost, everything bought is stored or eaten, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.simulator.forms.cupboards import (
    APPETITE,
    EATEN,
    FIRST_WORTH,
    MOST,
    ROOM,
    SEGMENTS,
    Households,
    eaten,
)

Floats = np.ndarray


def homes(groups: int = 2, products: int = 3) -> Households:
    rng = np.random.default_rng(1)
    return Households.of(
        rng.uniform(100.0, 900.0, groups), rng.uniform(1.5, 3.0, (groups, products))
    )


def some_stocks(population: Households) -> Floats:
    rng = np.random.default_rng(2)
    stocks = rng.uniform(0.0, 1.0, population.empty().shape)
    return np.asarray(stocks / stocks.sum(axis=2, keepdims=True))


def test_nobody_is_lost_and_every_unit_is_in_a_cupboard_or_eaten() -> None:
    population = homes()
    stocks = some_stocks(population)
    liked = np.random.default_rng(3).normal(-1.0, 0.5, (2, 3))
    sold, after = population.week(stocks, liked, np.full((2, 3), 0.8))
    np.testing.assert_allclose(after.sum(axis=2), 1.0, rtol=1e-12)
    assert (after >= 0.0).all()
    units = np.arange(ROOM + 1)
    # The meals come last, so what is eaten is what was there with the purchases less what is left.
    before_meals = _before_meals(after)
    bought = ((before_meals - stocks) @ units) @ population.share * population.number
    np.testing.assert_allclose(sold.sum(axis=1), bought, rtol=1e-10)


def _before_meals(after: Floats) -> Floats:
    """Invert `eaten` by its matrix."""
    matrix = np.array([eaten(row[None, None])[0, 0] for row in np.eye(ROOM + 1)])
    return np.asarray(after @ np.linalg.inv(matrix))


def test_one_household_by_hand() -> None:
    population = homes(groups=1, products=2)
    stocks = np.zeros_like(population.empty())
    stocks[:, :, 1] = 1.0  # one unit in every cupboard
    liked, price = np.array([[0.3, -0.2]]), np.array([[0.8, 1.0]])
    sold, _ = population.week(stocks, liked, price)
    expected = np.zeros(2)
    for g, (share, _, patient) in enumerate(SEGMENTS):
        weights = np.zeros((2, MOST + 1))
        for p in range(2):
            beta = population.beta[0, g, p]
            worth = 0.0
            for n in range(1, MOST + 1):
                worth += FIRST_WORTH * np.exp(-(1 + n - 1) / patient)
                weights[p, n] = np.exp(liked[0, p] + beta * (worth - n * price[0, p]))
        chance = weights / (1.0 + weights.sum())
        expected += share * population.number[0] * (chance @ np.arange(MOST + 1))
    np.testing.assert_allclose(sold[0], expected, rtol=1e-12)


def test_a_full_cupboard_buys_nothing() -> None:
    population = homes()
    stocks = np.zeros_like(population.empty())
    stocks[:, :, ROOM] = 1.0
    sold, after = population.week(stocks, np.zeros((2, 3)), np.full((2, 3), 0.5))
    assert (sold == 0.0).all()
    chance = EATEN + APPETITE * (ROOM - 1)
    np.testing.assert_allclose(after[:, :, ROOM - 1], chance, rtol=1e-12)


def test_control_an_empty_one_does() -> None:
    population = homes()
    sold, _ = population.week(population.empty(), np.zeros((2, 3)), np.full((2, 3), 0.5))
    assert (sold > 0.0).all()


def test_a_crowd_of_single_households_buys_what_the_distribution_says() -> None:
    """Agents drawn one by one, eight weeks with a deal in the third: the mean of many."""
    population = homes(groups=1, products=2)
    liked, rng = np.array([[-0.5, -0.8]]), np.random.default_rng(5)
    crowd, weeks = 60_000, 8
    prices = np.ones((weeks, 2))
    prices[2, 0] = 0.7
    segment = rng.choice(len(SEGMENTS), crowd, p=population.share)
    cupboard = np.zeros(crowd, dtype=np.int64)
    stocks = population.empty()
    for week in range(weeks):
        sold, stocks = population.week(stocks, liked, prices[week][None])
        chosen = population.choices(liked, prices[week][None])[0]
        weight = chosen[segment, cupboard].reshape(crowd, -1)
        chance = np.cumsum(weight, axis=1) / (1.0 + weight.sum(axis=1, keepdims=True))
        pick = (rng.uniform(size=(crowd, 1)) >= chance).sum(axis=1)
        product, amount = np.divmod(pick, MOST)
        amount = np.where(pick < weight.shape[1], amount + 1, 0)
        per_home = [amount[product == p].sum() / crowd for p in range(2)]
        np.testing.assert_allclose(per_home, sold[0] / population.number[0], rtol=0.06)
        cupboard = cupboard + amount
        hungry = rng.uniform(size=crowd) < EATEN + APPETITE * (cupboard - 1)
        cupboard = cupboard - ((cupboard > 0) & hungry)
    share = np.bincount(cupboard, minlength=ROOM + 1) / crowd
    held = population.share @ stocks[0]
    assert np.abs(share - held).max() < 0.01
    assert share @ np.arange(ROOM + 1) == pytest.approx(held @ np.arange(ROOM + 1), rel=0.02)
