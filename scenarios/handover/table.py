"""The handover as a table for planning systems: sop.csv and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.reports.cells import number
from optimizer.reports.sop import HEADER as SOP
from scenarios.handover.handover import Handover, Line

HEADER = (*SOP, "agreed_units", "agreed_p90", "change_units", "change_p90", "frozen")


def table(found: Handover) -> Iterator[list[str]]:
    """A row for each product and week that the plan, or the one agreed last, has."""
    for line in found.lines:
        yield [
            *(_cell(line, column) for column in SOP),
            *(number(value) for value in (line.agreed_units, line.agreed_high, line.change)),
            number(_change_of_high(line)),
            "" if line.frozen is None else str(int(line.frozen)),
        ]


def _cell(line: Line, column: str) -> str:
    if line.row is not None:
        return line.row[column]
    return {"product": line.product, "week": line.week.isoformat()}.get(column, "")


def _change_of_high(line: Line) -> float | None:
    high = line.number("units_p90")
    if high is None or line.agreed_high is None:
        return None
    return high - line.agreed_high
