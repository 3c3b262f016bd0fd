"""What the calendar does to demand: season, holidays and trend, as columns over weeks."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import numpy as np
from numpy.typing import NDArray

from models.feasts import feast_columns
from workspace.weeks import Weeks

Floats = NDArray[np.float64]

YEAR = 365.2425  # days
# A season seen once cannot be told from anything else that happened that year: half of it, at
# least, must have come back.
SEASON_NEEDS = 78  # weeks of history
TREND_NEEDS = 52
# A trend fades after history: a week ahead adds this much of the step of the week before, so that
# it has mostly run out after a quarter.
TREND_DAMPING = 0.85


def carried_options(season: tuple[str, ...], weeks: int) -> tuple[str, ...]:
    """The options of the settings' `season` that a history of so many weeks can carry."""
    needs = {option: TREND_NEEDS if option == "trend" else SEASON_NEEDS for option in season}
    return tuple(option for option in season if weeks >= needs[option])


def calendar_columns(
    options: tuple[str, ...], weeks: Weeks, last: np.datetime64, country: str
) -> dict[str, Floats]:
    """One column of length T for each calendar term, by name.

    `fourier-k`: k pairs of sine and cosine of the day of the year; `holidays`: public holidays of
    the country in the week, and columns of its moving feasts; `trend`: years since `last`, the last
    week of history, damped after it.
    """
    columns: dict[str, Floats] = {}
    for option in options:
        if option.startswith("fourier-"):
            angle = 2.0 * np.pi * weeks.astype("datetime64[D]").astype(np.float64) / YEAR
            for k in range(1, int(option.removeprefix("fourier-")) + 1):
                columns[f"sin{k}"] = np.sin(k * angle)
                columns[f"cos{k}"] = np.cos(k * angle)
        elif option == "holidays":
            columns["holidays"] = holiday_counts(weeks, country)
            columns |= feast_columns(weeks, country)
        elif option == "trend":
            columns["trend"] = damped_trend(weeks, last)
    return columns


def holiday_counts(weeks: Weeks, country: str) -> Floats:
    """Public holidays from Monday to Sunday of each week: (T,). 0 for an unknown country."""
    days = [week.astype(date) for week in weeks.astype("datetime64[D]")]
    if not days:
        return np.zeros(0)
    years = range(min(days).year, max(days).year + 2)
    try:
        known = holidays.country_holidays(country, years=years)
    except NotImplementedError:
        return np.zeros(len(days))
    return np.array(
        [sum(monday + timedelta(days=k) in known for k in range(7)) for monday in days],
        dtype=np.float64,
    )


def damped_trend(weeks: Weeks, last: np.datetime64) -> Floats:
    """Years since `last`, negative before it; after it each week adds less than the one before."""
    ahead = (weeks.astype("datetime64[D]") - last.astype("datetime64[D]")).astype(np.float64) / 7.0
    damped = TREND_DAMPING * (1.0 - TREND_DAMPING ** np.maximum(ahead, 0.0)) / (1.0 - TREND_DAMPING)
    return np.asarray(np.where(ahead > 0.0, damped, ahead) * 7.0 / YEAR)
