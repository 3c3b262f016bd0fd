"""Worlds that did not happen, in the terms of the one that did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import terms
from models.base_price import regular_prices
from models.context import context_of
from models.estimator import Estimate, estimate
from models.member import members_of
from models.otherwise import Cells, Otherwise, deals_seen
from models.structural import SHOCKS
from tests.models.simulated import Simulated, simulate

SERIES, WEEK = 5, 40


@pytest.fixture(scope="module")
def market() -> Simulated:
    return simulate(accounts=4, products=3, weeks=80, dip=0.15)


@pytest.fixture(scope="module")
def fitted(market: Simulated) -> Estimate:
    used = np.ones(market.panel.units.shape, dtype=np.bool_)
    used[SERIES, WEEK] = False
    panel = market.panel.learning(used)
    return estimate(panel, regular_prices(panel), members_of((), ()), "ES")


def test_what_happened_is_the_design(fitted: Estimate) -> None:
    otherwise = Otherwise(fitted, np.full(fitted.panel.price.shape, 3.0))
    cells = Cells(np.array([0, 3, 7]), np.array([10, 50, 79]))
    rows = otherwise.rows(cells, otherwise.actual, planned_price=False)
    expected = fitted.design.x[cells.series, cells.week].copy()
    for name in SHOCKS:
        if name in otherwise.names:
            expected[:, otherwise.names.index(name)] = 0.0
    np.testing.assert_allclose(rows, expected, atol=1e-12)


def test_without_a_deal_its_own_terms_and_later_dips_are_gone(fitted: Estimate) -> None:
    otherwise = Otherwise(fitted, np.full(fitted.panel.price.shape, 3.0))
    none = otherwise.actual.where(np.zeros(fitted.panel.units.shape, dtype=np.bool_))
    cells = Cells(np.full(20, SERIES), np.arange(30, 50))
    rows = otherwise.rows(cells, none, planned_price=True)
    names = otherwise.names
    for term in (terms.DEAL, terms.FEATURE, terms.DIP, terms.SIBLINGS):
        if term.name in names:
            np.testing.assert_allclose(rows[:, names.index(term.name)], 0.0, atol=1e-12)
    price = rows[:, names.index(terms.BASE_PRICE.name)]
    np.testing.assert_allclose(price, np.log(3.0) - fitted.design.centre[SERIES])


def test_a_price_that_the_plan_moves_holds_from_its_week_on(fitted: Estimate) -> None:
    moved = np.full(fitted.panel.price.shape, 3.0)
    moved[SERIES, 40:] = 3.3
    otherwise = Otherwise(fitted, moved)
    cells = Cells(np.full(2, SERIES), np.array([39, 40]))
    rows = otherwise.rows(cells, otherwise.actual, planned_price=True)
    price = rows[:, otherwise.names.index(terms.BASE_PRICE.name)]
    np.testing.assert_allclose(price, np.log([3.0, 3.3]) - fitted.design.centre[SERIES])


def test_a_hidden_week_is_rebuilt(market: Simulated, fitted: Estimate) -> None:
    """The baseline of the week left out, against the simulation's own."""
    otherwise = Otherwise(fitted, np.full(fitted.panel.price.shape, np.nan))
    cells = Cells(np.array([SERIES]), np.array([WEEK]))
    rows = otherwise.rows(cells, otherwise.actual, planned_price=False)
    logs = float(rows[0] @ fitted.coefficients[SERIES]) + context_of(fitted).mean[SERIES, WEEK]
    truth = np.log(market.expected[SERIES, WEEK]) - 0.5 * market.noise**2
    assert logs == pytest.approx(truth, abs=0.15)


def test_averages_paid_below_the_plans_price_are_deals(market: Simulated) -> None:
    panel = market.panel
    regular = regular_prices(panel)
    told = deals_seen(panel, regular, np.full(panel.price.shape, 3.0))
    np.testing.assert_allclose(told.cut, regular.depth_log(panel.price))
    blind = deals_seen(panel, replace(regular, separate=False), np.full(panel.price.shape, 3.0))
    np.testing.assert_allclose(blind.cut, np.maximum(np.log(3.0 / panel.price), 0.0))
