"""tornado.csv: one row for each driver and end."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.reports.cells import money, number
from scenarios.tornado.tornado import End, Tornado

HEADER = (
    "scenario", "driver", "end", "factor", "source", "incremental_profit",
    "incremental_profit_change", "profit", "profit_change", "spend", "broken",
    "replanned_incremental_profit", "replanned_incremental_profit_change", "replanned_spend",
)  # fmt: skip


def rows(found: Tornado) -> Iterator[list[str]]:
    """The cells of every end, the driver that moves most first."""
    base = found.contender.figures
    for lever in found.levers:
        source = "draws" if lever.swing.drawn else "stated"
        ends: tuple[tuple[str, End], ...] = (("low", lever.low), ("high", lever.high))
        for name, end in ends:
            kept, anew = end.kept, end.anew
            yield [
                found.contender.name, lever.swing.driver, name, number(end.factor), source,
                money(kept.incremental_profit),
                money(kept.incremental_profit - base.incremental_profit),
                money(kept.profit), money(kept.profit - base.profit), money(kept.spend),
                "; ".join(end.broken),
                "" if anew is None else money(anew.incremental_profit),
                "" if anew is None else money(anew.incremental_profit - base.incremental_profit),
                "" if anew is None else money(anew.spend),
            ]  # fmt: skip
