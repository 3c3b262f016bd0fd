"""A review for programs: numbers as numbers, null where nothing can be told."""

from __future__ import annotations

from scenarios.review.review import Review
from scenarios.review.table import HEADER, rows

TEXTS = frozenset(
    ("event", "account", "product", "tactic", "start_week", "status", "main_cause", "lesson")
)


def plain(review: Review) -> dict[str, object]:
    """Events as in review.csv, and the totals: units, and money in currency."""
    totals, ends = review.totals, review.range
    return {
        "scenario": review.scenario,
        "currency": review.currency,
        "last_week": review.last_week,
        "totals": {
            "events": {status.value: count for status, count in totals.events.items()},
            "planned_units": totals.planned_units / 1000,
            "actual_units": totals.actual_units / 1000,
            "units": {name: units / 1000 for name, units in totals.units.items()},
            "planned_profit": totals.planned_profit / 100,
            "actual_profit": totals.actual_profit / 100,
            "profit": {name: cents / 100 for name, cents in totals.profit.items()},
            "planned_spend": totals.planned_spend / 100,
            "actual_spend": totals.spend / 100,
            "planned_incremental_profit": totals.planned_incremental / 100,
            "incremental_profit": totals.incremental / 100,
            "incremental_profit_p10": None if ends is None else round(ends.low, 2),
            "incremental_profit_p90": None if ends is None else round(ends.high, 2),
            "planned_roi": totals.planned_roi,
            "roi": totals.roi,
            "gain_units": totals.gain / 1000,
            "gain": {name: units / 1000 for name, units in totals.sources.items()},
        },
        "events": [
            {
                name: cell if name in TEXTS else (float(cell) if cell else None)
                for name, cell in zip(HEADER, row, strict=True)
            }
            for row in rows(review)
        ],
    }
