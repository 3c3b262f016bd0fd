"""Rows of events from outside the workspace's tables: pins, or a plan's calendar handed back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.problem import Bools
from workspace.faults import Fault
from workspace.nearest import Suggester, quoted
from workspace.text import Text
from workspace.weeks import monday
from workspace.workspace import Workspace

EVENT_COLUMNS = ("account", "product", "tactic", "start_week", "weeks")
MOST_WEEKS = 520  # as in the workspace's `events`


def read_events(
    workspace: Workspace, table: pd.DataFrame, file: str, faults: list[Fault]
) -> pd.DataFrame:
    """EVENT_COLUMNS of the table's good rows, typed like `events`, with `file` and `row`.

    Cells may be text or typed. Rows are counted as in a file with a header. Adds a fault for every
    column that is missing, unknown code, and cell that is no week or no length.
    """
    missing = [name for name in EVENT_COLUMNS if name not in table.columns]
    faults.extend(
        Fault(file, 1, name, Text("no such column"), Text("column {name}", name=name))
        for name in missing
    )
    if missing:
        table = pd.DataFrame({name: [] for name in EVENT_COLUMNS})
    good = np.ones(len(table), dtype=np.bool_)
    columns = {name: table[name].tolist() for name in EVENT_COLUMNS}
    for name in ("account", "product", "tactic"):
        columns[name] = [str(cell).strip() for cell in columns[name]]
        _check_codes(workspace, name, columns[name], file, good, faults)
    weeks = np.zeros(len(table), dtype=np.int64)
    starts = np.full(len(table), "NaT", dtype="datetime64[s]")
    for i in range(len(table)):
        try:
            starts[i] = _week(columns["start_week"][i])
        except ValueError:
            good[i] = False
            expected = Text("a week: YYYY-MM-DD or YYYY-Www")
            cell = quoted(columns["start_week"][i])
            faults.append(Fault(file, i + 2, "start_week", cell, expected))
        try:
            weeks[i] = _length(columns["weeks"][i])
        except ValueError:
            good[i] = False
            expected = Text("a whole number from {low} to {high}", low=1, high=MOST_WEEKS)
            faults.append(Fault(file, i + 2, "weeks", quoted(columns["weeks"][i]), expected))
    codes = {name: pd.Series(columns[name], dtype="str") for name in EVENT_COLUMNS[:3]}
    events = pd.DataFrame({**codes, "start_week": starts, "weeks": weeks})
    events = events.assign(file=file, row=np.arange(2, len(table) + 2))
    return events[good].reset_index(drop=True)


def _check_codes(
    workspace: Workspace,
    name: str,
    codes: list[str],
    file: str,
    good: Bools,
    faults: list[Fault],
) -> None:
    """A fault for every code that the workspace does not know; its row is no longer good."""
    home = f"{name}s"
    known = set(workspace.table(home)[name])
    suggest = Suggester(known, f"{home}.{name}")
    for i, code in enumerate(codes):
        if code not in known:
            good[i] = False
            faults.append(Fault(file, i + 2, name, quoted(code), suggest(code)))


def _week(cell: object) -> np.datetime64:
    """The Monday of a cell that holds a date or text. Raises ValueError."""
    text = cell.date().isoformat() if isinstance(cell, pd.Timestamp) else str(cell).strip()
    return monday(text)


def _length(cell: object) -> int:
    """The whole number of weeks in a cell. Raises ValueError."""
    number = float(str(cell))
    if not (1 <= number <= MOST_WEEKS and number == int(number)):
        raise ValueError("not a length")
    return int(number)
