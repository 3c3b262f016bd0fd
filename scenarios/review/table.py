"""review.csv: one row for each event of the plan, in the order of its calendar."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.reports.cells import money, number
from scenarios.review.bridge import CAUSES
from scenarios.review.event_review import CONTROLLED, Compared, Deal, EventReview, Range, Returns
from scenarios.review.outcome import SOURCES
from scenarios.review.review import Review

# Fees move no units.
UNIT_CAUSES = tuple(name for name in CAUSES if name != "fees")
HEADER = (
    "event", "account", "product", "tactic", "start_week", "weeks", "status", "weeks_run",
    "weeks_missing", "depth", "actual_depth", "feature", "actual_feature", "display",
    "actual_display", "shelf_price", "actual_price",
    "planned_units", "actual_units", *(f"units_{name}" for name in UNIT_CAUSES),
    *(f"units_{name}_{end}" for name in CONTROLLED for end in ("p10", "p90")),
    "planned_profit", "actual_profit", *(f"profit_{name}" for name in CAUSES),
    "planned_spend", "actual_spend", "planned_incremental_profit", "incremental_profit",
    "incremental_profit_p10", "incremental_profit_p90",
    "planned_roi", "planned_roi_p10", "planned_roi_p90", "roi", "roi_p10", "roi_p90",
    "gain_units", "gain_units_p10", "gain_units_p90", *(f"gain_{name}" for name in SOURCES),
    "planned_lift", "lift_before", "lift_next", "main_cause", "lesson",
)  # fmt: skip


def rows(review: Review) -> Iterator[list[str]]:
    """Blank where nothing can be told. Money in currency, units with three decimals."""
    for event in review.events:
        promise, lifts = event.promise, event.lifts
        told = (None,) * 3 if lifts is None else (lifts.planned, lifts.before, lifts.next)
        yield [
            promise.event,
            promise.account,
            promise.product,
            promise.tactic,
            promise.start_week,
            str(promise.deal.weeks),
            event.status.value,
            "" if event.actual is None else str(event.actual.weeks),
            str(event.missing),
            *_deals(promise.deal, event.actual),
            *_compared(event.compared),
            *_returns(event),
            *_sources(event.returns),
            *(number(value) for value in told),
            event.cause,
            str(event.verdict),
        ]


def _deals(planned: Deal, actual: Deal | None) -> Iterator[str]:
    for name in ("depth", "feature", "display", "price"):
        yield number(getattr(planned, name))
        yield number(None if actual is None else getattr(actual, name))


def _compared(compared: Compared | None) -> list[str]:
    if compared is None:
        return [""] * (4 + len(UNIT_CAUSES) + len(CAUSES) + 2 * len(CONTROLLED))
    return [
        units(compared.planned_units),
        units(compared.actual_units),
        *(units(compared.units[name]) for name in UNIT_CAUSES),
        *(end for name in CONTROLLED for end in _ends(compared.ranges[name])),
        money(compared.planned_profit),
        money(compared.actual_profit),
        *(money(compared.profit[name]) for name in CAUSES),
    ]


def _returns(event: EventReview) -> list[str]:
    promise, brought = event.promise, event.returns
    ends = promise.range
    planned = [
        number(promise.roi(promise.incremental / 100.0)),
        number(None if ends is None else promise.roi(ends.low)),
        number(None if ends is None else promise.roi(ends.high)),
    ]
    if brought is None:
        spend, profit = money(promise.spend), money(promise.incremental)
        return [spend, "", profit, "", "", "", *planned, "", "", ""]
    return [
        money(promise.spend),
        money(brought.spend),
        money(promise.incremental),
        money(brought.incremental),
        f"{brought.range.low:.2f}",
        f"{brought.range.high:.2f}",
        *planned,
        number(brought.roi(brought.incremental / 100.0)),
        number(brought.roi(brought.range.low)),
        number(brought.roi(brought.range.high)),
    ]


def _sources(brought: Returns | None) -> list[str]:
    if brought is None:
        return [""] * (3 + len(SOURCES))
    return [
        units(brought.gain),
        *_ends(brought.gain_range),
        *(units(brought.sources[name]) for name in SOURCES),
    ]


def _ends(ends: Range) -> tuple[str, str]:
    return number(round(ends.low, 3)), number(round(ends.high, 3))


def units(thousandths: int) -> str:
    """Thousandths of units: 1234 is 1.234."""
    return number(thousandths / 1000.0)
