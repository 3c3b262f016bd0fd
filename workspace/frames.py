"""Canonical frames: every column of the contract, defaults filled in, sorted by key."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workspace.columns import Coded
from workspace.schema import Column, Kind
from workspace.table import Table


def sort_order(table: Table) -> NDArray[np.intp]:
    """The rows in the order of the schema's key, blanks first; ties in file order."""
    keys: list[NDArray[np.generic]] = []
    for name in reversed(table.schema.key):
        values = table.columns[name]
        keys.append(values.index if isinstance(values, Coded) else values)
    return np.lexsort(keys) if keys else np.arange(len(table))


def frame_of(table: Table, order: NDArray[np.intp] | None = None) -> pd.DataFrame:
    """The canonical frame: the contract's columns with defaults, then extra ones by name."""
    picked = sort_order(table) if order is None else order
    extra = sorted(name for name in table.columns if name not in table.schema.names)
    columns: dict[str, pd.Series] = {}
    for column in table.schema.columns:
        columns[column.name] = _series(table, column, picked)
    for name in extra:
        columns[name] = _text_series(table.words(name), "", picked)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(picked)))


def _series(table: Table, column: Column, order: NDArray[np.intp]) -> pd.Series:
    if column.kind in (Kind.CODE, Kind.TEXT, Kind.CHOICE):
        return _text_series(table.words(column.name), str(column.default or ""), order)
    if column.kind in (Kind.WEEK, Kind.DAY):
        return pd.Series(table.weeks(column.name)[order].astype("datetime64[s]"))
    values = table.filled(column.name)[order]
    if column.kind is Kind.NUMBER:
        return pd.Series(values)
    return pd.Series(np.nan_to_num(values).astype(np.int64))


def _text_series(values: Coded, blank: str, order: NDArray[np.intp]) -> pd.Series:
    words = pd.Series([*values.labels, blank], dtype="str")
    return words.take(values.index[order]).reset_index(drop=True)
