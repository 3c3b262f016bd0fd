"""What a small instance is made of, before it is written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST_WEEK = date(2026, 1, 5)
ACCOUNTS = ("001", "B2")
PRODUCTS = ("P1", "NA")  # codes that careless readers turn into numbers or blanks

Row = dict[str, object]


@dataclass
class Tiny:
    """All tables of one instance, as rows of plain values; blank is an empty string."""

    weeks: int
    tables: dict[str, list[Row]] = field(default_factory=dict)
    response: dict[str, list[Row]] = field(default_factory=dict)
    guardrails: list[Row] = field(default_factory=list)
    scenario: dict[str, object] = field(default_factory=dict)


def week_of(index: int) -> str:
    """The Monday of a week of the horizon, 0 its first."""
    return (FIRST_WEEK + timedelta(weeks=index)).isoformat()
