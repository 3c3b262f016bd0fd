"""The pages of supply and of rules: what the plan needs, and how near it comes to each limit."""

from __future__ import annotations

from datetime import date

from optimizer.reports.workbook import weeks as w
from optimizer.reports.workbook.book import Column, Formula, Page, Style, amount
from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.weeks import Weeks
from workspace.text import Text

SUPPLY = (
    Column(Text("Product"), Style.TEXT, 16),
    Column(Text("Name of the product"), Style.TEXT, 26),
    Column(Text("Week"), Style.DAY, 12),
    Column(Text("Units"), Style.UNITS, 12),
    Column(Text("Available"), Style.UNITS, 12),
    Column(Text("Used"), Style.SHARE, 10),
)
RULES = (
    Column(Text("Rule"), Style.TEXT, 24),
    Column(Text("Selection"), Style.TEXT, 40),
    Column(Text("Value"), Style.NUMBER, 12),
    Column(Text("Worst"), Style.NUMBER, 12),
    Column(Text("Slack"), Style.NUMBER, 12),
    Column(Text("Penalty of a soft rule"), Style.MONEY, 14),
)
PENALTY = 5
LONGEST_FORMULA = 8000  # characters; spreadsheets take 8192
MOST_PARTS = 255  # arguments of a function


def write_supply(page: Page, weeks: Weeks, figures: Figures) -> None:
    """One row for each product and week that supply is limited in."""
    page.head(0, SUPPLY)
    page.sheet.freeze_panes(1, 3)
    names = figures.names("products", "product")
    rows = figures.table("supply")
    for row, line in enumerate(rows, start=1):
        day = date.fromisoformat(line["week"])
        week = figures.weeks.index(day)
        mine = figures.of_product[line["product"]]
        units = float(figures.units[mine, week].sum())
        text = sum_of(weeks, figures, w.UNITS, line["product"], week, page.cell(row, 2))
        there = float(line["available"])
        used = f"IF({page.cell(row, 4)}=0,0,{page.cell(row, 3)}/{page.cell(row, 4)})"
        page.line(
            row,
            SUPPLY,
            (
                *(line["product"], names[line["product"]], day),
                *(Formula(text, units), there, Formula(used, units / there if there else 0.0)),
            ),
        )
    if not rows:
        page.say(1, 0, Text("Supply is not limited."), page.book.note)
    page.call("tw_supply", 1, len(rows), len(SUPPLY))


def sum_of(weeks: Weeks, figures: Figures, column: int, product: str, week: int, day: str) -> str:
    """A column of the weekly rows summed over the accounts of a product, in one week.

    `day`: the cell that holds the week, for products with too many accounts to name them all.
    """
    mine = figures.of_product[product]
    cells = ",".join(weeks.page.cell(weeks.first(b) + week, column) for b in mine)
    text = f"SUM({cells})"
    if len(mine) <= MOST_PARTS and len(text) <= LONGEST_FORMULA:
        return text
    number = figures.products.index(product) + 1
    return (
        f"SUMIFS({weeks.every(column)},{weeks.every(w.PRODUCT_NO)},{number},"
        f"{weeks.every(w.WEEK)},{day})"
    )


def write_rules(page: Page, figures: Figures) -> str:
    """The rows of guardrails.csv, penalties summed; returns the cell of their total."""
    page.head(0, RULES)
    rows = figures.table("guardrails")
    for row, line in enumerate(rows, start=1):
        names = ("value", "worst", "slack", "penalty")
        numbers = (float(line[n]) if line[n] else None for n in names)
        page.line(row, RULES, (line["rule"], line["selection"], *numbers))
    page.call("tw_guardrails", 1, len(rows), len(RULES))
    total = len(rows) + 1
    text = f"SUM({page.area(PENALTY, 1, len(rows))})" if rows else "0"
    label = page.book.words(Text("Total"))
    cells = (label, *[None] * (PENALTY - 1), amount(text, figures.plan.penalty_cents))
    page.line(total, RULES, cells, total=True)
    return page.cell(total, PENALTY)
