"""What frames promise: columns, dtypes, ranges, blanks and keys, seen before a frame travels.

It is looked at as a whole, by none of the code that made it cell by cell. A broken promise is a
mistake of the program, never of the input.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workspace.schema import Column, Kind, Schema

DTYPES = {
    Kind.CODE: "str",
    Kind.TEXT: "str",
    Kind.CHOICE: "str",
    Kind.NUMBER: "float64",
    Kind.WHOLE: "int64",
    Kind.FLAG: "int64",
    Kind.WEEK: "datetime64[s]",
    Kind.DAY: "datetime64[s]",
}
MONDAY = 0


class BrokenPromiseError(Exception):
    """A frame is not what its schema says. Remedy: none for users; please report it."""


def keep_promise(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The same frame, once it is sure to have the schema's columns, dtypes, ranges and key.

    Raises BrokenPromiseError with the first case that fails.
    """
    broken = next(_broken(frame, schema), None)
    if broken is not None:
        raise BrokenPromiseError(f"{schema.name}: {broken}")
    return frame


def _broken(frame: pd.DataFrame, schema: Schema) -> Iterator[str]:
    names, found = [column.name for column in schema.columns], list(frame.columns)
    if found != names and not (schema.open and set(names) <= set(found)):
        yield f"columns {found}"
        return
    if frame.index.dtype != np.dtype("int64"):
        yield "an index that does not count"
    for column in schema.columns:
        yield from (f"{column.name}: {case}" for case in _broken_cells(frame[column.name], column))
    if schema.key and frame.duplicated(list(schema.key)).any():
        yield "a key twice"


def _broken_cells(cells: pd.Series, column: Column) -> Iterator[str]:
    if str(cells.dtype) != DTYPES[column.kind]:
        yield f"dtype {cells.dtype}"
        return
    there = cells.notna().to_numpy()
    blank = not column.required and column.kind in (Kind.NUMBER, Kind.WEEK, Kind.DAY)
    if not there.all() and not (blank and column.default is None):
        yield "a blank"
    known = cells if there.all() else cells[there]
    low, high = column.low, column.high
    if low is not None and not (known > low if column.above else known >= low).all():
        yield f"less than {low}"
    if high is not None and not (known < high if column.below else known <= high).all():
        yield f"more than {high}"
    if column.kind is Kind.CHOICE and not known.isin(column.choices).all():
        yield f"none of {column.choices}"
    if column.kind is Kind.CODE and column.required and (known == "").any():
        yield "no code"
    if column.kind is Kind.WEEK and (known.dt.day_of_week != MONDAY).any():
        yield "no Monday"
