"""One table read from one file: CSV or Parquet, to a canonical frame or to faults."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workspace.cells import RawTable
from workspace.checks.duplicates import check_duplicates
from workspace.faults import Fault, Findings
from workspace.frames import frame_of
from workspace.readers.csv_file import read_csv
from workspace.readers.parquet_file import read_parquet
from workspace.schema import Schema
from workspace.table import typed
from workspace.text import Text


def read_frame(
    path: Path, schema: Schema, decimal: str, faults: list[Fault]
) -> pd.DataFrame | None:
    """Read one CSV or Parquet file as a canonical frame of `schema`, sorted by its key.

    Faults are added to `faults`; the frame is None where the file could not be read at all. Codes
    are not looked up in other tables.
    """
    findings = Findings()
    raw = read_raw(path, schema, findings)
    table = None if raw is None else typed(raw, schema, decimal, findings)
    if table is not None:
        check_duplicates(table, findings)
    faults.extend(findings.faults)
    return None if table is None else frame_of(table)


def read_raw(path: Path, schema: Schema, findings: Findings) -> RawTable | None:
    """The raw cells of a CSV or Parquet file; None, with a fault, where it cannot be read."""
    try:
        if not path.is_file():
            findings.fault(path.name, None, None, Text("no such file"), Text("a table"))
            return None
        if path.suffix == ".parquet":
            return read_parquet(path, findings)
        return read_csv(path, schema.names, findings)
    except OSError as error:
        findings.fault(
            path.name,
            None,
            None,
            Text("a file that cannot be read ({problem})", problem=str(error.strerror)),
            Text("a readable file"),
        )
        return None
