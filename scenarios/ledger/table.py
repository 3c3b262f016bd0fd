"""The ledger as a table: results/ledger.csv, a row for each event."""

from __future__ import annotations

from pathlib import Path

from optimizer.reports.cells import money, write_table
from scenarios.ledger.ledger import Ledger

HEADER = (
    *("plan", "state", "event", "account", "product", "tactic", "start_week", "weeks"),
    *("planned", "committed", "accrued", "claimed", "settled", "unclaimed", "unpaid"),
)


def write_ledger(found: Ledger, path: Path) -> None:
    """Write the events' lines, whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    rows = (
        (
            line.event.plan,
            line.event.state.value,
            line.event.event,
            line.event.account,
            line.event.product,
            line.event.tactic,
            line.event.start_week.isoformat(),
            str(line.event.weeks),
            *(money(cents) for cents in line.sums.cents),
            money(line.sums.unclaimed),
            money(line.sums.unpaid),
        )
        for line in found.events
    )
    write_table(partial, HEADER, rows)
    partial.replace(path)
