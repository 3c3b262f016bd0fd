"""Books of a few cells, read by two readers that share nothing with the writer."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from optimizer.reports.workbook import package
from optimizer.reports.workbook.book import Book, Column, Formula, Page, Style
from optimizer.reports.workbook.words import ENGLISH
from optimizer.verify.spreadsheet import read_workbook
from workspace.text import Text

TEXTS = (
    *("plain", "<r>rich</r>", "a & b < c > d", '"quoted"', " ends ", "two\nlines", "=1+1"),
    *("_x0041_", "_", "bell\x07", "\ufffe", "España €", "🍋", "+34", "__x000D_"),
)
NUMBERS = (0, 1, -7, 0.1, 1 / 3, 1e-7, 1e22, 123456789.12, 5e-324, -0.01)
COLUMNS = (Column(Text("Text"), Style.TEXT), Column(Text("Number"), Style.KEY, 6))


def book(folder: Path) -> tuple[Book, Page]:
    folder.mkdir()
    made = Book(folder / "book.xlsx", folder, ENGLISH, "EUR")
    return made, made.page(Text("Cells"))


def some(folder: Path) -> Path:
    made, page = book(folder)
    page.head(0, COLUMNS)
    for row, text in enumerate(TEXTS, start=1):
        page.write(row, 0, text)
    for row, number in enumerate(NUMBERS, start=100):
        page.line(row, COLUMNS, (None, number), total=True)
    page.write(200, 2, date(2026, 3, 2), Style.DAY)
    page.write(200, 1, Formula('IF(B101<1,1,2)&""', 12))
    page.write(200, 0, Formula("SUM(B101:B102)", 1.0), Style.MONEY)
    page.sheet.freeze_panes(1, 0)
    page.call("tw_cells", 1, 200, 2)
    made.page(Text("Empty"))
    made.close()
    return folder / "book.xlsx"


def test_two_readers_find_what_was_written(tmp_path: Path) -> None:
    path = some(tmp_path / "a")
    grid = read_workbook(path).pages["Cells"]
    assert tuple(grid.text[row, 0] for row in range(1, 1 + len(TEXTS))) == TEXTS
    assert grid.number[100 : 100 + len(NUMBERS), 1].tolist() == list(NUMBERS)
    assert grid.formula[200, 1] == 'IF(B101<1,1,2)&""'
    other = openpyxl.load_workbook(path)
    sheet = other["Cells"]
    assert other.sheetnames == ["Cells", "Empty"]
    assert sheet.freeze_panes == "A2"
    assert sheet.row_dimensions[1].height == 45
    assert sheet.dimensions == "A1:C201"
    escaped = ("_x0041_", "bell\x07", "\ufffe", "__x000D_")  # it leaves those as they are
    for row, text in enumerate(TEXTS, start=2):
        assert text in escaped or sheet.cell(row, 1).value == text
    assert [sheet.cell(101 + i, 2).value for i in range(len(NUMBERS))] == list(NUMBERS)
    assert sheet["C201"].value == datetime(2026, 3, 2)
    assert sheet["A201"].value == "=SUM(B101:B102)"
    assert "€" in sheet["A201"].number_format
    assert sheet["A8"].quotePrefix
    assert sheet["B101"].font.bold
    assert sheet["A1"].alignment.wrap_text
    assert not sheet["B101"].alignment.wrap_text
    assert other.defined_names["tw_cells"].value == "'Cells'!$A$2:$B$201"


def test_a_formula_may_come_to_text(tmp_path: Path) -> None:
    made, page = book(tmp_path / "a")
    page.write(0, 0, Formula('IF(1<2,"a & b","")', "a & b"))
    made.close()
    for values, expected in ((True, "a & b"), (False, '=IF(1<2,"a & b","")')):
        found = openpyxl.load_workbook(tmp_path / "a" / "book.xlsx", data_only=values)
        assert found["Cells"]["A1"].value == expected


def test_nothing_in_it_tells_when_it_was_written(tmp_path: Path) -> None:
    path = some(tmp_path / "a")
    assert path.read_bytes() == some(tmp_path / "b").read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {package.WHEN}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == core.count("W3CDTF") == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Formula("1", float("nan"))])
def test_what_is_no_number_is_refused(tmp_path: Path, value: float | Formula) -> None:
    _, page = book(tmp_path / "a")
    with pytest.raises(ValueError, match=r"nan|inf"):
        page.write(0, 0, value)


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    _, page = book(tmp_path / "a")
    page.write(5, 0, 1)
    with pytest.raises(ValueError, match="row 4 of Cells after row 5"):
        page.write(4, 0, 1)


def test_looks_that_are_numbered_in_another_way_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, page = book(tmp_path / "a")
    page.write(0, 0, 1)
    page.sheet.write_blank(0, 40, None, made._book.add_format({"italic": True}))
    with pytest.raises(RuntimeError, match="numbers looks"):
        made.close()
