"""What has come due by a day: weeks that are over whole, the week of that day by its days."""

from __future__ import annotations

from datetime import date

from optimizer.reports.workbook.figures import away
from scenarios.ledger.commitments import Weekly

DAYS = 7


def accrued(weekly: Weekly, on: date) -> list[int]:
    """Cents of each week that have accrued at the end of the day `on`.

    A week is divided by days as in the workbook: the first n of seven days bear n/7 of its cents,
    to the nearest cent, halves away from zero.
    """
    found = []
    for monday, cents in weekly:
        days = min(DAYS, max(0, (on - monday).days + 1))
        found.append(away(cents * days, DAYS))
    return found
