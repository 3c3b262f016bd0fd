from __future__ import annotations

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
    fitted = estimate(simulated.panel, regular, Member(), "ES")
    found = calibrate(simulated.panel, regular, Member(), "ES", fitted)
    assert found.held_out
    assert found.points == simulated.panel.series * 13
    np.testing.assert_allclose(found.widths, 1.0, atol=0.15)


def test_intervals_are_nested_and_hold_what_they_are_made_from(simulated: Simulated) -> None:
    regular = regular_prices(simulated.panel)
    fitted = estimate(simulated.panel, regular, Member(), "ES")
    found = calibrate(simulated.panel, regular, Member(), "ES", fitted)
    made = forecast(fitted, np.arange(104))
    units = simulated.panel.units
    for level in LEVELS:
        low, high = found.interval(made, level)
        held = np.mean((low <= units) & (units <= high))
        assert held == pytest.approx(level, abs=0.06)


def test_short_history_uses_the_fit_and_is_never_narrower() -> None:
    panel = simulate(2, 1, 30).panel
    regular = regular_prices(panel)
    fitted = estimate(panel, regular, Member(), "ES")
    found = calibrate(panel, regular, Member(), "ES", fitted)
    assert not found.held_out
    assert min(found.widths) >= 1.0


def test_last_weeks() -> None:
    weeks = np.array([[True, False, True, True], [False, False, True, False]])
    expected = [[False, False, True, True], [False, False, True, False]]
    np.testing.assert_array_equal(last_weeks(weeks, 2), expected)
    assert not last_weeks(weeks, 0).any()
