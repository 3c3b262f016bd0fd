"""From raw cells to typed tables: headers matched to a schema, columns parsed, blanks found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workspace.cells import Cells, RawTable
from workspace.columns import Bools, Coded, Describe, Floats, Report, Values, parse
from workspace.faults import Findings
from workspace.nearest import nearest, quoted
from workspace.schema import Column, Kind, Schema
from workspace.text import Text
from workspace.weeks import Weeks

# A name this like one of the contract's was meant to be it, even where any name is allowed.
MEANT = 0.8


@dataclass(frozen=True)
class Table:
    """A typed table in the order of its file. Unusable cells are -1, NaN or NaT."""

    schema: Schema
    file: str
    rows: NDArray[np.int64]  # (n,) rows in the file
    columns: Mapping[str, Values]  # every column of the schema, then extra ones
    present: frozenset[str]  # columns that the file has
    faulty: Mapping[str, Bools]  # (n,) a column: cells that were reported, so nothing is said twice

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def empty(cls, schema: Schema) -> Table:
        """A table that its workspace does not have: no rows, all columns."""
        raw = RawTable(
            f"{schema.name}.csv", [], [], np.zeros(0, np.int64), np.zeros(0, dtype=np.bool_)
        )
        return typed(raw, schema, ".", Findings())

    def words(self, name: str) -> Coded:
        """A column of codes, choices or text."""
        values = self.columns[name]
        if not isinstance(values, Coded):
            raise TypeError(name)
        return values

    def numbers(self, name: str) -> Floats:
        """A column of numbers, whole numbers or flags: float64, blanks NaN, no defaults."""
        values = self.columns[name]
        if isinstance(values, Coded) or values.dtype.kind != "f":
            raise TypeError(name)
        return values.astype(np.float64, copy=False)

    def weeks(self, name: str) -> Weeks:
        """A column of weeks: datetime64[D] Mondays."""
        values = self.columns[name]
        if isinstance(values, Coded) or values.dtype.kind != "M":
            raise TypeError(name)
        return values.astype("datetime64[D]", copy=False)

    def filled(self, name: str) -> Floats:
        """A column of numbers with the schema's default in place of blanks."""
        default = self.schema[name].default
        values = self.numbers(name)
        return values if default is None else np.where(np.isnan(values), float(default), values)


def typed(raw: RawTable, schema: Schema, decimal: str, findings: Findings) -> Table:
    """Give every column of a raw table its meaning, reporting all that cannot have one."""
    sources = _matched(raw, schema, findings)
    blank = Cells(pa.nulls(len(raw.rows), pa.string()))
    extra = [Column(name, Kind.TEXT, default="") for name in sources if name not in schema.names]
    columns: dict[str, Values] = {}
    faulty: dict[str, Bools] = {}
    for column in (*schema.columns, *extra):
        cells = sources.get(column.name, blank)
        faulty[column.name] = raw.broken.copy()
        report = _reporter(raw, column.name, faulty[column.name], findings)
        columns[column.name] = parse(cells, column, decimal, report)
        if column.required and column.name in sources:
            missing = np.flatnonzero(cells.blank)
            report(missing, lambda i: Text("a blank cell"), lambda i: Text("a value"))
    return Table(schema, raw.file, raw.rows, columns, frozenset(sources), faulty)


def _reporter(raw: RawTable, column: str, faulty: Bools, findings: Findings) -> Report:
    """Reports and marks faulty cells of one column, leaving out rows broken as a whole."""

    def report(cells: NDArray[np.int64], found: Describe, expected: Describe) -> None:
        whole = np.flatnonzero(~raw.broken[cells])
        faulty[cells] = True
        findings.fault_rows(
            raw.file,
            column,
            raw.rows[cells[whole]],
            lambda i: found(int(whole[i])),
            lambda i: expected(int(whole[i])),
        )

    return report


def _matched(raw: RawTable, schema: Schema, findings: Findings) -> dict[str, Cells]:
    """The columns that the schema knows or allows, by name; headers' faults are reported."""
    found: dict[str, Cells] = {}
    repeated: set[str] = set()
    unknown: list[str] = []
    for name, cells in zip(raw.names, raw.columns, strict=True):
        if not name:
            if not cells.blank.all():
                findings.fault(raw.file, 1, None, Text("a column without a name"), Text("a name"))
        elif name in found or name in repeated:
            repeated.add(name)
            findings.fault(raw.file, 1, name, Text("the column twice"), Text("it once"))
        else:
            found[name] = cells
    absent = [name for name in schema.names if name not in found]
    for name in found:
        if name not in schema.names:
            match = nearest(name, absent, MEANT if schema.open else 0.6)
            if match is not None or not schema.open:
                unknown.append(name)
                _unknown_column(raw.file, name, match, schema, findings)
                if match in schema.required:
                    absent.remove(match)  # one fault is enough for one slip
    for name in absent:
        if name in schema.required:
            findings.fault(
                raw.file, 1, name, Text("no such column"), Text("the column {name}", name=name)
            )
    return {name: cells for name, cells in found.items() if name not in unknown}


def _unknown_column(
    file: str, name: str, match: str | None, schema: Schema, findings: Findings
) -> None:
    expected = (
        Text("the column {name}", name=quoted(match))
        if match
        else Text("only the columns {names}", names=", ".join(schema.names))
    )
    findings.fault(file, 1, name, Text("an unknown column"), expected)
