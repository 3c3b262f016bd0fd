"""A calendar that a person hands in: a plan's calendar.csv, edited or not (`--calendar, --pin`)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from optimizer.event_table import EVENT_COLUMNS
from optimizer.folder import PRICES as PRICES_FILE
from optimizer.price_table import PRICE_COLUMNS, PriceTable
from workspace.faults import Fault, InputError
from workspace.schema import Column, Kind, Schema
from workspace.tables import read_frame

# Six columns matter, base_price where prices are planned; the rest of calendar.csv, and columns of
# the user's own, are ignored. Cells stay text: what they mean is checked against the workspace,
# with the same words for every source.
EVENTS = Schema(
    "calendar",
    (
        *(Column(name, Kind.TEXT, required=True, default="") for name in EVENT_COLUMNS),
        Column("base_price", Kind.TEXT, default=""),
    ),
    key=(),
    open=True,
)

PRICES = Schema(
    "prices",
    tuple(Column(name, Kind.TEXT, required=True, default="") for name in PRICE_COLUMNS),
    key=(),
    open=True,
)


def read_events_file(path: Path) -> pd.DataFrame:
    """The rows of a CSV or Parquet file of events as text, in the order of the file.

    Raises InputError where it cannot be read, or lacks columns or cells.
    """
    faults: list[Fault] = []
    frame = read_frame(path, EVENTS, ".", faults)
    if frame is None or faults:
        raise InputError(faults)
    return frame


def read_prices_beside(path: Path) -> PriceTable | None:
    """The regular prices of the prices.csv in the folder of a file of events; None without one."""
    beside = path.parent / PRICES_FILE
    if not beside.is_file():
        return None
    faults: list[Fault] = []
    frame = read_frame(beside, PRICES, ".", faults)
    if frame is None or faults:
        raise InputError(faults)
    return PriceTable(frame, beside.name)
