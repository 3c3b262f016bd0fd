"""The files of a workspace: which table stands where, and what does not belong."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from workspace.cells import RawTable
from workspace.faults import Findings
from workspace.nearest import nearest, quoted
from workspace.readers.xlsx_file import FILE as BOOK
from workspace.readers.xlsx_file import Book, open_book
from workspace.schema import TABLES, WORKSPACE, Schema
from workspace.table import Table, typed
from workspace.tables import read_raw
from workspace.text import Text

SUFFIXES = (".csv", ".parquet")
# Other files whose name is a table's were probably meant to be read.
FOREIGN = (".tsv", ".txt", ".xls", ".xlsx", ".json", ".feather", ".ods", ".gz", ".zip")
MEANT = 0.8


def read_folder(
    folder: Path, decimal: str, needed: Collection[str], findings: Findings
) -> dict[str, Table]:
    """Every table that the folder has and that can be read, typed; the rest are faults."""
    path = folder / BOOK
    book = open_book(path, findings) if path.exists() else None
    # A workbook that cannot be opened may hold anything: nothing is missing for certain.
    unknown = path.exists() and book is None
    tables: dict[str, Table] = {}
    found: set[str] = set()
    try:
        sheets = {title.strip(): title for title in book.sheets} if book else {}
        for schema in WORKSPACE:
            places = _places(folder, schema, sheets)
            if not places:
                continue
            found.add(schema.name)
            for place in places[1:]:
                findings.fault(
                    place,
                    None,
                    None,
                    Text("the same table as in {other}", other=places[0]),
                    Text("one file for each table"),
                )
            raw = _raw(folder, places[0], schema, book, sheets, findings)
            if raw is not None:
                tables[schema.name] = typed(raw, schema, decimal, findings)
        _strangers(folder, sheets, found, findings)
    finally:
        if book is not None:
            book.__exit__(None, None, None)
    for name in needed:
        if name not in found and not unknown:
            findings.fault(
                f"{name}.csv",
                None,
                None,
                Text("no such table"),
                Text(
                    "{name}.csv, {name}.parquet, or a sheet {name} in {book}", name=name, book=BOOK
                ),
            )
    return tables


def _places(folder: Path, schema: Schema, sheets: Collection[str]) -> list[str]:
    """The files, as faults name them, that hold a table."""
    places = [
        schema.name + suffix for suffix in SUFFIXES if (folder / (schema.name + suffix)).exists()
    ]
    if schema.name in sheets:
        places.append(f"{BOOK}[{schema.name}]")
    return places


def _raw(
    folder: Path,
    place: str,
    schema: Schema,
    book: Book | None,
    sheets: dict[str, str],
    findings: Findings,
) -> RawTable | None:
    if book is not None and place.startswith(BOOK):
        return book.read(sheets[schema.name], findings)
    return read_raw(folder / place, schema, findings)


def _strangers(
    folder: Path, sheets: Collection[str], found: Collection[str], findings: Findings
) -> None:
    """Files and sheets that are no table: a fault where one was probably meant, else a note."""
    absent = [name for name in TABLES if name not in found]
    for path in sorted(folder.iterdir()):
        stem, suffix = path.name.partition(".")[0], path.suffix
        if path.name == BOOK or not path.is_file() or stem in found:
            continue
        if suffix.lower() in SUFFIXES or (suffix.lower() in FOREIGN and stem in absent):
            _stranger(path.name, stem, absent, findings)
    for sheet in sheets:
        if sheet not in TABLES:
            _stranger(f"{BOOK}[{sheet}]", sheet, absent, findings)


def _stranger(file: str, name: str, absent: Collection[str], findings: Findings) -> None:
    meant = nearest(name, absent, MEANT)
    if meant is None:
        findings.note(file, None, None, Text("not a table of the workspace: not read"))
    else:
        findings.fault(
            file,
            None,
            None,
            Text("the unknown table {name}", name=quoted(name)),
            Text("{name}.csv, {name}.parquet, or a sheet {name} in {book}", name=meant, book=BOOK),
        )
