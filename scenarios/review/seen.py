"""What ran and what sold in the weeks of each event, and which of those weeks sales tell of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.otherwise import Cells, Deals
from models.panel import Panel
from scenarios.review.promised import Promised

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A week with less than this share of what was planned had no deal: rounding, or one shop of many.
RAN = 0.1
# Where nothing was planned, a cut of this depth is a deal all the same.
LEAST_DEPTH = 0.02
LEAST_SHOWN = 0.1  # share of shops
FARTHEST = 4  # weeks that an event may have begun early or ended late


class Status(StrEnum):
    """How far an event can be reviewed."""

    DONE = "done"
    RUNNING = "running"  # sales reach into its weeks, not to their end
    TO_COME = "to_come"
    NO_DATA = "no_data"  # its weeks are over, and no sales of the product are recorded in them
    NOT_RUN = "not_run"  # sales are there, no deal is


@dataclass(frozen=True)
class Window:
    """The weeks of an event: places in the panel; `early` and `late` weeks were not planned."""

    event: int  # row of Promised.events
    pair: int  # row of Promised's arrays
    series: int  # row of the panel
    weeks: Ints  # (n,) with sales, planned or not, ascending
    planned: Bools  # (n,) the plan had the deal in that week
    ran: Bools  # (n,) the deal, or part of it, was there
    status: Status
    missing: int  # planned weeks that are over and without any row in sales

    def cells(self) -> Cells:
        """Its weeks as places in the panel."""
        return Cells(np.full(len(self.weeks), self.series, dtype=np.int64), self.weeks)


def windows_of(promised: Promised, panel: Panel, deals: Deals, first: int) -> list[Window]:
    """The window of every event. `first`: the panel's week that is the plan's first."""
    row = {panel.codes(i): i for i in range(panel.series)}
    last = _last_weeks(panel)
    taken = np.zeros((panel.series, len(panel.weeks)), dtype=np.bool_)
    spans = []
    table = promised.events
    for e in range(len(table)):
        pair, start, length = (int(table[name].iloc[e]) for name in ("pair", "first", "weeks"))
        series = row[promised.account[pair], promised.product[pair]]
        weeks = np.arange(first + start, first + start + length)
        spans.append((e, pair, series, weeks))
        taken[series, weeks[weeks < len(panel.weeks)]] = True
    return [
        _window(promised, panel, deals, first, span, taken, int(last[panel.account[span[2]]]))
        for span in spans
    ]


def _window(
    promised: Promised, panel: Panel, deals: Deals, first: int,
    span: tuple[int, int, int, Ints], taken: Bools, last: int,
) -> Window:  # fmt: skip
    event, pair, series, planned = span
    over = planned[planned <= last]
    recorded = panel.recorded[series]
    seen = over[recorded[over]]
    deal = _shown(deals, series)
    began: list[int] = []
    ended: list[int] = []
    for found, week, step in ((began, planned[0] - 1, -1), (ended, planned[-1] + 1, 1)):
        # Only where the deal touches its planned weeks: else it is another one.
        edge = planned[0] if step < 0 else planned[-1]
        if edge not in seen or not deal[edge]:
            continue
        while (
            len(found) < FARTHEST
            and first <= week <= min(last, first + len(promised.weeks) - 1)
            and recorded[week]
            and deal[week]
            and not taken[series, week]
        ):
            found.append(week)
            week += step
    weeks = np.array(sorted([*began, *seen.tolist(), *ended]), dtype=np.int64)
    was_planned = np.isin(weeks, planned)
    ran = np.where(was_planned, _ran(promised, deals, pair, series, weeks, first), True)
    if not len(over):
        status = Status.TO_COME
    elif not len(seen):
        status = Status.NO_DATA
    elif len(over) < len(planned):
        status = Status.RUNNING
    else:
        status = Status.DONE if ran.any() else Status.NOT_RUN
    return Window(
        event, pair, series, weeks, was_planned, ran.astype(np.bool_), status,
        len(over) - len(seen),
    )  # fmt: skip


def _last_weeks(panel: Panel) -> Ints:
    """The last week with any sales of each account, -1 without: (accounts,)."""
    last = np.full(len(panel.accounts), -1, dtype=np.int64)
    series, week = np.nonzero(panel.recorded)
    np.maximum.at(last, panel.account[series], week)
    return last


def _shown(deals: Deals, series: int) -> Bools:
    """Weeks of a series with a deal that anybody would call one: (T,)."""
    return np.asarray(
        (deals.cut[series] >= -np.log1p(-LEAST_DEPTH))
        | (deals.feature[series] >= LEAST_SHOWN)
        | (deals.display[series] >= LEAST_SHOWN)
    )


def _ran(
    promised: Promised, deals: Deals, pair: int, series: int, weeks: Ints, first: int
) -> Bools:
    """Whether each week had a part of what was planned for it that counts."""
    at = np.clip(weeks - first, 0, len(promised.weeks) - 1)
    ran = np.zeros(len(weeks), dtype=np.bool_)
    for planned, actual in (
        (-np.log1p(-promised.depth[pair, at]), deals.cut[series, weeks]),
        (promised.feature[pair, at], deals.feature[series, weeks]),
        (promised.display[pair, at], deals.display[series, weeks]),
    ):
        ran |= (planned > 0.0) & (actual >= RAN * planned)
    return ran
