"""Weeks that ran out without a mark are found where they were put, and lifts are as without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import robust, stockouts
from models.base_price import regular_prices
from models.empty_shelves import empty_shelves, suspected
from models.estimator import Estimate, estimate
from models.member import members_of
from models.panel import Panel
from models.stockouts import sold_out
from tests.models.simulated import simulate
from workspace import Workspace


def _fitted(panel: Panel) -> Estimate:
    return estimate(panel, regular_prices(panel), members_of((), ()), "ES")


def _emptied(panel: Panel, share: float) -> tuple[Panel, np.ndarray]:
    """Some promoted weeks sell 15 to 40 % of what they would have."""
    random = np.random.default_rng(5)
    promoted = panel.price < 0.95 * panel.base_price
    out = promoted & (random.random(promoted.shape) < share)
    left = random.uniform(0.15, 0.4, out.shape)
    return replace(panel, units=np.where(out, panel.units * left, panel.units)), out


def test_runs_between_usual_weeks() -> None:
    standard = np.zeros((6, 12))
    used = np.ones(standard.shape, dtype=np.bool_)
    standard[0, 4] = -4.0
    standard[1, 4:7] = -4.0
    standard[2, 4:8] = -9.0  # four weeks: no stock-out any more
    standard[3, -1] = -9.0  # nobody knows yet whether it comes back
    standard[4, 4], standard[4, 5] = -4.0, -3.0  # not back as usual
    standard[5, 4], used[5, 5] = -4.0, False
    found = sold_out(standard, used)
    expected = np.zeros_like(used)
    expected[0, 4] = expected[1, 4:7] = True
    np.testing.assert_array_equal(found, expected)
    assert not sold_out(standard[:, :2], used[:, :2]).any()


def test_lifts_are_as_if_shelves_had_been_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The controls: believing every week, and only weighing down those that are far off."""
    panel = simulate(accounts=5, products=4, weeks=104).panel
    emptied, out = _emptied(panel, 0.1)

    def lift(seen: Panel) -> float:
        """Mean ln lift of the promoted weeks."""
        fitted = _fitted(seen)
        names = ("deal", "feature", "curve", "deal_feature")
        places = [k for k, term in enumerate(fitted.design.terms) if term.name in names]
        x = fitted.design.x[:, :, places]
        lifts = np.einsum("ntk,nk->nt", x, fitted.coefficients[:, places])
        return float(lifts[panel.price < 0.95 * panel.base_price].mean())

    right = lift(panel)
    fitted = _fitted(emptied)
    found = fitted.belief.weight == 0.0
    assert (found & out).sum() > 0.7 * out.sum()
    assert (found & ~out).sum() <= 2
    error = abs(lift(emptied) - right)
    monkeypatch.setattr(stockouts, "LOW", -1e6)
    weighed = abs(lift(emptied) - right)
    monkeypatch.setattr(robust, "FAR", 1e6)
    before = abs(lift(emptied) - right)
    assert error < 0.6 * weighed
    assert error < 0.35 * before
    assert before > 0.05


def test_they_are_listed_with_their_place(market: Workspace) -> None:
    panel = simulate(accounts=3, products=3, weeks=80).panel
    assert empty_shelves(_fitted(panel)) == []
    units = panel.units.copy()
    units[4, 30] /= 8.0
    shelves = empty_shelves(_fitted(replace(panel, units=units)))
    assert len(shelves) == 1
    (one,) = shelves
    account, product = panel.codes(4)
    assert (one["account"], one["product"], one["week"]) == (account, product, str(panel.weeks[30]))
    assert one["expected"] == pytest.approx(panel.units[4, 30], rel=0.6)
    assert one["deviations"] < -6.0
    code = market.sales.iloc[0]
    known = [{**one, "account": code["account"], "product": code["product"], "week": "2025-01-06"}]
    (suspicion,) = suspected(market, known * 2)
    assert suspicion.kind == "stockout_unmarked"
    assert (suspicion.account, suspicion.product) == (code["account"], code["product"])
    assert suspicion.week == "2025-01-06"
    assert suspicion.row is not None
    assert list(suspected(market, [{**one, "deviations": -5.0}])) == []
