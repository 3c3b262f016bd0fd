from __future__ import annotations

import time
import zipfile
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest

from workspace.cells import RawTable
from workspace.faults import Findings
from workspace.readers import xlsx_file
from workspace.readers.xlsx_file import open_book


def written(tmp_path: Path, rows: list[list[object]], sheet: str = "sales") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    book.save(tmp_path / "workspace.xlsx")
    return tmp_path / "workspace.xlsx"


def read(path: Path, sheet: str = "sales") -> tuple[RawTable | None, list[str]]:
    findings = Findings()
    book = open_book(path, findings)
    raw = None
    if book is not None:
        with book:
            raw = book.read(sheet, findings)
    return raw, [str(fault) for fault in findings.faults]


def edited(path: Path, part: str, old: str, new: str) -> Path:
    """The same workbook with some text exchanged in one of its parts."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    text = parts[part].decode()
    assert old in text
    parts[part] = text.replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_typed_cells(tmp_path: Path) -> None:
    day = datetime(2025, 1, 8)
    rows: list[list[object]] = [
        ["text", " number ", "day", "mixed", None, None],
        ["0012", 1.5, day, True],
        [None, None, None, None],
        [" NA ", 2, day.date(), 7, None, None],
        ["", 1e-7, None, clock(8, 30)],
    ]
    raw, faults = read(written(tmp_path, rows))
    assert faults == []
    assert raw is not None
    assert list(raw.names) == ["text", "number", "day", "mixed"]
    assert list(raw.rows) == [2, 4, 5]
    text, number, days, mixed = raw.columns
    assert text.text.to_pylist() == ["0012", "NA", None]
    assert number.number is not None
    assert number.number.to_pylist() == [1.5, 2.0, 1e-7]
    assert days.day is not None
    assert days.day.to_pylist() == [date(2025, 1, 8), date(2025, 1, 8), None]
    assert mixed.text.to_pylist() == ["TRUE", None, None]
    assert mixed.shown(2) == "a time of day"
    assert raw.file == "workspace.xlsx[sales]"


def test_formulas_need_values(tmp_path: Path) -> None:
    path = written(tmp_path, [["a", "b"], ["x", "=1+1"], ["=A2", 3], ["y", None]])
    raw, faults = read(path)
    assert faults == []
    assert raw is not None
    assert raw.columns[1].shown(0) == "a formula without a value"
    assert raw.columns[0].shown(1) == "a formula without a value"
    assert not raw.columns[1].blank[0]
    assert raw.columns[1].blank[2]
    edited(path, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    edited(path, SHEET, '<c r="A3"><f>A2</f><v />', '<c r="A3" t="str"><f>A2</f><v />')
    raw, _ = read(path)
    assert raw is not None
    assert raw.columns[1].number is not None
    assert raw.columns[1].number.to_pylist() == [2.0, 3.0, None]
    assert raw.columns[0].blank[1]


def test_errors_are_no_text(tmp_path: Path) -> None:
    raw, _ = read(written(tmp_path, [["a"], ["#N/A"], ["#DIV/0!"], ["NA"]]))
    assert raw is not None
    assert [raw.columns[0].shown(i) for i in range(3)] == [
        "the error #N/A",
        "the error #DIV/0!",
        "NA",
    ]


def test_cells_outside_the_header(tmp_path: Path) -> None:
    raw, faults = read(written(tmp_path, [["a", "b"], [1, 2, 3], [None, 5], [1, 2, None]]))
    assert faults == [
        "workspace.xlsx[sales]:2:: found cells outside the header, expected 2, as in the header"
    ]
    assert raw is not None
    assert list(raw.broken) == [True, False, False]


@pytest.mark.parametrize("rows", [[], [[None, None], ["a", "b"]]])
def test_sheets_without_a_header(tmp_path: Path, rows: list[list[object]]) -> None:
    raw, faults = read(written(tmp_path, rows))
    assert raw is None
    assert faults == ["workspace.xlsx[sales]:1:: found no header, expected a row of column names"]


def test_too_many_columns(tmp_path: Path) -> None:
    raw, faults = read(written(tmp_path, [[f"c{i}" for i in range(501)]]))
    assert raw is None
    assert "found 501 columns" in faults[0]


def test_a_lie_about_the_size_of_a_sheet_costs_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, [["a", "b"], [1, 2]])
    edited(path, SHEET, 'ref="A1:B2"', 'ref="A1:XFD1048576"')
    start = time.perf_counter()
    raw, faults = read(path)
    assert faults == []
    assert raw is not None
    assert len(raw.rows) == 1
    assert time.perf_counter() - start < 5.0


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"PK\x05\x06" + bytes(18), b"\xd0\xcf\x11\xe0" * 99]
)
def test_what_is_no_workbook(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "workspace.xlsx"
    path.write_bytes(data)
    raw, faults = read(path)
    assert raw is None
    assert len(faults) == 1
    assert faults[0].startswith("workspace.xlsx::: found ")


def test_damage_anywhere_is_a_fault_or_harmless(tmp_path: Path) -> None:
    path = written(tmp_path, [["a", "b"], ["x", 2]] * 5)
    good = path.read_bytes()
    for at in range(0, len(good), 97):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :])
        read(path)
        path.write_bytes(good[:at])
        assert read(path)[0] is None


def test_broken_xml_is_a_fault(tmp_path: Path) -> None:
    path = edited(written(tmp_path, [["a"], ["x"]]), SHEET, "<sheetData>", "<sheetData><")
    raw, faults = read(path)
    assert raw is None
    assert faults[0].startswith("workspace.xlsx[sales]::: found a sheet that cannot be read")


def test_zip_bombs_are_refused_unopened(tmp_path: Path) -> None:
    path = written(tmp_path, [["a"], ["x"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/zeros.bin", bytes(2**26))
    raw, faults = read(path)
    assert raw is None
    assert "unpacks to far more than it should" in faults[0]


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, [["a"], ["x"]])
    for name in ("LARGEST", "MOST_PARTS"):
        with monkeypatch.context() as patched:
            patched.setattr(xlsx_file, name, 3)
            assert "unpacks to far more" in read(path)[1][0]


def test_entity_bombs_do_not_go_off(tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "xxxxxxxxxx">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12)
    )
    path = written(tmp_path, [["a"], ["x"]])
    with zipfile.ZipFile(path) as book:
        sheet = book.read(SHEET).decode()
    start = sheet.index("<worksheet")
    bomb = sheet[:start] + f"<!DOCTYPE w [{entities}]>" + sheet[start:]
    bomb = bomb.replace(
        "</sheetData>", "<row r='3'><c r='A3' t='str'><v>&a11;</v></c></row></sheetData>"
    )
    edited(path, SHEET, sheet, bomb)
    began = time.perf_counter()
    raw, faults = read(path)
    assert raw is None
    assert faults
    assert time.perf_counter() - began < 10.0
