"""workspace.xlsx: one sheet a table, cells typed by Excel."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from workspace.cells import MOST_COLUMNS, Cells, RawTable, text_cells
from workspace.faults import Findings
from workspace.text import Text

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

FILE = "workspace.xlsx"

LARGEST = 2**29  # bytes of all parts once unpacked
PACKED = 200  # times that parts may shrink when packed: real sheets stay below 50
SMALL = 2**22  # bytes that may shrink as they like
MOST_PARTS = 5_000

# On damaged files openpyxl, zipfile and the XML parser raise whatever comes to hand: struct.error,
# zlib.error, AttributeError, ... No list of them is ever complete.
_BROKEN = (Exception,)
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")

Values = tuple[object, ...]


class Book:
    """An opened workbook: the names of its sheets, and each of them as a raw table."""

    def __init__(self, path: Path, book: Workbook) -> None:
        self._path = path
        self._book = book
        self.sheets: tuple[str, ...] = tuple(
            sheet.title for sheet in book.worksheets if hasattr(sheet, "iter_rows")
        )

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._book.close()

    def read(self, sheet: str, findings: Findings) -> RawTable | None:
        """Read a sheet; where that fails, add faults and return None."""
        file = f"{self._path.name}[{sheet.strip()}]"
        try:
            formulas = self._formulas(sheet)
            values = _rows(self._book, sheet, results=formulas is not None)
            return _table(file, values, formulas, findings)
        except _BROKEN:
            findings.fault(
                file, None, None, Text("a sheet that cannot be read"), Text("a sheet of cells")
            )
            return None

    def _formulas(self, sheet: str) -> Iterator[Values] | None:
        """The same rows with formulas in place of their values; None where there are none."""
        with zipfile.ZipFile(self._path) as parts:
            names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
            if not any(_has_formula(parts, name) for name in names):
                return None
        return self._written(sheet)

    def _written(self, sheet: str) -> Iterator[Values]:
        with closing(_loaded(self._path, results=False)) as book:
            yield from _rows(book, sheet)


def open_book(path: Path, findings: Findings) -> Book | None:
    """Open a workbook after looking at what it would unpack to; else add a fault, return None."""
    name = path.name
    try:
        if path.stat().st_size == 0:
            findings.fault(name, None, None, Text("an empty file"), Text("an xlsx workbook"))
            return None
        with zipfile.ZipFile(path) as parts:
            if _is_bomb(parts):
                findings.fault(
                    name,
                    None,
                    None,
                    Text("a file that unpacks to far more than it should"),
                    Text("at most {size} MiB", size=LARGEST // 2**20),
                )
                return None
        return Book(path, _loaded(path, results=True))
    except _BROKEN:
        findings.fault(
            name, None, None, Text("bytes that are no workbook"), Text("an xlsx workbook")
        )
        return None


def _loaded(path: Path, results: bool) -> Workbook:
    """The workbook, its formulas as `results` or as they are written."""
    import openpyxl  # takes a while to load, and most workspaces have no workbook

    return openpyxl.load_workbook(path, read_only=True, data_only=results)


def _is_bomb(parts: zipfile.ZipFile) -> bool:
    entries = parts.infolist()
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return len(entries) > MOST_PARTS or size > LARGEST or (size > SMALL and size > PACKED * packed)


def _has_formula(parts: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with parts.open(name) as stream:
        while chunk := stream.read(2**20):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-32:]
    return False


def _rows(book: Workbook, sheet: str, results: bool = False) -> Iterator[Values]:
    """A sheet's rows. `results`: tell formulas that give "" from those never worked out."""
    page = book[sheet]
    # The size that a file declares for a sheet may be a lie; rows are as long as their cells.
    page.reset_dimensions()
    if not results:
        yield from page.iter_rows(values_only=True)
        return
    for row in page.iter_rows():
        yield tuple("" if c.value is None and c.data_type == "str" else c.value for c in row)


def _table(
    file: str, rows: Iterator[Values], formulas: Iterator[Values] | None, findings: Findings
) -> RawTable | None:
    header = next(rows, ())
    if formulas is not None:
        next(formulas, ())
    names = [str(cell).strip() if cell is not None else "" for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        findings.fault(file, 1, None, Text("no header"), Text("a row of column names"))
        return None
    if len(names) > MOST_COLUMNS:
        findings.fault(
            file,
            1,
            None,
            Text("{count} columns", count=len(names)),
            Text("at most {count}", count=MOST_COLUMNS),
        )
        return None
    width = len(names)
    columns: list[list[object]] = [[] for _ in names]
    lines: list[int] = []
    broken: list[int] = []
    for number, values in enumerate(rows, start=2):
        written = next(formulas, ()) if formulas is not None else values
        cells = [_cell(value, raw) for value, raw in _side_by_side(values, written)]
        if all(cell is None or cell == "" for cell in cells):
            continue
        if any(cell is not None for cell in cells[width:]):
            findings.fault(
                file,
                number,
                None,
                Text("cells outside the header"),
                Text("{count}, as in the header", count=width),
            )
            broken.append(len(lines))
        lines.append(number)
        for i, column in enumerate(columns):
            column.append(cells[i] if i < len(cells) else None)
    marked = np.zeros(len(lines), dtype=np.bool_)
    marked[broken] = True
    return RawTable(
        file, names, [_cells(column) for column in columns], np.array(lines, np.int64), marked
    )


def _side_by_side(values: Values, written: Values) -> Iterator[tuple[object, object]]:
    for i, value in enumerate(values):
        yield value, written[i] if i < len(written) else None


def _cell(value: object, written: object) -> object:
    """The value of a cell, or a Text that says why it cannot be used."""
    if value is None and written is not None:
        return Text("a formula without a value")
    if isinstance(value, str) and value in _ERRORS:
        return Text("the error {error}", error=value)
    return value


def _cells(values: Sequence[object]) -> Cells:
    count = len(values)
    text: list[str | None] = [None] * count
    number: list[float | None] = [None] * count
    day: list[date | None] = [None] * count
    strange: dict[int, Text] = {}
    for i, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, str):
            text[i] = value
        elif isinstance(value, bool):
            text[i] = "TRUE" if value else "FALSE"
        elif isinstance(value, int | float):
            number[i] = float(value)
        elif isinstance(value, datetime):
            day[i] = value.date()
        elif isinstance(value, date):
            day[i] = value
        elif isinstance(value, Text):
            strange[i] = value
        else:
            strange[i] = Text("a time of day")
    return Cells(
        text_cells(pa.array(text, type=pa.string())).text,
        pa.array(number, type=pa.float64(), from_pandas=False),
        pa.array(day, type=pa.date32()),
        strange,
    )
