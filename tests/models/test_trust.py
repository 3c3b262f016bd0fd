"""Fits that should not be trusted, each for its own reason, and some that may be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.base_price import regular_prices
from models.calibration import Calibration
from models.estimator import Estimate, estimate
from models.member import members_of
from models.panel import Panel
from models.suspicions import Suspicion
from models.trust import Trust, trust_of
from tests.models.simulated import simulate
from workspace.text import Text

CALM = Calibration((1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 200, True)


def fitted(panel: Panel) -> Estimate:
    return estimate(panel, regular_prices(panel), members_of((), ()), "ES")


@pytest.fixture(scope="module")
def sound() -> Estimate:
    return fitted(simulate(accounts=3, products=3, weeks=80).panel)


def only_reason(trust: Trust) -> str:
    (reason,) = trust.reasons
    assert not trust.trusted
    assert trust.fields["reasons"] == [str(reason)]
    return str(reason)


def test_a_sound_market_may_be_trusted(sound: Estimate) -> None:
    trust = trust_of(sound, CALM, ())
    assert trust.trusted
    assert trust.measured["lift_from_prior"] < 0.05
    assert abs(trust.measured["residual_autocorrelation"]) < 0.2
    assert trust.measured["weeks"] == 80


def test_too_short() -> None:
    trust = trust_of(fitted(simulate(accounts=3, products=3, weeks=30).panel), CALM, ())
    assert "only 30 weeks" in only_reason(trust)


def test_prices_that_never_change() -> None:
    panel = simulate(accounts=3, products=3, weeks=80).panel
    flat = np.full(panel.price.shape, 3.0)
    trust = trust_of(fitted(replace(panel, price=flat, base_price=flat)), CALM, ())
    words = [str(reason) for reason in trust.reasons]
    assert "prices hardly ever change" in words[0]
    assert "100% of the typical lift comes from prior opinion" in words[1]


def test_something_missing_that_lasts() -> None:
    panel = simulate(accounts=3, products=3, weeks=80).panel
    random = np.random.default_rng(4)
    drift = np.cumsum(random.normal(0.0, 0.25, panel.units.shape), axis=1)
    trust = trust_of(fitted(replace(panel, units=panel.units * np.exp(drift))), CALM, ())
    assert "lasts from week to week" in only_reason(trust)


def test_intervals_that_did_not_hold(sound: Estimate) -> None:
    wild = Calibration((1.0, 1.0, 1.0), (1.0, 1.0, 2.0), 200, True)
    assert "2.0 times as wide" in only_reason(trust_of(sound, wild, ()))


def test_many_suspicions(sound: Estimate) -> None:
    def about(i: int) -> Suspicion:
        return Suspicion("x", "sales.csv", 2, None, "A00", f"P{i:02d}", "", Text("odd"))

    assert "22% of the series" in only_reason(trust_of(sound, CALM, (about(0), about(1))))
    # One series suspected many times is one series.
    assert trust_of(sound, CALM, (about(0),) * 9).measured["suspected_series"] == 1 / 9
