"""No two rows of a table share its key."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workspace.columns import Coded
from workspace.faults import Findings
from workspace.frames import sort_order
from workspace.table import Table
from workspace.text import Text


def check_duplicates(table: Table, findings: Findings) -> None:
    """Report every row whose key stands in an earlier row, at the key's last column."""
    key = [name for name in table.schema.key if name in table.present]
    if not key or len(table) < 2 or not set(table.schema.required) <= table.present:
        return
    order = sort_order(table)
    same = np.ones(len(order) - 1, dtype=np.bool_)
    for name in key:
        same &= _equal_to_next(table, name, order)
    again = np.concatenate([[False], same])
    if not again.any():
        return
    # The first row of each run of equal keys; sorting kept file order within a run.
    starts = np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
    where = np.flatnonzero(again)
    rows = table.rows[order[where]]
    first = table.rows[order[starts[where]]]
    names = ", ".join(table.schema.key)
    findings.fault_rows(
        table.file,
        key[-1],
        rows,
        lambda i: Text("the same {key} as in row {row}", key=names, row=int(first[i])),
        Text("one row for each {key}", key=names),
    )


def _equal_to_next(table: Table, name: str, order: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether a key column says the same in neighbouring rows; required blanks never do."""
    values = table.columns[name]
    if isinstance(values, Coded):
        sorted_index = values.index[order]
        same: NDArray[np.bool_] = sorted_index[1:] == sorted_index[:-1]
        if table.schema[name].required:
            same &= sorted_index[1:] >= 0
        return same
    picked = values[order]
    equal: NDArray[np.bool_] = picked[1:] == picked[:-1]  # NaN and NaT never equal themselves
    return equal
