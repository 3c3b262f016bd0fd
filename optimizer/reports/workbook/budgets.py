"""The page of budgets: what each was, what the weekly rows make of it, what is left."""

from __future__ import annotations

from datetime import date

from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Cell, Column, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

COLUMNS = (
    Column(Text("Budget"), Style.TEXT, 22),
    Column(Text("Kind"), Style.TEXT, 10),
    Column(Text("Account"), Style.TEXT, 14),
    Column(Text("Brand"), Style.TEXT, 14),
    Column(Text("Product"), Style.TEXT, 14),
    Column(Text("First week"), Style.DAY, 12),
    Column(Text("Last week"), Style.DAY, 12),
    Column(Text("Amount"), Style.MONEY, 16),
    Column(Text("Planned"), Style.MONEY, 16),
    Column(Text("Left"), Style.MONEY, 16),
    Column(Text("Spend, 95 times in 100 at most"), Style.MONEY, 16),
    Column(Text("What one more would earn"), Style.NUMBER, 12),
    Column(Text("Account no."), Style.KEY, 6),
    Column(Text("Brand no."), Style.KEY, 6),
    Column(Text("Product no."), Style.KEY, 6),
)
FIRST, LAST, AMOUNT, PLANNED, KEYS = 5, 6, 7, 8, 12


def write_budgets(page: Page, weeks: Weeks, figures: Figures) -> None:
    """One row for each budget, as in budgets.csv, planned from the weekly rows."""
    page.head(0, COLUMNS)
    page.sheet.freeze_panes(1, 1)
    table = figures.plan.workspace.budgets.set_index("budget")
    for row, line in enumerate(figures.table("budgets"), start=1):
        terms = table.loc[line["budget"]]
        codes = [str(terms[name]) for name in ("account", "brand", "product")]
        known = (figures.accounts, figures.brands, figures.products)
        keys: list[int | None] = [
            (names.index(code) + 1 if code in names else -1) if code else None
            for code, names in zip(codes, known, strict=True)
        ]
        ends = [
            None if str(terms[name]) == "NaT" else date.fromisoformat(str(terms[name])[:10])
            for name in ("first_week", "last_week")
        ]
        planned, left = (round(float(line[name]) * 100) for name in ("planned", "left"))
        kind = Text("floor") if terms["kind"] == "floor" else Text("ceiling")
        cells: list[Cell] = [line["budget"], page.book.words(kind), *codes, *ends]
        cells += [
            float(line["amount"]),
            amount(_planned(page, row, weeks, keys, ends), planned),
            amount(f"{page.cell(row, AMOUNT)}-{page.cell(row, PLANNED)}", left),
            *(float(line[n]) if line[n] else None for n in ("spend_p95", "marginal_profit")),
            *keys,
        ]
        page.line(row, COLUMNS, cells)
    page.call("tw_budgets", 1, len(table), len(COLUMNS))


def _planned(
    page: Page, row: int, weeks: Weeks, keys: list[int | None], ends: list[date | None]
) -> str:
    """The sum of spend and fees over what a budget names."""
    conditions = "".join(
        f",{weeks.every(column)},{page.cell(row, KEYS + place)}"
        for place, column in enumerate((w.ACCOUNT_NO, w.BRAND_NO, w.PRODUCT_NO))
        if keys[place] is not None
    )
    for place, sign in ((0, ">="), (1, "<=")):
        if ends[place] is not None:
            cell = page.cell(row, (FIRST, LAST)[place])
            conditions += f',{weeks.every(w.WEEK)},"{sign}"&{cell}'
    return "+".join(
        f"SUMIFS({weeks.every(column)}{conditions})"
        if conditions
        else f"SUM({weeks.every(column)})"
        for column in (w.VARIABLE, w.FEES)
    )
