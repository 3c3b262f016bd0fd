"""Sources of past lifts: exact sums, the decomposition's totals, and the simulator's worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.base_price import regular_prices
from models.decomposition import decomposition
from models.estimator import Estimate, estimate
from models.event_sources import COLUMNS, SOURCES, event_sources
from models.member import members_of
from models.panel import panel_of
from models.simulator import FORMS, Deals, Market, MarketOptions, make_market, write_market
from workspace.load import load

OPTIONS = MarketOptions(accounts=4, brands=(3, 2), competitors=1, weeks=104, future=20, noise=0.08)


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market(OPTIONS, 2)


@pytest.fixture(scope="module")
def fitted(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Estimate:
    workspace = load(write_market(market, tmp_path_factory.mktemp("sources")))
    panel = panel_of(workspace)
    return estimate(panel, regular_prices(panel), members_of(("fourier-2",), ()), "ES")


@pytest.fixture(scope="module")
def found(fitted: Estimate) -> pd.DataFrame:
    return event_sources(fitted)


def test_gains_are_the_sum_of_their_sources(found: pd.DataFrame) -> None:
    assert tuple(found.columns) == COLUMNS
    assert len(found) > 100
    thousandths = (found[["gain", *SOURCES]] * 1000).round().astype("int64")
    assert (thousandths["gain"] == thousandths[list(SOURCES)].sum(axis=1)).all()


def test_what_was_taken_is_what_the_decomposition_lost(
    fitted: Estimate, found: pd.DataFrame
) -> None:
    """Where every week with any deal counts as promoted; small ones are no events."""
    table = decomposition(fitted)
    gross = table[["depth", "feature", "display"]].sum().sum()
    within = gross - found["gain"].sum()
    assert within > 0.0
    borrowed = found["later_weeks"].sum() + within
    assert borrowed == pytest.approx(-table["carry_over"].sum(), rel=0.02)
    taken = found["own_products"].sum() + found["own_products_later"].sum()
    assert taken == pytest.approx(-table["cannibalisation"].sum(), rel=0.02)


def test_sources_are_the_simulators(market: Market, found: pd.DataFrame) -> None:
    """The market simulated with and without each of a few dozen events of the past."""
    truth = market.truth
    units = FORMS[truth.form].units
    world = units(truth)
    names = ["gain", "later_weeks", "own_products", "competitors"]
    true = dict.fromkeys(names, 0.0)
    chosen = found.iloc[::7]
    for row in chosen.itertuples():
        a, p = truth.accounts.index(row.account), truth.products.index(row.product)
        start = int(np.flatnonzero(truth.weeks == np.datetime64(row.start_week, "D"))[0])
        keep = np.ones(truth.deals.depth.shape)
        keep[a, p, start : start + row.weeks] = 0.0
        deals = truth.deals
        gone = Deals(deals.depth * keep, deals.feature * keep, deals.display * keep)
        change = (world - units(truth.planned(gone)))[a, :, : truth.history]
        ran = keep[a, p, : truth.history] == 0.0
        mine = np.arange(len(truth.products)) == p
        true["gain"] += change[p, ran].sum()
        true["later_weeks"] -= change[p, ~ran].sum()
        true["own_products"] -= change[truth.own & ~mine].sum()
        true["competitors"] -= change[~truth.own].sum()
    told = chosen[names].sum()
    for name in names:
        assert told[name] == pytest.approx(true[name], rel=0.35), name
    # Control: own products lost more than competitors', and it shows.
    assert true["own_products"] > 1.3 * true["competitors"]
    assert told["own_products"] > 1.3 * told["competitors"]


def test_averages_paid_have_no_events(fitted: Estimate) -> None:
    blind = replace(fitted, regular=replace(fitted.regular, separate=False))
    assert len(event_sources(blind)) == 0
