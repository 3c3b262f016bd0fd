"""Regular prices from tables: a plan's prices.csv, or the column base_price of its events.

Where prices.csv lies beside the events it says what holds; else an event's base_price holds from
its first week on. Reading: docs/readings.md, section Regular prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.blocks import Pairs
from optimizer.event_table import read_events
from optimizer.problem import Floats, Ints, Ladder
from workspace.faults import Fault
from workspace.nearest import quoted
from workspace.text import Text
from workspace.weeks import monday, week_index
from workspace.workspace import Workspace

PRICE_COLUMNS = ("account", "product", "week", "base_price")
WRITTEN = 5.1e-7  # prices are written with six decimals


@dataclass(frozen=True)
class PriceTable:
    """Rows of a prices.csv as text, and the name of the file."""

    rows: pd.DataFrame
    file: str


@dataclass(frozen=True)
class PriceReader:
    """What codes and prices of tables are looked up in."""

    ladder: Ladder
    blocks: Pairs
    first_week: np.datetime64
    horizon: int
    faults: list[Fault]

    def from_table(self, table: PriceTable) -> Ints:
        """The level of each week, (P, T), of blocks that have rows; -1 for all others."""
        levels = np.full((len(self.blocks), self.horizon), -1, dtype=np.int64)
        rows = table.rows
        block = self.blocks.find(rows["account"].str.strip(), rows["product"].str.strip())
        changes = []
        for i in range(len(rows)):
            if block[i] < 0:
                found = Text("the price of a product that is not part of this scenario")
                expected = Text("a listed product of an account that the scenario includes")
                self.faults.append(Fault(table.file, i + 2, "product", found, expected))
                continue
            week = self._week(str(rows["week"].iloc[i]), table.file, i + 2)
            level = self._level(int(block[i]), str(rows["base_price"].iloc[i]), table.file, i + 2)
            if week >= 0 and level >= 0:
                changes.append((int(block[i]), week, level))
        for pair in {one for one, _, _ in changes}:
            levels[pair] = 0
        for pair, week, level in sorted(changes):
            levels[pair, week:] = level
        return levels

    def from_events(self, events: pd.DataFrame, table: pd.DataFrame) -> Ints:
        """The level of each week of events that tell their base price, (P, T); -1 elsewhere.

        `events` are the good rows of `table` as `read_events` gives them.
        """
        levels = np.full((len(self.blocks), self.horizon), -1, dtype=np.int64)
        if "base_price" not in table.columns:
            return levels
        block = self.blocks.find(events["account"], events["product"])
        start = week_index(events["start_week"].to_numpy(), self.first_week)
        for i, row in enumerate(events["row"].tolist()):
            cell = str(table["base_price"].iloc[row - 2]).strip()
            end = int(start[i]) + int(events["weeks"].iloc[i])
            if cell in ("", "nan") or block[i] < 0 or start[i] < 0 or end > self.horizon:
                continue
            level = self._level(int(block[i]), cell, str(events["file"].iloc[i]), row)
            levels[block[i], start[i] : end] = max(level, 0)
        return levels

    def _week(self, cell: str, file: str, row: int) -> int:
        try:
            week = int(week_index(np.array([monday(cell.strip())]), self.first_week)[0])
        except ValueError:
            week = -1
        if not 0 <= week < self.horizon:
            expected = Text("a week of the horizon: YYYY-MM-DD or YYYY-Www")
            self.faults.append(Fault(file, row, "week", quoted(cell), expected))
            return -1
        return week

    def _level(self, block: int, cell: str, file: str, row: int) -> int:
        """The level that has a price; -1 and a fault where none has."""
        prices: Floats = self.ladder.price[block]
        may = self.ladder.permitted[block]
        try:
            price = float(cell)
        except ValueError:
            price = np.nan
        near = np.flatnonzero(may & (np.abs(prices - price) <= WRITTEN))
        if near.size:
            return int(near[0])
        words = ", ".join(f"{each:g}" for each in sorted(prices[may].tolist()))
        expected = Text("one of the regular prices {prices}", prices=words)
        self.faults.append(Fault(file, row, "base_price", quoted(cell), expected))
        return -1


def carried_on(levels: Ints) -> Ints:
    """Levels (P, T) with each -1 replaced by the last one before it, 0 where there is none."""
    place = np.where(levels >= 0, np.arange(levels.shape[1]), -1)
    last = np.maximum.accumulate(place, axis=1)
    carried = np.take_along_axis(levels, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, carried, 0).astype(np.int64)


def pin_prices(
    reader: PriceReader,
    workspace: Workspace,
    pins: pd.DataFrame | None,
    file: str,
    prices: PriceTable | None,
) -> None:
    """Close all levels of the ladder but those that pinned events and prices tell of."""
    told = []
    if pins is not None:
        told.append(reader.from_events(read_events(workspace, pins, file, []), pins))
    if prices is not None:
        told.append(reader.from_table(prices))
    for levels in told:
        for block, week in zip(*np.nonzero(levels >= 0), strict=True):
            others = np.arange(reader.ladder.open.shape[1]) != levels[block, week]
            reader.ladder.open[block, others, :, week] = False
