"""One event reviewed: whole thousandths of units and whole cents, tied."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.review.seen import Status
from workspace.text import Text

CONTROLLED = ("baseline", "around", "execution", "response")  # causes with an interval


@dataclass(frozen=True)
class Deal:
    """What a deal was in the mean of an event's weeks: depth, merchandising, price incl. VAT."""

    depth: float
    feature: float
    display: float
    price: float
    weeks: int


@dataclass(frozen=True)
class Range:
    """Eight draws in ten lie between the two."""

    low: float
    high: float


@dataclass(frozen=True)
class Compared:
    """Planned against actual, over the weeks that sales tell of. Units in thousandths, cents.

    actual - planned = the sum of the causes, in units and in cents.
    """

    planned_units: int
    actual_units: int
    units: dict[str, int]  # by cause
    planned_profit: int  # what the event's own weeks earn: not against anything
    actual_profit: int
    profit: dict[str, int]  # by cause
    ranges: dict[str, Range]  # of units, by CONTROLLED


@dataclass(frozen=True)
class Returns:
    """What an event that ran brought, against none of it. Cents and thousandths of units."""

    spend: int
    gain: int  # units over those without it, in its own weeks
    gain_range: Range  # units
    sources: dict[str, int]  # gain by where it came from; sums to it
    incremental: int  # profit, net of what it cost elsewhere
    range: Range  # of the incremental profit, currency

    def roi(self, profit: float) -> float | None:
        """Profit in currency over spend; None without spend."""
        return profit * 100.0 / self.spend if self.spend else None


@dataclass(frozen=True)
class Lifts:
    """What a week of the planned deal is believed to multiply sales by, less one."""

    planned: float  # by the plan
    before: float  # by a fit that never saw the event
    next: float  # by a fit of all sales


@dataclass(frozen=True)
class Promise:
    """An event as the plan's calendar has it; money in cents."""

    event: str
    account: str
    product: str
    tactic: str
    start_week: str
    deal: Deal
    spend: int
    incremental: int  # profit against none of it
    range: Range | None  # of the incremental profit, currency; None without draws

    def roi(self, profit: float) -> float | None:
        """Profit in currency over spend; None without spend."""
        return profit * 100.0 / self.spend if self.spend else None


@dataclass(frozen=True)
class EventReview:
    """An event of the plan; what cannot be told of it is None."""

    promise: Promise
    status: Status
    missing: int  # weeks that are over without any row in sales
    actual: Deal | None
    compared: Compared | None
    returns: Returns | None
    lifts: Lifts | None
    verdict: Text

    @property
    def cause(self) -> str:
        """The cause that moved most units, "" where nothing can be compared."""
        if self.compared is None:
            return ""
        units = self.compared.units
        return max(units, key=lambda name: abs(units[name])) if any(units.values()) else ""
