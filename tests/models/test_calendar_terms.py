from __future__ import annotations

import numpy as np

from models.calendar_terms import (
    calendar_columns,
    carried_options,
    damped_trend,
    holiday_counts,
)

WEEKS = np.datetime64("2025-12-01", "D") + 7 * np.arange(60)


def test_columns_by_option() -> None:
    columns = calendar_columns(("fourier-2", "holidays", "trend"), WEEKS, WEEKS[20], "ES")
    easter = ["easter_before", "easter", "easter_after"]
    assert list(columns) == ["sin1", "cos1", "sin2", "cos2", "holidays", *easter, "trend"]
    np.testing.assert_allclose(columns["sin1"] ** 2 + columns["cos1"] ** 2, 1.0)
    # A year later the season is back: 52 weeks are a day and a quarter short of it.
    np.testing.assert_allclose(columns["sin2"][52:], columns["sin2"][:8], atol=0.05)
    assert calendar_columns((), WEEKS, WEEKS[0], "ES") == {}


def test_holidays_move_with_easter() -> None:
    weeks = np.array(["2025-04-14", "2026-03-30", "2025-12-22", "2025-11-10"], "datetime64[D]")
    # Good Friday in the first two, Christmas in the third.
    np.testing.assert_array_equal(holiday_counts(weeks, "ES"), [1, 1, 1, 0])
    np.testing.assert_array_equal(holiday_counts(weeks, "XX"), 0.0)
    assert holiday_counts(weeks[:0], "ES").shape == (0,)


def test_trend_fades_after_history() -> None:
    trend = damped_trend(WEEKS, WEEKS[20])
    steps = np.diff(trend)
    np.testing.assert_allclose(steps[:20], 7 / 365.2425)
    assert (np.diff(steps[20:]) < 0.0).all()
    assert trend[20] == 0.0
    assert trend[-1] < 7 * 7 / 365.2425  # less than seven weeks' worth in all


def test_short_histories_carry_less() -> None:
    options = ("fourier-2", "holidays", "trend")
    assert carried_options(options, 104) == options
    assert carried_options(options, 60) == ("trend",)
    assert carried_options(options, 51) == ()
