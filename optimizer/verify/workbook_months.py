"""The pages by week and by month: dates, days and keys worked out from the weeks again."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from optimizer.verify.facts import Facts
from optimizer.verify.spreadsheet import Area
from optimizer.verify.workbook_cells import EPOCH, FILE, Reader, shown
from workspace.text import Text


def check_months(reader: Reader, facts: Facts) -> None:
    """Dates and days of the pages by week and by month, worked out from the weeks."""
    names = sorted(set(facts.blocks["account"]))
    first, last = (
        date.fromisoformat(facts.week_texts[0]),
        date.fromisoformat(facts.week_texts[facts.T - 1]) + timedelta(days=6),
    )
    area = reader.book.areas.get("tw_accruals")
    if area is not None:
        mondays = [first + timedelta(days=7 * (i % facts.T)) for i in range(area.rows)]
        sundays = [day + timedelta(days=6) for day in mondays]
        starts = [day.replace(day=1) for day in mondays]
        ends = [day.replace(day=1) for day in sundays]
        days = [
            7.0 if start == end else float((end - monday).days)
            for start, end, monday in zip(starts, ends, mondays, strict=True)
        ]
        for column, values in ((2, mondays), (4, starts), (7, ends)):
            reader.numbers(area, column, np.array([float((d - EPOCH).days) for d in values]))
        reader.numbers(area, 5, np.array(days))
        _check_keys(reader, area, names, (9, 10))
    for name in ("tw_accrued", "tw_paid"):
        area = reader.book.areas.get(name)
        if area is None:
            continue
        _check_keys(reader, area, names, (2, 3))
        count = area.columns - 5 - (name == "tw_paid")
        year, month = first.year, first.month
        for place in range(count):
            day = date(year + (month + place - 1) // 12, (month + place - 1) % 12 + 1, 1)
            one = Area(area.page, area.row - 1, 5 + place, area.row - 1, 5 + place)
            reader.numbers(one, 0, np.array([float((day - EPOCH).days)]))
        if name == "tw_accrued":
            whole = (last.year - year) * 12 + last.month - month + 1
            if count != whole:
                told = Text("{count} months", count=whole)
                reader.findings.fault(FILE, None, name, Text("{count} months", count=count), told)


def _check_keys(reader: Reader, area: Area, names: list[str], columns: tuple[int, int]) -> None:
    """The number of an account beside its code, and a kind from 0 to 5."""
    grid = reader.grid(area)
    for row in range(area.row, area.last_row + 1):
        account, kind = (grid.number[row, area.column + column] for column in columns)
        code = grid.text.get((row, area.column), "")
        if code == "" and np.isnan(account):
            continue  # the row of net sales has nothing to pay
        if code not in names or account != names.index(code) + 1 or kind not in range(6):
            reader.wrong(area.page, row, columns[0], shown(account), code)
        for column in columns:
            grid.told[row, area.column + column] = True
