"""Weeks as everyone here means them: ISO weeks, named by their Monday."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from workspace.text import Text

Weeks = NDArray[np.datetime64]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)

# Outside these years a date is a slip of the keyboard, and a range that reaches it would make
# arrays of thousands of years.
FIRST_YEAR, LAST_YEAR = 1950, 2150


def weeks_in_year(year: int) -> int:
    """52 or 53 ISO weeks: 28 December is always in the last one."""
    return date(year, 12, 28).isocalendar().week


def monday(text: str) -> np.datetime64:
    """The Monday (datetime64[D]) of an ISO date of any weekday, or of a week `YYYY-Www`.

    Raises ValueError for anything else, for a week that its year does not have, and for years
    outside 1950-2150; the error's only argument is a Text that says which.
    """
    week = _WEEK.fullmatch(text)
    if week:
        year, number = int(week[1]), int(week[2])
        _check_year(year)
        if not 1 <= number <= weeks_in_year(year):
            raise ValueError(Text("{year} has {n} weeks", year=year, n=weeks_in_year(year)))
        return np.datetime64(date.fromisocalendar(year, number, 1), "D")
    day = day_of(text)
    return np.datetime64(day - timedelta(days=day.weekday()), "D")


def day_of(text: str) -> date:
    """The day of an ISO date. Raises ValueError as `monday` does."""
    if not _DATE.fullmatch(text):
        raise ValueError(Text("not an ISO date"))
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(Text("no day of the calendar")) from error
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            Text("the year is outside {first}-{last}", first=FIRST_YEAR, last=LAST_YEAR)
        )


def mondays(days: Weeks) -> Weeks:
    """The Mondays of an array of dates, elementwise, as datetime64[D]; NaT stays NaT."""
    # 1970-01-01 was a Thursday: shifted by three days, weeks start at multiples of seven.
    whole = days.astype("datetime64[D]")
    blank = np.isnat(whole)
    numbers = whole.astype(np.int64)
    found = (numbers - (numbers + 3) % 7).astype("datetime64[D]")
    found[blank] = np.datetime64("NaT")
    return found


def weeks_between(first: np.datetime64 | date, last: np.datetime64 | date) -> Weeks:
    """Every Monday from the week of `first` to the week of `last`, both included: shape (n,).

    Empty where `last` is in an earlier week.
    """
    ends = mondays(np.array([first, last], dtype="datetime64[D]"))
    return np.arange(ends[0], ends[1] + np.timedelta64(1, "D"), np.timedelta64(7, "D"))


def week_index(weeks: Weeks, first: np.datetime64 | date) -> NDArray[np.int64]:
    """Whole weeks since the week of `first`, elementwise (negative before it). No NaT."""
    start = mondays(np.array([first], dtype="datetime64[D]"))[0]
    days: NDArray[np.int64] = (mondays(weeks) - start).astype(np.int64)
    return days // 7


def iso_week(week: np.datetime64 | date) -> str:
    """The name `YYYY-Www` of the week that a day is in."""
    calendar = np.array(week, dtype="datetime64[D]").item().isocalendar()
    return f"{calendar.year:04d}-W{calendar.week:02d}"
