"""compare.xlsx: the comparison for people who go on calculating.

What a plan comes to is summed from its accounts; returns, gaps, places, differences and what is
proven of them are formulas. The base is a cell that may be changed: everything follows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from optimizer.reports.workbook.book import Book, Cell, Column, Formula, Page, Style, amount
from optimizer.reports.workbook.words import ENGLISH, Words
from scenarios.comparison.comparison import Comparison, Row
from scenarios.comparison.places import places
from scenarios.comparison.proof import Verdict
from scenarios.comparison.table import doubtful
from workspace.text import Text

FILE = "compare.xlsx"
HEAD = 3  # row of the head of the first page; the base's number stands above it
BASE = (1, 1)
PROVEN = {
    Verdict.BETTER: Text("proven better"),
    Verdict.WORSE: Text("proven worse"),
    Verdict.SAME: Text("proven the same"),
    Verdict.OPEN: Text("within the gaps"),
    Verdict.UNKNOWN: Text("no bound"),
}
BASE_WORDS = Text("the base")
COLUMNS = (
    Column(Text("no."), Style.KEY, 5),
    Column(Text("scenario"), Style.TEXT, 34),
    Column(Text("place"), Style.COUNT, 7),
    Column(Text("incremental profit"), Style.MONEY, 15),
    Column(Text("difference"), Style.MONEY, 15),
    Column(Text("at least"), Style.MONEY, 15),
    Column(Text("at most"), Style.MONEY, 15),
    Column(Text("proven"), Style.TEXT, 16),
    Column(Text("trade spend"), Style.MONEY, 15),
    Column(Text("return on spend"), Style.SHARE, 9),
    Column(Text("retailers earn"), Style.MONEY, 15),
    Column(Text("profit"), Style.MONEY, 16),
    Column(Text("units"), Style.UNITS, 12),
    Column(Text("events"), Style.COUNT, 8),
    Column(Text("penalties"), Style.MONEY, 12),
    Column(Text("1 time in 10 less than"), Style.MONEY, 15),
    Column(Text("1 time in 10 more than"), Style.MONEY, 15),
    Column(Text("budgets in doubt"), Style.COUNT, 9),
    Column(Text("no plan earns more than"), Style.MONEY, 15),
    Column(Text("gap"), Style.SHARE, 8),
)
(NO, NAME, PLACE, EARNED, CHANGE, LOW, HIGH, PROOF, SPEND, ROI, THEIRS, PROFIT, UNITS, EVENTS,
 PENALTIES, P10, P90, DOUBT, BOUND, GAP) = range(len(COLUMNS))  # fmt: skip
SHARES = (
    Column(Text("no."), Style.KEY, 5),
    Column(Text("scenario"), Style.TEXT, 34),
    Column(Text("account"), Style.TEXT, 20),
    Column(Text("trade spend"), Style.MONEY, 15),
    Column(Text("incremental profit"), Style.MONEY, 15),
    Column(Text("retailers earn"), Style.MONEY, 15),
    Column(Text("events"), Style.COUNT, 8),
    Column(Text("return on spend"), Style.SHARE, 9),
)
BUDGETS = (
    Column(Text("no."), Style.KEY, 5),
    Column(Text("scenario"), Style.TEXT, 34),
    Column(Text("budget"), Style.TEXT, 24),
    Column(Text("amount"), Style.MONEY, 15),
    Column(Text("planned"), Style.MONEY, 15),
    Column(Text("left"), Style.MONEY, 15),
    Column(Text("19 times in 20 less than"), Style.MONEY, 15),
    Column(Text("in doubt"), Style.COUNT, 8),
    Column(Text("one more unit earns"), Style.NUMBER, 10),
)


def write_workbook(comparison: Comparison, folder: Path, words: Words = ENGLISH) -> None:
    """Write the workbook into `folder`; the same comparison, the same bytes."""
    scratch = folder / ".pages"
    scratch.mkdir()
    try:
        book = Book(folder / FILE, scratch, words, comparison.currency)
        first, shares, budgets = (
            book.page(name) for name in (Text("Comparison"), Text("Accounts"), Text("Budgets"))
        )
        _write_first(first, shares, budgets, comparison)
        _write_shares(shares, comparison)
        _write_budgets(budgets, comparison)
        book.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write_first(page: Page, shares: Page, budgets: Page, comparison: Comparison) -> None:
    rows = comparison.rows
    page.say(0, 0, Text("Scenarios side by side"), page.book.title)
    page.say(BASE[0], 0, Text("base"))
    page.write(*BASE, rows.index(comparison.base) + 1, Style.INPUT)
    page.say(
        BASE[0],
        2,
        Text("the number of the scenario that the others are set against"),
        page.book.note,
    )
    page.sheet.data_validation(
        *BASE, *BASE, {"validate": "integer", "criteria": "between", "minimum": 1,
                       "maximum": len(rows)}
    )  # fmt: skip
    page.head(HEAD, COLUMNS)
    ranked = places([row.contender.figures.worth for row in rows])
    line = _Line(page, shares, budgets, comparison)
    for i, row in enumerate(rows):
        page.line(HEAD + 1 + i, COLUMNS, line.cells(i, row, ranked[i] or 0))
    page.sheet.freeze_panes(HEAD + 1, 2)
    page.call("tw_comparison", HEAD + 1, HEAD + len(rows), len(COLUMNS))


class _Line:
    """The cells of one scenario on the first page."""

    def __init__(self, page: Page, shares: Page, budgets: Page, comparison: Comparison) -> None:
        self._page, self._comparison = page, comparison
        self._last = HEAD + len(comparison.rows)
        self._shares = (shares, sum(len(row.accounts) for row in comparison.rows))
        self._budgets = (budgets, sum(len(row.budgets) for row in comparison.rows))

    def cells(self, i: int, row: Row, place: int) -> list[Cell]:
        """In the order of COLUMNS."""
        figures, its, edge = (
            row.contender.figures, self._comparison.base.contender.figures, row.edge
        )  # fmt: skip
        at = self._at(HEAD + 1 + i)
        worth = f"({at(EARNED)}-{at(PENALTIES)})"
        ceiling = f"({at(BOUND)}-{at(PENALTIES)})"
        based = self._based
        mine = f"{at(NO)}={self._page.cell(*BASE)}"
        unknown = f'OR({mine},{at(BOUND)}="",{based(BOUND)}="")'
        own = row is self._comparison.base
        verdict = BASE_WORDS if own else PROVEN[edge.verdict]
        low = f"{worth}-({based(BOUND)}-{based(PENALTIES)})"
        high = f"{ceiling}-({based(EARNED)}-{based(PENALTIES)})"
        doubt = doubtful(row)
        return [
            i + 1,
            row.name,
            Formula(self._place(worth), place),
            amount(self._summed(i, 4), figures.incremental_profit),
            amount(
                f"{at(EARNED)}-{based(EARNED)}",
                figures.incremental_profit - its.incremental_profit,
            ),
            self._edge(unknown, low, None if own else edge.low),
            self._edge(unknown, high, None if own else edge.high),
            Formula(self._verdict(at, mine), self._page.book.words(verdict)),
            amount(self._summed(i, 3), figures.spend),
            Formula(f"IF({at(SPEND)}=0,0,{at(EARNED)}/{at(SPEND)})", figures.roi or 0.0),
            amount(self._summed(i, 5), figures.retailer_incremental_profit),
            figures.profit / 100.0,
            figures.units,
            Formula(self._summed(i, 6), figures.events),
            figures.penalties / 100.0,
            _money(figures.p10),
            _money(figures.p90),
            None if doubt is None else Formula(self._doubts(i), doubt),
            _money(figures.bound),
            None
            if figures.gap is None
            else Formula(f"({at(BOUND)}-{at(EARNED)})/MAX(1,ABS({at(EARNED)}))", figures.gap),
        ]

    def _at(self, row: int) -> Callable[[int], str]:
        return lambda column: self._page.cell(row, column)

    def _based(self, column: int) -> str:
        """The base's cell in a column."""
        area = self._page.area(column, HEAD + 1, self._last)
        return f"INDEX({area},{self._page.cell(*BASE)})"

    def _summed(self, i: int, column: int) -> str:
        page, rows = self._shares
        key = self._page.cell(HEAD + 1 + i, NO)
        return f"SUMIFS({page.area(column, 1, rows)},{page.area(0, 1, rows)},{key})"

    def _doubts(self, i: int) -> str:
        page, rows = self._budgets
        key = self._page.cell(HEAD + 1 + i, NO)
        return f"SUMIFS({page.area(7, 1, rows)},{page.area(0, 1, rows)},{key})"

    def _place(self, worth: str) -> str:
        """1 + how many are worth more by a cent: RANK would compare binary fractions."""
        earned, paid = (
            self._page.area(column, HEAD + 1, self._last) for column in (EARNED, PENALTIES)
        )
        return f"1+SUMPRODUCT(--(ROUND({earned}-{paid}-{worth},2)>0))"

    @staticmethod
    def _edge(unknown: str, formula: str, cents: int | None) -> Formula:
        value: float | str = "" if cents is None else cents / 100.0
        return Formula(f'IF({unknown},"",ROUND({formula},2))', value)

    def _verdict(self, at: Callable[[int], str], mine: str) -> str:
        def quoted(text: Text) -> str:
            return '"' + self._page.book.words(text).replace('"', '""') + '"'

        words = {verdict: quoted(text) for verdict, text in PROVEN.items()}
        low, high = at(LOW), at(HIGH)
        return (
            f'IF({mine},{quoted(BASE_WORDS)},IF({low}="",{words[Verdict.UNKNOWN]},'
            f"IF({low}>0,{words[Verdict.BETTER]},IF({high}<0,{words[Verdict.WORSE]},"
            f"IF(AND({low}=0,{high}=0),{words[Verdict.SAME]},{words[Verdict.OPEN]})))))"
        )


def _write_shares(page: Page, comparison: Comparison) -> None:
    page.head(0, SHARES)
    line = 0
    for i, row in enumerate(comparison.rows):
        for share in row.accounts:
            line += 1
            spend, earned = page.cell(line, 3), page.cell(line, 4)
            cells: list[Cell] = [
                i + 1,
                row.name,
                share.account,
                share.spend / 100.0,
                share.incremental_profit / 100.0,
                share.retailer_incremental_profit / 100.0,
                share.events,
                Formula(
                    f"IF({spend}=0,0,{earned}/{spend})",
                    share.incremental_profit / share.spend if share.spend else 0.0,
                ),
            ]
            page.line(line, SHARES, cells)
    page.sheet.freeze_panes(1, 3)
    page.call("tw_accounts", 1, line, len(SHARES))


def _write_budgets(page: Page, comparison: Comparison) -> None:
    page.head(0, BUDGETS)
    line = 0
    for i, row in enumerate(comparison.rows):
        for budget in row.budgets:
            line += 1
            limit, planned, high = (page.cell(line, column) for column in (3, 4, 6))
            doubt = f'IF({high}="",0,IF({high}>{limit},1,0))' if budget.ceiling else "0"
            cells: list[Cell] = [
                i + 1,
                row.name,
                budget.name,
                budget.amount / 100.0,
                budget.planned / 100.0,
                amount(f"{limit}-{planned}", budget.amount - budget.planned),
                _money(budget.p95),
                Formula(doubt, int(budget.doubtful)),
                budget.marginal_profit,
            ]
            page.line(line, BUDGETS, cells)
    page.sheet.freeze_panes(1, 3)
    page.call("tw_budgets", 1, line, len(BUDGETS))


def _money(cents: int | None) -> float | None:
    return None if cents is None else cents / 100.0
