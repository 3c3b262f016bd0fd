"""The facts: everything a workspace folder says, checked and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workspace.faults import Note
from workspace.fingerprint import combined, hash_frame, hash_settings
from workspace.schema import AFTERWARDS, TABLES
from workspace.settings import Settings


@dataclass(frozen=True)
class Workspace:
    """Validated tables of contract section 1. Frames must not be written to.

    Every frame has all columns of the contract (defaults filled in), is sorted by its key and has
    a RangeIndex; `accounts` keeps its profile columns as text. Codes and text are `str` with ""
    for blank, weeks `datetime64[s]` Mondays (NaT blank), numbers float64 (NaN blank), flags and
    whole numbers int64. Money is in `settings.currency`; base, shelf and average paid prices
    include VAT, everything else excludes it. `sales` holds the weeks of the declared history.
    """

    folder: Path
    settings: Settings
    accounts: pd.DataFrame
    products: pd.DataFrame
    sales: pd.DataFrame
    listings: pd.DataFrame
    tactics: pd.DataFrame
    budgets: pd.DataFrame
    rebates: pd.DataFrame
    supply: pd.DataFrame
    events: pd.DataFrame
    claims: pd.DataFrame
    response_folder: Path | None = None
    notes: tuple[Note, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # table -> file name for faults
    rows: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)  # table -> source rows

    def table(self, name: str) -> pd.DataFrame:
        """The frame of a table of the contract, by name."""
        if name not in TABLES:
            raise KeyError(name)
        frame: pd.DataFrame = getattr(self, name)
        return frame

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {}

    def _hash(self, table: str) -> str:
        if table not in self._hashes:
            frame = self.table(table)
            later = [column.name for column in TABLES[table].columns if column.later]
            unused = [name for name in later if frame[name].isna().all()]
            self._hashes[table] = hash_frame(frame.drop(columns=unused))
        return self._hashes[table]

    def fingerprint(self, *tables: str) -> str:
        """sha256 over the settings and the named tables only (none named: settings alone)."""
        parts = [(name, self._hash(name)) for name in set(tables)]
        return combined([("settings", hash_settings(self.settings)), *parts])

    @cached_property
    def sha256(self) -> str:
        """The content hash of all inputs of plans, which claims on them are not.

        No row order, column order or file format changes it.
        """
        return self.fingerprint(*(name for name in TABLES if name not in AFTERWARDS))

    def source(self, table: str) -> str:
        """The file that a table was read from, as faults name it."""
        return self.files.get(table, f"{table}.csv")

    def row(self, table: str, i: int) -> int:
        """The row in that file (1-based, header 1) of row `i` of the table's frame."""
        rows = self.rows.get(table)
        return int(rows[i]) if rows is not None else i + 2
