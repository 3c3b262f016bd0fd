"""Sums over reviewed events: every total is the sum of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.review.bridge import CAUSES
from scenarios.review.event_review import EventReview
from scenarios.review.outcome import SOURCES
from scenarios.review.seen import Status


@dataclass(frozen=True)
class Totals:
    """Units in thousandths, money in cents. Sums of what can be told.

    `planned_spend` and what follows are over events whose weeks are over.
    """

    events: dict[Status, int]
    planned_units: int
    actual_units: int
    units: dict[str, int]  # by cause
    planned_profit: int
    actual_profit: int
    profit: dict[str, int]  # by cause
    planned_spend: int
    spend: int
    planned_incremental: int
    incremental: int
    gain: int
    sources: dict[str, int]

    @property
    def planned_roi(self) -> float | None:
        """Of the plan, None without spend."""
        return self.planned_incremental / self.planned_spend if self.planned_spend else None

    @property
    def roi(self) -> float | None:
        """Of what came, None without spend."""
        return self.incremental / self.spend if self.spend else None


def totals_of(events: Iterable[EventReview]) -> Totals:
    """Add up."""
    events = tuple(events)
    compared = [event.compared for event in events if event.compared is not None]
    over = [(event.promise, event.returns) for event in events if event.returns is not None]
    returns = [brought for _, brought in over if brought is not None]
    return Totals(
        events={status: sum(event.status is status for event in events) for status in Status},
        planned_units=sum(c.planned_units for c in compared),
        actual_units=sum(c.actual_units for c in compared),
        units={name: sum(c.units[name] for c in compared) for name in CAUSES},
        planned_profit=sum(c.planned_profit for c in compared),
        actual_profit=sum(c.actual_profit for c in compared),
        profit={name: sum(c.profit[name] for c in compared) for name in CAUSES},
        planned_spend=sum(promise.spend for promise, _ in over),
        spend=sum(brought.spend for brought in returns),
        planned_incremental=sum(promise.incremental for promise, _ in over),
        incremental=sum(brought.incremental for brought in returns),
        gain=sum(brought.gain for brought in returns),
        sources={name: sum(brought.sources[name] for brought in returns) for name in SOURCES},
    )
