"""Timed deals, instruments strong and weak, against a second program and a known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.sandbox.regression.gmm import IV2SLS

from models.base_price import regular_prices
from models.endogeneity import Endogeneity, _two_stages, endogeneity
from models.estimator import Estimate, estimate
from models.member import Member
from models.panel import Panel
from tests.models.simulated import simulate

EFFECT = 2.5


def timed(strength: float, national: float, seed: int = 3) -> Panel:
    """Deals that come in good weeks of the account (strength), or by a national calendar."""
    panel = simulate(accounts=8, products=4, weeks=100, seed=seed).panel
    random = np.random.default_rng(seed)
    shock = np.zeros((8, 100))
    for week in range(1, 100):
        shock[:, week] = 0.5 * shock[:, week - 1] + 0.25 * random.normal(size=8)
    calendar = random.normal(size=(4, 100))
    push = strength * shock[panel.account] / 0.29 + national * calendar[panel.product]
    on = push + random.normal(size=panel.units.shape) > 1.3
    cut = np.where(on, -np.log(0.8), 0.0)
    base = np.full(panel.price.shape, 3.0)
    log = 6.0 + EFFECT * cut + shock[panel.account] + random.normal(0.0, 0.15, cut.shape)
    blank = np.full(cut.shape, np.nan)
    return replace(
        panel, units=np.exp(log), base_price=base, price=base * np.exp(-cut), feature=blank
    )


def found(panel: Panel) -> Endogeneity:
    return endogeneity(fitted(panel))


def fitted(panel: Panel) -> Estimate:
    return estimate(panel, regular_prices(panel), (Member(),), "ES")


def test_timing_is_seen_and_allowed_for() -> None:
    one = found(timed(1.0, 0.0))
    assert one.plain > EFFECT * 1.15
    assert abs(one.shocks - EFFECT) < 0.5 * (one.plain - EFFECT)
    assert any("timed on demand" in str(text) for text in one.warnings)
    # No calendar of the nation: the instrument is refused, and its F told.
    assert one.f < 10.0
    assert one.instrument is None
    assert one.fields["instrument_refused"] is True


def test_a_national_calendar_is_an_instrument() -> None:
    one = found(timed(1.0, 1.5))
    assert one.f >= 10.0
    assert one.instrument == pytest.approx(EFFECT, abs=3.0 * one.deviation)
    assert one.deviation < 0.5
    assert abs(one.instrument - EFFECT) < abs(one.plain - EFFECT)


def test_control_deals_at_random_need_no_warning() -> None:
    one = found(timed(0.0, 0.0))
    for value in (one.plain, one.shocks, one.incidence):
        assert value == pytest.approx(EFFECT, rel=0.1)
    assert one.warnings == ()


def test_two_stages_are_those_of_statsmodels() -> None:
    random = np.random.default_rng(1)
    account = np.repeat(np.arange(10), 40)
    w, z = random.normal(size=(400, 2)), random.normal(size=400)
    hidden = random.normal(size=400)
    d = 0.7 * z + w @ [0.3, -0.2] + hidden
    y = 1.5 * d + w @ [0.5, 0.1] + hidden + random.normal(size=400)
    f, effect, deviation = _two_stages(y, d, z, w, account)
    expected = IV2SLS(y, np.column_stack([d, w]), np.column_stack([z, w])).fit().params[0]
    assert effect == pytest.approx(expected)
    assert f > 10.0
    assert deviation == pytest.approx(0.1, abs=0.05)


def test_nothing_to_tell() -> None:
    panel = timed(0.0, 0.0)
    flat = replace(panel, price=np.full(panel.price.shape, 3.0))
    one = found(flat)
    assert one.plain is None
    assert one.warnings == ()
