"""Slips move lifts less than they would, and panels without slips are fitted as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import robust
from models.base_price import regular_prices
from models.estimator import Estimate, estimate
from models.level import levels_of
from models.member import Level, members_of
from models.moments import Moments
from models.panel import Panel
from models.robust import belief_of
from tests.models.simulated import simulate


def _fitted(panel: Panel) -> Estimate:
    return estimate(panel, regular_prices(panel), members_of((), ()), "ES")


def _lifts(fitted: Estimate) -> np.ndarray:
    """ln lift of each series' deals of the past, series by week."""
    names = ("deal", "feature", "curve", "deal_feature")
    places = [k for k, term in enumerate(fitted.design.terms) if term.name in names]
    x, coefficients = fitted.design.x[:, :, places], fitted.coefficients[:, places]
    return np.einsum("ntk,nk->nt", x, coefficients)


def _spoilt(panel: Panel, share: float, seed: int) -> Panel:
    """Some weeks five times, or a fifth of, what was sold."""
    random = np.random.default_rng(seed)
    hit = random.random(panel.units.shape) < share
    times = np.where(random.random(hit.shape) < 0.5, 5.0, 0.2)
    return replace(panel, units=np.where(hit, panel.units * times, panel.units))


def test_a_week_far_off_is_put_at_the_limit() -> None:
    random = np.random.default_rng(1)
    residual = 0.2 * np.clip(random.normal(size=(20, 100)), -3.4, 3.4)
    used = np.ones(residual.shape, dtype=np.bool_)
    used[0, 0] = False
    residual[0, 0], residual[3, 7] = 50.0, 2.0
    found = belief_of(residual, used, np.full(20, 0.04))
    assert found.weight[3, 7] == pytest.approx((robust.FAR / 10.0) ** 2, rel=0.1)
    assert found.weight[0, 0] == 1.0  # a week that is not used has no say
    assert (np.delete(found.weight.ravel(), 307) > 0.7).all()
    assert not found.whole
    assert 1.0 <= found.tails < 1.02
    residual[3, 7] = 0.0
    assert belief_of(residual, used, np.full(20, 0.04)).whole


def test_no_weeks_and_no_errors_are_believed() -> None:
    blank = np.zeros((2, 5))
    none = np.zeros(blank.shape, dtype=np.bool_)
    assert belief_of(blank, none, np.ones(2)).whole
    assert belief_of(blank, ~none, np.ones(2)).whole


def test_weighted_sums_are_those_of_repeated_weeks() -> None:
    random = np.random.default_rng(2)
    design, logs = random.normal(size=(2, 6, 3)), random.normal(size=(2, 6))
    used = np.ones((2, 6), dtype=np.bool_)
    index = np.zeros(2, dtype=np.int64)
    weight = np.ones((2, 6))
    weight[:, -1] = 2.0
    found = Moments.of(design, logs, used, index, index, weight)
    twice = [*range(6), 5]
    known = Moments.of(design[:, twice], logs[:, twice], used[:, twice], index, index)
    np.testing.assert_allclose(found.gram, known.gram)
    np.testing.assert_allclose(found.cross, known.cross)
    np.testing.assert_allclose(found.square, known.square)
    np.testing.assert_array_equal(found.count, 6.0)


@pytest.mark.parametrize("share", [0.01, 0.03])
def test_slips_move_lifts_less(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control is the same estimator that believes every week."""
    panel = simulate(accounts=5, products=4, weeks=104).panel
    clean = _lifts(_fitted(panel))
    spoilt = [_spoilt(panel, share, seed) for seed in (1, 2)]
    error = [_lifts(_fitted(each)) - clean for each in spoilt]
    monkeypatch.setattr(robust, "FAR", 1e6)
    before = [_lifts(_fitted(each)) - clean for each in spoilt]
    assert np.sqrt(np.mean(np.square(error))) < 0.6 * np.sqrt(np.mean(np.square(before)))


def test_a_clean_panel_is_fitted_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = simulate(accounts=5, products=4, weeks=80).panel
    found = _fitted(panel)
    monkeypatch.setattr(robust, "FAR", 1e6)
    np.testing.assert_array_equal(found.coefficients, _fitted(panel).coefficients)


def test_a_slip_at_the_end_does_not_move_the_level() -> None:
    panel = simulate(accounts=3, products=3, weeks=60).panel
    fitted = _fitted(panel)
    units = panel.units.copy()
    units[0, -1] *= 20.0
    spoilt = replace(panel, units=units)

    def level(seen: Panel) -> float:
        cells = levels_of(seen, fitted.design, fitted.coefficients, fitted.noise, Level())
        return float(cells.value[0])

    weight = np.ones(units.shape)
    weight[0, -1] = 0.05
    assert abs(level(spoilt.believed(weight)) - level(panel)) < 0.05
    assert abs(level(spoilt) - level(panel)) > 0.2
