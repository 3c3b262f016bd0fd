"""The first page: what the plan earns and costs, how sure that is, and whether everything ties."""

from __future__ import annotations

from optimizer.objective import PROFIT
from optimizer.plan import Plan
from optimizer.reports.workbook import calendar
from optimizer.reports.workbook.book import Cell, Formula, Page, Style, amount
from optimizer.reports.workbook.checks import Pages
from workspace.text import Text

STATUS = {
    "optimal": Text("proven optimal within the gap asked for"),
    "feasible": Text("keeps all rules"),
    "infeasible": Text("breaks rules"),
}
KEYS = ("workspace", "scenario_file", "scenario_sha256", "inputs_sha256", "response_sha256")
MAXIMISED = (12, 1)  # the cell of profit less penalties


def write_summary_page(page: Page, pages: Pages, checks: Page, last_check: int) -> None:
    """Figures that are read first; each is a reference to where it is worked out."""
    figures, book = pages.figures, page.book
    record, plan = figures.record, figures.plan
    page.sheet.set_column(0, 0, 44)
    page.sheet.set_column(1, 1, 24)
    page.sheet.set_column(2, 2, 60)
    settings = plan.workspace.settings
    page.write(0, 0, f"{settings.name}: {plan.spec.scenario}")
    page.say(1, 0, Text("Amounts in {currency}, excl. VAT", currency=settings.currency), book.note)
    row = 3
    for label, value, style, remark in _lines(pages, checks, last_check):
        page.say(row, 0, label)
        page.write(row, 1, value, style)
        if remark is not None:
            page.say(row, 2, remark, book.note)
        row += 1
    page.call("tw_summary", 3, row - 1, 3)
    row += 1
    page.say(row, 0, Text("Where it comes from"), book.title)
    for key in KEYS:
        row += 1
        page.write(row, 0, key)
        page.write(row, 1, str(record[key]))


def _lines(
    pages: Pages, checks: Page, last_check: int
) -> list[tuple[Text, Cell, Style, Text | None]]:
    figures, outcome, pnl, events = (
        pages.figures, pages.figures.plan.outcome, pages.pnl, pages.events,
    )  # fmt: skip
    record, horizon = figures.record, figures.horizon
    spend = events.page.cell(events.total, calendar.SPEND)
    cents, objective = outcome.spend_cents, outcome.objective_cents
    earned = pnl.total("profit", 3)
    theirs = outcome.retailer_change_cents + outcome.rebates.change_cents
    ties = checks.area(4, 1, last_check)
    bound, gap = record["bound"], record["gap"]
    most, asked = Text("The most any plan could earn"), None
    if figures.plan.spec.maximised != PROFIT:
        most = Text("The most that any plan could reach of what is asked for")
        asked = Text("asked for: {what}; this plan reaches {worth}", what=_maximised(figures.plan),
                     worth=f"{figures.plan.objective:,.2f}")  # fmt: skip
    paid = figures.plan.penalty_cents
    return [
        (Text("Status"), figures_status(str(record["status"]), pages), Style.TEXT, None),
        (Text("First week"), figures.weeks[0], Style.DAY, None),
        (Text("Last week"), figures.weeks[horizon - 1], Style.DAY, None),
        (Text("Events"), events.count, Style.COUNT, None),
        (Text("The plan earns us"), amount(earned, objective), Style.MONEY,
         Text("incremental profit, weeks after the horizon included")),
        (Text("Trade spend"), amount(spend, cents), Style.MONEY, Text("without rebates")),
        (Text("Return on spend"),
         Formula(f"IF({spend}=0,0,{earned}/{spend})", objective / cents if cents else 0.0),
         Style.SHARE, Text("0 % breaks even")),
        (Text("and our retailers"), amount(pnl.total("retailer_profit", 3), theirs), Style.MONEY,
         None),
        (Text("Penalties of soft rules"), amount(pages.penalties, paid), Style.MONEY,
         Text("a price on bending rules, paid to nobody")),
        (Text("Our profit less penalties"), amount(f"{earned}-{pages.penalties}", objective - paid),
         Style.MONEY, Text("what a search for profit maximises")),
        (most, None if bound is None else float(str(bound)), Style.MONEY, asked),
        (Text("Gap"), None if gap is None else float(str(gap)), Style.SHARE, None),
        (Text("Checks that tie"), Formula(f"SUM({ties})", float(last_check)), Style.COUNT,
         Text("of {n}; see the last page", n=last_check)),
    ]  # fmt: skip


def _maximised(plan: Plan) -> str:
    """What the scenario maximises, as its file has it."""
    objective = plan.spec.maximised
    if isinstance(objective, str):
        return objective
    return ", ".join(f"{name} x {weight:g}" for name, weight in objective.items())


def figures_status(status: str, pages: Pages) -> str:
    """A status in words."""
    return pages.weeks.page.book.words(STATUS[status])
