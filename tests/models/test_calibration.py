from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.base_price import regular_prices
from models.calibration import (
    LEVELS,
    calibrate,
    last_weeks,
    normal_half,
    right_widths,
)
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


@pytest.mark.parametrize("weeks", [12, 24])
def test_intervals_learned_from_short_histories_hold_in_the_weeks_to_come(weeks: int) -> None:
    """On average over three markets: chance alone moves one by .02."""
    held, narrow = [], []
    for seed in (3, 4, 5):
        panel = simulate(12, 8, weeks + 13, noise=0.3, seed=seed).panel
        regular = regular_prices(panel)
        known = panel.learning(np.broadcast_to(np.arange(weeks + 13) < weeks, panel.used.shape))
        fitted = estimate(known, regular, (Member(),), "ES")
        found = calibrate(known, regular, (Member(),), "ES", fitted)
        assert found.held_out
        assert found.points == panel.series * (weeks // 3)
        made, to_come = forecast(fitted, np.arange(weeks + 13)), np.s_[:, weeks:]
        # The control: intervals half as wide do not hold.
        half = replace(found, widths=(0.5,) * 3, promoted_widths=(0.5,) * 3)
        for calibration, into in ((found, held), (half, narrow)):
            ends = [calibration.interval(made, fitted.promoted, level) for level in LEVELS]
            inside = [(low <= panel.units) & (panel.units <= high) for low, high in ends]
            into.append([float(np.mean(cells[to_come])) for cells in inside])
    np.testing.assert_allclose(np.mean(held, axis=0), LEVELS, atol=0.03)
    assert np.mean(narrow, axis=0)[2] < 0.8


def test_few_errors_widen_the_interval_that_they_are_to_hold() -> None:
    """Of nine errors the largest is what nine tenths of those to come stay below."""
    errors = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    random = np.random.default_rng(1)
    held = np.mean(
        [
            random.random() <= right_widths(random.random(9))[2] * normal_half(0.9)
            for _ in range(4000)
        ]
    )
    assert right_widths(errors)[2] * normal_half(0.9) == pytest.approx(0.9)
    assert held == pytest.approx(0.9, abs=0.015)
    np.testing.assert_array_equal(right_widths(np.empty(0)), 1.0)


def test_last_weeks() -> None:
    weeks = np.array([[True, False, True, True], [False, False, True, False]])
    expected = [[False, False, True, True], [False, False, True, False]]
    np.testing.assert_array_equal(last_weeks(weeks, 2), expected)
    by_row = [[False, False, False, True], [False, False, True, False]]
    np.testing.assert_array_equal(last_weeks(weeks, np.array([1, 3])), by_row)
    assert not last_weeks(weeks, 0).any()
