"""Feasts that move from year to year: the weeks before, of and after each, as columns over weeks.

A wave of the year cannot follow them, and a count of holidays cannot tell them from a day off.
Easter is computed; the others are taken from the country's public holidays, by English names.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np
from numpy.typing import NDArray

from workspace.weeks import Weeks

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EASTER = "easter"
# Countries whose shops follow the Easter of the Orthodox churches.
ORTHODOX = frozenset(("BG", "BY", "CY", "ET", "GE", "GR", "MD", "ME", "MK", "RO", "RS", "RU"))
NAMED = {
    "eid": re.compile(r"Eid al-Fitr"),
    "lunar_new_year": re.compile(r"(Chinese|Lunar|Korean) New Year"),
    "pesach": re.compile(r"Pesach"),
    "diwali": re.compile(r"Diwali"),
}
# Weeks of a column against the feast's own.
PLACES = {"_before": -1, "": 0, "_after": 1}
# Seen once, a feast cannot be told from anything else that happened in its week.
LEAST_SEEN = 2


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar.

    The anonymous algorithm of Nature (1876), as in Meeus, Astronomical Algorithms (1991), ch. 8.
    """
    century, in_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    weekday = (32 + 2 * rest + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Julian calendar, as a Gregorian date (Meeus, the same chapter)."""
    epact = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - epact + 34) % 7
    month, day = divmod(epact + weekday + 114, 31)
    behind = year // 100 - year // 400 - 2
    return date(year, month, day + 1) + timedelta(days=behind)


def feasts(country: str, years: range) -> dict[str, list[date]]:
    """First days of the country's moving feasts in these years, by feast; Easter is everywhere.

    Countries that keep another moving feast as a public holiday, and Easter not, still sell eggs:
    what the history does not show is shrunk to nothing.
    """
    day = orthodox_easter if country in ORTHODOX else easter
    found = {EASTER: [day(year) for year in years]}
    for name, matches in NAMED.items():
        first: dict[int, date] = {}
        for when, what in sorted(_public(country, years).items()):
            if matches.search(what):
                first.setdefault(when.year, when)
        if first:
            found[name] = list(first.values())
    return found


def feast_columns(weeks: Weeks, country: str) -> dict[str, Floats]:
    """1 in the week before, of and after each feast, 0 elsewhere: (T,) by name."""
    if not len(weeks):
        return {}
    mondays = weeks.astype("datetime64[D]")
    years = range(mondays[0].astype(date).year - 1, mondays[-1].astype(date).year + 2)
    columns: dict[str, Floats] = {}
    for feast, days in feasts(country, years).items():
        own = np.array([day - timedelta(days=day.weekday()) for day in days], "datetime64[D]")
        for suffix, place in PLACES.items():
            columns[feast + suffix] = np.isin(mondays, own + 7 * place).astype(np.float64)
    return columns


def feast_of(column: str) -> str | None:
    """The feast that a column is of, None for other columns."""
    feast = column.removesuffix("_before").removesuffix("_after")
    return feast if feast == EASTER or feast in NAMED else None


def seen_too_rarely(weeks: Weeks, learned: Bools, country: str) -> tuple[str, ...]:
    """Feasts with fewer than LEAST_SEEN of their weeks among the `learned` (T,)."""
    columns = feast_columns(weeks, country)
    own = {name: cells for name, cells in columns.items() if name == feast_of(name)}
    return tuple(name for name, cells in own.items() if cells[learned].sum() < LEAST_SEEN)


@cache
def _public(country: str, years: range) -> dict[date, str]:
    """Public holidays with their English names where there are any; none of an unknown country."""
    try:
        known = holidays.country_holidays(country, years=years)
        languages = known.supported_languages or ()
        if "en_US" in languages:
            known = holidays.country_holidays(country, years=years, language="en_US")
    except NotImplementedError:
        return {}
    return dict(known)
