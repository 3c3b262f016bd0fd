"""compare.xlsx: stored values, formulas anew by LibreOffice, names that look like formulas."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from optimizer.reports.cells import write_table
from scenarios.comparison import table
from scenarios.comparison.comparison import compare
from scenarios.comparison.survey import survey
from scenarios.comparison.workbook import FILE, write_workbook
from tests.scenarios.comparison import books


def anew(book: Path, folder: Path) -> list[str]:
    """Formula cells that LibreOffice makes something else of; [] also where there are none."""
    from benchmarks.workbook_ties import recompute

    folder.mkdir(exist_ok=True)
    recompute([book], folder)
    formulas = openpyxl.load_workbook(book)
    stored, found = (
        openpyxl.load_workbook(path, data_only=True) for path in (book, folder / book.name)
    )
    wrong, count = [], 0
    for page in formulas:
        for cell in (cell for row in page.iter_rows() for cell in row if cell.data_type == "f"):
            one, other = (some[page.title][cell.coordinate].value for some in (stored, found))
            count += 1
            numbers = all(isinstance(value, int | float) for value in (one, other))
            if abs(one - other) > 1e-6 if numbers else (one or "") != (other or ""):
                wrong.append(f"{page.title}!{cell.coordinate}: {one} {other}")
    assert count > 50
    return wrong


def test_values_tie_with_the_csv_and_with_themselves(plans, tmp_path):
    comparison = compare(survey(plans, []), "tiny")
    write_workbook(comparison, tmp_path)
    write_table(tmp_path / "compare.csv", table.HEADER, table.rows(comparison))
    rows = books.table(tmp_path / "compare.csv")
    sheet = openpyxl.load_workbook(tmp_path / FILE, data_only=True)["Comparison"]
    lines = list(sheet.iter_rows(values_only=True))
    head = [str(cell) for cell in lines[3]]
    for row, line in zip(rows, lines[4:], strict=True):
        shown = dict(zip(head, line, strict=True))
        for name, title in (
            ("incremental_profit", "incremental profit"), ("spend", "trade spend"),
            ("profit", "profit"), ("bound", "no plan earns more than"), ("events", "events"),
            ("rank", "place"), ("retailer_incremental_profit", "retailers earn"),
        ):  # fmt: skip
            assert float(row[name]) == shown[title]
        if row["incremental_profit_change"]:
            assert float(row["incremental_profit_change"]) == shown["difference"]
            assert float(row["change_low"]) == shown["at least"]
    again = tmp_path / "again"
    again.mkdir()
    write_workbook(comparison, again)
    assert (tmp_path / FILE).read_bytes() == (again / FILE).read_bytes()


def test_libreoffice_comes_to_the_same_and_a_lie_is_found(plans, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("soffice is not installed")
    write_workbook(compare(survey(plans, []), "tiny"), tmp_path)
    assert anew(tmp_path / FILE, tmp_path / "anew") == []
    from tests.optimizer.reports.test_workbook import spoil

    spoil(tmp_path / FILE, "xl/worksheets/sheet1.xml",
          lambda text: text.replace("</f><v>", "</f><v>1", 1))  # fmt: skip
    assert anew(tmp_path / FILE, tmp_path / "anew") != []


def test_names_that_look_like_formulas_stay_text(own, tmp_path):
    plans = own / "results" / "plans"
    shutil.copytree(plans / "calm", plans / "=1+cmd()")
    write_workbook(compare(survey(own, []), "tiny"), tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / FILE)["Comparison"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "=1+cmd()")
    assert cell.data_type == "s"
    assert cell.quotePrefix
