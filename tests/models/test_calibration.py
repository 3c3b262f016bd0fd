from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.base_price import regular_prices
from models.calibration import LEVELS, calibrate, last_weeks
from models.estimator import estimate
from models.forecast import forecast
from models.member import Member
from tests.models.simulated import Simulated, simulate


def test_normal_data_need_no_widening(simulated: Simulated) -> None:
    regular = regular_prices(simulated.panel)
    fitted = estimate(simulated.panel, regular, (Member(),), "ES")
    found = calibrate(simulated.panel, regular, (Member(),), "ES", fitted)
    assert found.held_out
    assert found.points == simulated.panel.series * 13
    np.testing.assert_allclose(found.widths, 1.0, atol=0.15)


def test_intervals_are_nested_and_hold_what_they_are_made_from(simulated: Simulated) -> None:
    regular = regular_prices(simulated.panel)
    fitted = estimate(simulated.panel, regular, (Member(),), "ES")
    found = calibrate(simulated.panel, regular, (Member(),), "ES", fitted)
    made = forecast(fitted, np.arange(104))
    units = simulated.panel.units
    for level in LEVELS:
        low, high = found.interval(made, fitted.promoted, level)
        held = np.mean((low <= units) & (units <= high))
        assert held == pytest.approx(level, abs=0.06)


def test_wilder_promoted_weeks_get_wider_intervals(simulated: Simulated) -> None:
    panel = simulated.panel
    regular = regular_prices(panel)
    members = (Member(),)
    quiet = estimate(panel, regular, members, "ES")
    noise = np.random.default_rng(5).normal(0.0, 0.5, panel.units.shape)
    units = np.where(quiet.promoted, panel.units * np.exp(noise), panel.units)
    wild = replace(panel, units=units)
    fitted = estimate(wild, regular, members, "ES")
    found = calibrate(wild, regular, members, "ES", fitted)
    assert found.promoted_widths[2] > 1.3 * found.widths[2]
    # The control: without that noise they are alike.
    alike = calibrate(panel, regular, members, "ES", quiet)
    assert alike.promoted_widths[2] == pytest.approx(alike.widths[2], rel=0.2)


def test_short_history_uses_the_fit_and_is_never_narrower() -> None:
    panel = simulate(2, 1, 30).panel
    regular = regular_prices(panel)
    fitted = estimate(panel, regular, (Member(),), "ES")
    found = calibrate(panel, regular, (Member(),), "ES", fitted)
    assert not found.held_out
    assert min(found.widths) >= 1.0


def test_last_weeks() -> None:
    weeks = np.array([[True, False, True, True], [False, False, True, False]])
    expected = [[False, False, True, True], [False, False, True, False]]
    np.testing.assert_array_equal(last_weeks(weeks, 2), expected)
    assert not last_weeks(weeks, 0).any()
