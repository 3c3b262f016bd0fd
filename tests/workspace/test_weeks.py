from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.weeks import (
    FIRST_YEAR,
    LAST_YEAR,
    iso_week,
    monday,
    mondays,
    week_index,
    weeks_between,
    weeks_in_year,
)

days = st.dates(date(FIRST_YEAR, 1, 10), date(LAST_YEAR, 12, 20))


def strptime_monday(name: str) -> date:
    """The oracle: the C library's own reading of an ISO week."""
    return datetime.strptime(f"{name}-1", "%G-W%V-%u").date()


@given(days)
def test_any_weekday_is_its_monday(day: date) -> None:
    found = monday(day.isoformat()).item()
    assert found.weekday() == 0
    assert timedelta(0) <= day - found < timedelta(7)


@given(days)
def test_week_names_are_what_strptime_reads(day: date) -> None:
    name = iso_week(day)
    assert monday(name).item() == strptime_monday(name)
    assert monday(name) == monday(day.isoformat())
    assert iso_week(np.datetime64(day)) == name


@given(st.lists(days, min_size=1))
def test_arrays_agree_with_single_days(many: list[date]) -> None:
    array = np.array([*many, "NaT"], dtype="datetime64[D]")
    found = mondays(array)
    assert [f.item() for f in found[:-1]] == [monday(d.isoformat()).item() for d in many]
    assert np.isnat(found[-1])


@given(days, st.integers(0, 300))
def test_ranges_hold_every_week_once(first: date, count: int) -> None:
    last = first + timedelta(days=7 * count)
    found = weeks_between(first, np.datetime64(last))
    assert len(found) == count + 1
    assert list(week_index(found, first)) == list(range(count + 1))
    assert len(weeks_between(last + timedelta(7), first)) == 0


def test_2026_has_53_weeks() -> None:
    assert weeks_in_year(2026) == 53
    assert monday("2026-W53") == np.datetime64("2026-12-28")
    assert monday("2027-01-01") == monday("2026-W53")
    assert weeks_in_year(2025) == 52


@pytest.mark.parametrize(
    "text",
    [
        "2025-W53",
        "2025-W00",
        "2025-W1",
        "2025W01",
        "2025-w01",
        "2025-W01-1",
        "20250106",
        "2025-02-29",
        "2025-1-6",
        "06/01/2025",
        "1949-12-31",
        "2151-01-01",
        "9999-W52",
        "٢٠٢٥-٠١-٠٦",
        "2025-01-06T00:00",
        "",
        "NaT",
    ],
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        monday(text)
