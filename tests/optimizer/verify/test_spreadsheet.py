"""Only workbooks of the one kind are read: whatever else is in the file is refused."""

import zipfile
from pathlib import Path

import pytest

from optimizer.verify.spreadsheet import NotRead, area_of, read_workbook
from tests.optimizer.workbooks import inputs, spoil, written


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book") / "plan"
    written(folder, inputs(2001), 1)
    return folder / "plan.xlsx"


@pytest.fixture
def book(honest, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(honest.read_bytes())
    return path


def test_control_an_honest_one_is_read(book: Path) -> None:
    found = read_workbook(book)
    assert len(found.pages) == 19
    assert found.areas["tw_weeks"].page == "Weeks"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet18.xml", "<sheetData>", "<sheetData>\n"),
        ("xl/worksheets/sheet18.xml", "</c></row>", '</c><c r="ZZ2"/></row>'),
        ("xl/worksheets/sheet18.xml", "<v>", "<v>x"),
        ("xl/worksheets/sheet18.xml", "</sheetData>", ""),
        ("xl/worksheets/sheet1.xml", "<f>", '<f t="array">'),
        ("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><dataValidations/>"),
        ("xl/workbook.xml", '<sheet name="Checks" sheetId="19" r:id="rId19"/>', ""),
        ("xl/workbook.xml", "$A$2:", "$A$20000:"),
    ],
)
def test_what_is_not_of_the_kind_is_refused(book: Path, part: str, old: str, new: str) -> None:
    spoil(book, part, lambda text: text.replace(old, new, 1) if part != "xl/workbook.xml"
          else text.replace(old, new))  # fmt: skip
    with pytest.raises(NotRead):
        read_workbook(book)


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"])
def test_macros_and_links_are_refused(book: Path, name: str) -> None:
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr(name, "x")
    with pytest.raises(NotRead):
        read_workbook(book)


def test_no_workbook_at_all(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"nothing")
    with pytest.raises(NotRead):
        read_workbook(path)


def test_references() -> None:
    area = area_of("'It''s'!$AA$3:$AB$10", "")
    assert (area.page, area.row, area.column, area.rows, area.columns) == ("It's", 2, 26, 8, 2)
    assert area_of("B2", "here").page == "here"
    for text in ("B0x", "B5:A1", "Other.A1:B"):
        with pytest.raises(NotRead):
            area_of(text, "")
