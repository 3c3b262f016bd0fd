"""CSV: UTF-8 text with a header; the separator is found out, quotes follow RFC 4180."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from workspace.cells import MOST_COLUMNS, MOST_ROWS, Cells, RawTable, text_cells
from workspace.faults import Findings
from workspace.text import Text

SEPARATORS = (",", ";", "\t")
LARGEST = 2**30  # bytes
BATCH = 16_384  # rows turned into columns at a time

Row = tuple[int, list[str]]  # first line in the file, cells


def read_csv(path: Path, known: Collection[str], findings: Findings) -> RawTable | None:
    """Read a CSV file; where that fails, add faults and return None.

    `known` are the columns that the table may have: the separator that finds most of them wins.
    """
    data = _bytes(path, findings)
    if data is None:
        return None
    name = path.name
    separator = _separator(data, known)
    records = _records(data, separator, name, findings)
    header = next(records, None)
    if header is None:
        if not any(fault.file == name for fault in findings.faults):
            findings.fault(name, None, None, Text("no header"), Text("a row of column names"))
        return None
    names = [cell.strip() for cell in header[1]]
    if len(names) == 1 and len(known) > 1 and names[0] not in known:
        findings.fault(
            name,
            header[0],
            None,
            Text("a header in one piece"),
            Text("names separated by commas, semicolons or tabs"),
        )
        return None
    if len(names) > MOST_COLUMNS:
        findings.fault(
            name,
            header[0],
            None,
            Text("{count} columns", count=len(names)),
            Text("at most {count}", count=MOST_COLUMNS),
        )
        return None
    if header[0] != 1:
        findings.fault(name, 1, None, Text("a blank line"), Text("a row of column names"))
    plain = _plain(data, name, names, separator) if header[0] == 1 else None
    return plain or _table(name, names, records, findings)


def _bytes(path: Path, findings: Findings) -> bytes | None:
    """The whole file, once it is sure to be UTF-8 text."""
    name = path.name
    size = path.stat().st_size
    if size > LARGEST:
        findings.fault(
            name, None, None, Text("a huge file"), Text("at most {size} MiB", size=LARGEST // 2**20)
        )
        return None
    data = path.read_bytes()
    if not data.strip():
        findings.fault(name, None, None, Text("an empty file"), Text("a table with a header"))
        return None
    problem, at = _not_text(data)
    if problem is not None:
        row = data.count(b"\n", 0, at) + 1
        findings.fault(name, row, None, problem, Text("UTF-8 text"))
        return None
    return data


def _not_text(data: bytes) -> tuple[Text | None, int]:
    """What shows that this is no UTF-8 text, and where."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Text("UTF-16 text"), 0
    if data.startswith((b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0")):
        return Text("a binary file"), 0
    at = data.find(b"\0")
    if at >= 0:
        return Text("a NUL byte"), at
    if data.isascii():
        return None, 0
    try:
        # The text itself is decoded again in small pieces: as a whole it would take four times
        # the room.
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Text("bytes that are no UTF-8"), error.start
    return None, 0


def _text(data: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")


def _separator(data: bytes, known: Collection[str]) -> str:
    """The separator under which the header names most known columns, or else most columns."""
    line = _text(data[:65_536].rpartition(b"\n")[0] or data[:65_536])
    line.reconfigure(errors="replace")
    first = next((text for text in line if text.strip()), "")

    def names_found(separator: str) -> tuple[int, int]:
        try:
            names = [cell.strip() for cell in next(csv.reader([first], delimiter=separator), [])]
        except csv.Error:
            return 0, 0
        return sum(name in known for name in names), len(names)

    return max(SEPARATORS, key=names_found)


def _plain(data: bytes, name: str, names: list[str], separator: str) -> RawTable | None:
    """A file without quotes, blank lines or ragged rows, ten times faster; None for any other.

    What is unusual is left to the slower reader, which knows the line of everything it meets.
    """
    if b'"' in data:
        return None
    labels = [str(i) for i in range(len(names))]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(use_threads=False, skip_rows=1, column_names=labels),
            parse_options=pa_csv.ParseOptions(
                delimiter=separator, quote_char=False, ignore_empty_lines=False
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(labels, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = [text_cells(_joined(column)) for column in table.columns]
    count = table.num_rows
    if count > MOST_ROWS or np.logical_and.reduce([cells.blank for cells in columns]).any():
        return None
    rows = np.arange(2, count + 2, dtype=np.int64)
    return RawTable(name, names, columns, rows, np.zeros(count, dtype=np.bool_))


def _joined(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _records(data: bytes, separator: str, name: str, findings: Findings) -> Iterator[Row]:
    """Records that are not blank, each with its first line; ends at one that cannot be read."""
    reader = csv.reader(_text(data), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        findings.fault(
            name,
            line,
            None,
            Text("a row that cannot be read ({problem})", problem=str(error)),
            Text("quotes that open and close around a cell"),
        )


def _table(
    name: str, names: list[str], records: Iterator[Row], findings: Findings
) -> RawTable | None:
    width = len(names)
    pieces: list[list[pa.Array]] = [[] for _ in names]
    lines: list[int] = []
    broken: list[int] = []
    widths: list[int] = []
    while batch := list(islice(records, BATCH)):
        for i, (_, cells) in enumerate(batch):
            if len(cells) != width:
                broken.append(len(lines) + i)
                widths.append(len(cells))
                cells[width:] = []
                cells.extend("" for _ in range(width - len(cells)))
        lines.extend(line for line, _ in batch)
        for piece, column in zip(
            pieces, zip(*(cells for _, cells in batch), strict=True), strict=True
        ):
            piece.append(pa.array(column, type=pa.string()))
        if len(lines) > MOST_ROWS:
            findings.fault(
                name, None, None, Text("too many rows"), Text("at most {n}", n=MOST_ROWS)
            )
            return None
    rows = np.array(lines, dtype=np.int64)
    marked = np.zeros(len(rows), dtype=np.bool_)
    marked[broken] = True
    findings.fault_rows(
        name,
        None,
        rows[broken],
        lambda i: Text("{count} cells", count=widths[i]),
        Text("{count}, as in the header", count=width),
    )
    columns = [_column(piece) for piece in pieces]
    return RawTable(name, names, columns, rows, marked)


def _column(pieces: list[pa.Array]) -> Cells:
    return text_cells(pa.concat_arrays(pieces) if pieces else pa.array([], type=pa.string()))
