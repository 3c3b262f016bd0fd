"""What deals take from elsewhere is found where it is, and not where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import structure
from models.base_price import regular_prices
from models.estimator import Estimate, estimate
from models.member import Member
from models.panel import Panel
from models.structural import pressure_of
from tests.models.simulated import Simulated, simulate


def fitted(panel: Panel) -> Estimate:
    return estimate(panel, regular_prices(panel), (Member(),), "ES")


def mean_of(found: Estimate, name: str) -> float:
    values = found.coefficient(name)
    return 0.0 if values is None else float(values.mean())


@pytest.fixture(scope="module")
def lift(simulated: Simulated) -> np.ndarray:
    """The true ln lifts, as the panel's deals have them."""
    panel = simulated.panel
    effects = np.stack([simulated.deal, simulated.feature, np.zeros_like(simulated.deal)], axis=1)
    return pressure_of(panel, regular_prices(panel), effects)


def taking(panel: Panel, effect: np.ndarray) -> Panel:
    return replace(panel, units=panel.units * np.exp(effect))


def test_deals_take_from_the_shelf_now_and_later(simulated: Simulated, lift: np.ndarray) -> None:
    panel = simulated.panel
    pull = structure.pulls(lift, structure.shares(panel))
    others = structure.of_others(pull, structure.shelves(panel))
    stocked = structure.weighted_past(others, structure.STOCK_WEIGHTS)
    found = fitted(taking(panel, -0.6 * others - 0.5 * stocked))
    assert mean_of(found, "siblings") == pytest.approx(-0.6, abs=0.15)
    later = mean_of(found, "siblings_after") + mean_of(found, "stock")
    assert later == pytest.approx(-0.5, abs=0.25)
    assert mean_of(found, "dip") + mean_of(found, "long_dip") > -0.1


def test_competitors_deals_take_too_and_are_usual(simulated: Simulated, lift: np.ndarray) -> None:
    panel = simulated.panel
    pull = structure.pulls(lift, structure.shares(panel))
    others = structure.of_others(pull, structure.shelves(panel))
    theirs = replace(taking(panel, -0.6 * others), own=panel.product != 2)
    found = fitted(theirs)
    assert found.panel.series == int(theirs.own.sum())
    assert found.coefficients.shape[0] == found.share.shape[0] == found.panel.series
    assert mean_of(found, "siblings") == pytest.approx(-0.6, abs=0.15)
    # A fifth of the shelf, on deal a fifth of the weeks, lifts of about .7.
    assert 0.0 < found.usual["siblings"].mean() < 0.2
    nobody = fitted(taking(panel, -0.6 * others))
    assert nobody.usual["siblings"].max() == 0.0


def test_deals_timed_on_demand_do_not_get_its_credit() -> None:
    """Accounts' good weeks, and deals put into them: with the shock seen, lifts come back."""
    truth = simulate(6, 5, 104, seed=12)
    random = np.random.default_rng(5)
    shock = np.zeros((6, 104))
    for week in range(1, 104):
        shock[:, week] = 0.7 * shock[:, week - 1] + random.normal(0.0, 0.15, 6)
    panel = truth.panel
    # Weeks change places, so that an account's deals fall on its best weeks.
    depth = (panel.price < 0.99 * panel.base_price).reshape(6, 5, 104).sum(axis=1)
    moved = np.zeros_like(shock)
    for account in range(6):
        ranked = np.argsort(depth[account] + random.normal(0.0, 0.8, 104))
        moved[account, ranked] = np.sort(shock[account])
    timed = taking(panel, moved[panel.account])
    blind = fitted(replace(timed, account=np.arange(30), accounts=tuple(map(str, range(30)))))
    seeing = fitted(timed)
    assert seeing.design.index("shock") is not None
    off = [abs(mean_of(found, "deal") - truth.deal.mean()) for found in (seeing, blind)]
    assert off[0] < 0.7 * off[1]
    assert seeing.shocks.mean() > 0.005


def test_deals_that_overlap_are_told_from_deals_that_add_up(
    simulated: Simulated, lift: np.ndarray
) -> None:
    panel = simulated.panel
    share, shelf = structure.shares(panel), structure.shelves(panel)
    others = structure.of_others(structure.pulls(lift, share), shelf)
    overlap = structure.overlaps(lift, share, shelf)
    found = fitted(taking(panel, -0.9 * (others - overlap)))
    assert mean_of(found, "overlap") == pytest.approx(0.9, abs=0.35)
    assert mean_of(found, "siblings") == pytest.approx(-0.9, abs=0.15)
    adding = fitted(taking(panel, -0.9 * others))
    assert mean_of(adding, "overlap") < 0.35
