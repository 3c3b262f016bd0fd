"""`plan.xlsx`: every number of it is a number of the tables, or comes from its formula.

Three things are held against each other: the constants against the tables of the plan and the
inputs, every formula against the cells it refers to, and the totals against the tables again. A
number that none of these accounts for is a finding, and so is a constant where a formula belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.verify.facts import Facts
from optimizer.verify.formulas import Evaluator
from optimizer.verify.reading import Sheet
from optimizer.verify.record import Record
from optimizer.verify.spreadsheet import Area, NotRead, read_workbook
from optimizer.verify.workbook_cells import FILE, Reader, day_of, shown
from optimizer.verify.workbook_months import check_months
from optimizer.verify.workbook_payments import check_payments
from optimizer.verify.workbook_sop import check_sop_page
from optimizer.verify.workbook_tables import check_constants, check_totals
from workspace.faults import Findings
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

# Columns of each area that have to be formulas.
LIVE: dict[str, Iterable[int]] = {
    "tw_calendar": (18, 21),
    "tw_products": range(5, 25),
    "tw_pnl": (4, 5, 6),
    "tw_waterfall": range(4, 17),
    "tw_budgets": (8, 9),
    "tw_retailers": range(3, 13),
    "tw_accruals": (3, 6, 8),
    "tw_payments": (3, 5, 6, 7),
    "tw_rebates": range(2, 10),
    "tw_tiers": (6, 7),
    "tw_rebates_by_brand": range(2, 14),
    "tw_supply": (3, 5),
    "tw_sop": (3, 6, 7),
    "tw_checks": (2, 3, 4),
}
NEEDED = ("tw_weeks", "tw_products", "tw_pnl", "tw_waterfall", "tw_retailers", "tw_rebates",
          "tw_rebates_by_brand", "tw_sop", "tw_checks", "tw_summary")  # fmt: skip


MOST_ROWS = 1_048_576  # of a page: of a plan with more weekly rows there is no workbook


def check_there(folder: Path, sheets: dict[str, Sheet], findings: Findings) -> None:
    """A plan that people get has its workbook, unless that could not hold the weekly rows."""
    if not (folder / FILE).exists() and len(sheets["weekly.csv"]) + 1 <= MOST_ROWS:
        findings.fault(FILE, None, None, Text("no such file"), Text("the workbook of the plan"))


def check_workbook(
    folder: Path,
    sheets: dict[str, Sheet],
    record: Record,
    workspace: Workspace,
    facts: Facts,
    cents: dict[str, Floats],
    rebates: dict[str, pd.Series],
) -> None:
    """Hold the workbook of a plan, where it has one, against its tables and its own formulas.

    `cents` (B, W) and `rebates` (by account and brand, in cents) are the verifier's own.
    """
    path, findings = folder / FILE, record.findings
    if not path.exists():
        return  # whether it may be missing is another question
    try:
        reader = Reader(read_workbook(path), findings)
    except NotRead as error:
        findings.fault(FILE, None, None, str(error)[:200], Text("a workbook of the plan's"))
        return
    for name in NEEDED:
        if name not in reader.book.areas:
            findings.fault(FILE, None, name, Text("nothing"), Text("the area of that name"))
            return
    check_constants(reader, sheets, workspace, facts, cents)
    check_totals(reader, sheets, facts, rebates)
    _check_record(reader, record, sheets, facts)
    check_months(reader, facts)
    check_payments(reader, sheets["calendar.csv"], workspace, facts, cents, rebates)
    check_sop_page(reader, sheets["sop.csv"])
    _check_formulas(reader)
    _check_strangers(reader)


def _check_record(reader: Reader, record: Record, sheets: dict[str, Sheet], facts: Facts) -> None:
    """The first page and the numbers of plan.json among the checks."""
    content, totals = record.content, record.content.get("totals")
    area = reader.area("tw_summary", 13)
    if area is not None:
        expected = {
            1: day_of(facts.week_texts[0]),
            2: day_of(facts.week_texts[facts.T - 1]),
            3: float(len(sheets["calendar.csv"])),
            10: content.get("bound"),
            11: content.get("gap"),
        }
        cells = reader.grid(area)
        for row, value in expected.items():
            number = np.nan if value is None else float(str(value))
            one = Area(area.page, area.row + row, 1, area.row + row, 1)
            reader.numbers(one, 0, np.array([number]))
        for row in (*range(4, 10), 12):
            if (area.row + row, 1) not in cells.formula:
                reader.wrong(area.page, area.row + row, 1, Text("a number"), Text("a formula"))
    checks = reader.book.areas["tw_checks"]
    if isinstance(totals, dict):
        for row, value in ((0, totals.get("incremental_profit")), (2, totals.get("spend")),
                           (5, totals.get("gross_sales")),
                           (14, totals.get("penalties"))):  # fmt: skip
            one = Area(checks.page, checks.row + row, 1, checks.row + row, 1)
            reader.numbers(one, 0, np.array([float(str(value))]))


def _check_formulas(reader: Reader) -> None:
    """Every formula comes to what is stored with it; and formulas stand where they have to."""
    evaluate = Evaluator(reader.book)
    told = Text("a formula that can be worked out")
    for name, grid in reader.book.pages.items():
        texts = list(grid.formula.values())
        places = np.array(list(grid.formula), dtype=np.int64).reshape(-1, 2)
        found = grid.number[places[:, 0], places[:, 1]]
        evaluated = evaluate.values(texts, name)
        expected = evaluated.values
        right = np.abs(found - expected) <= 1e-6 + 1e-9 * np.abs(expected)
        for i in np.flatnonzero(~right).tolist():
            row, column = places[i].tolist()
            if i in evaluated.refused:
                said = f"{texts[i][:120]} ({evaluated.refused[i][:60]})"
                reader.wrong(name, row, column, said, told)
            else:
                reader.wrong(name, row, column, shown(found[i]), shown(expected[i]))
        grid.told[places[:, 0], places[:, 1]] |= ~np.isnan(expected)
    for name, columns in LIVE.items():
        _check_live(reader, name, columns)
    for name, first in (("tw_accrued", 4), ("tw_paid", 5)):
        area = reader.book.areas.get(name)
        if area is not None:
            _check_live(reader, name, range(first, area.columns))


def _check_live(reader: Reader, name: str, columns: Iterable[int]) -> None:
    """Formulas in these columns of every row that says anything."""
    area = reader.book.areas.get(name)
    if area is None:
        return
    grid = reader.grid(area)
    for row in range(area.row, area.last_row + 1):
        if (row, area.column) not in grid.text and name != "tw_checks":
            continue  # net sales have nothing to pay
        for place in (area.column + column for column in columns):
            if (row, place) not in grid.formula:
                reader.wrong(area.page, row, place, Text("a number"), Text("a formula"))


def _check_strangers(reader: Reader) -> None:
    """Numbers that are neither of a table nor of a formula."""
    for name, grid in reader.book.pages.items():
        strange = ~np.isnan(grid.number) & ~grid.told
        for row, column in np.argwhere(strange)[:20].tolist():
            found = shown(grid.number[row, column])
            reader.wrong(name, row, column, found, Text("a number that something accounts for"))
