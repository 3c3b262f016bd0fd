"""compare.csv and the tables beside it: one row a scenario, an account or a budget in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optimizer.reports.cells import money, number
from scenarios.comparison.comparison import Comparison, Row
from scenarios.comparison.contender import Figures
from scenarios.comparison.places import places
from scenarios.comparison.proof import Verdict

# What is ranked, each measure for itself: 1 is the largest.
MEASURES: dict[str, Callable[[Figures], float | None]] = {
    "profit": lambda f: f.profit,
    "incremental_profit": lambda f: f.incremental_profit,
    "roi": lambda f: f.roi,
    "retailer_profit": lambda f: f.retailer_profit,
    "units": lambda f: f.units,
    "incremental_profit_p10": lambda f: f.p10,
}
# Differences against the base, in money.
CHANGES: dict[str, Callable[[Figures], int]] = {
    "profit": lambda f: f.profit,
    "incremental_profit": lambda f: f.incremental_profit,
    "spend": lambda f: f.spend,
    "retailer_profit": lambda f: f.retailer_profit,
}
HEADER = (
    "scenario", "status", "profit", "incremental_profit", "spend", "roi", "rebates",
    "retailer_profit", "retailer_incremental_profit", "units", "incremental_units", "events",
    "promoted_weeks", "penalties", "incremental_profit_p10", "incremental_profit_p90",
    "budgets_in_doubt", "bound", "gap", "rank", "rank_best", "rank_worst",
    *(f"rank_{name}" for name in MEASURES), "base",
    *(f"{name}_change" for name in CHANGES), "units_change", "change_low", "change_high", "proven",
)  # fmt: skip
ACCOUNTS = (
    "scenario", "account", "spend", "incremental_profit", "retailer_incremental_profit", "events",
)  # fmt: skip
BUDGETS = ("scenario", "budget", "amount", "planned", "left", "spend_p95", "marginal_profit")


def rows(comparison: Comparison) -> Iterator[list[str]]:
    """compare.csv: one row for each scenario, in the order asked for."""
    ranked = {
        name: places([measure(row.contender.figures) for row in comparison.rows])
        for name, measure in MEASURES.items()
    }
    for i, row in enumerate(comparison.rows):
        yield [
            *_own(row),
            *(_count(column[i]) for column in ranked.values()),
            *_beside(row, comparison.base),
        ]


def account_rows(comparison: Comparison) -> Iterator[list[str]]:
    """accounts.csv: one row for each scenario and account."""
    for row in comparison.rows:
        for share in row.accounts:
            yield [
                row.name, share.account, money(share.spend), money(share.incremental_profit),
                money(share.retailer_incremental_profit), str(share.events),
            ]  # fmt: skip


def budget_rows(comparison: Comparison) -> Iterator[list[str]]:
    """budgets.csv: one row for each scenario and budget."""
    for row in comparison.rows:
        for budget in row.budgets:
            yield [
                row.name, budget.name, money(budget.amount), money(budget.planned),
                money(budget.amount - budget.planned), _money(budget.p95),
                number(budget.marginal_profit),
            ]  # fmt: skip


def doubtful(row: Row) -> int | None:
    """Ceilings that the plan's spend may exceed more often than 1 time in 20; None: not known."""
    known = [budget for budget in row.budgets if budget.p95 is not None]
    return sum(budget.doubtful for budget in known) if known else None


def _own(row: Row) -> list[str]:
    """The cells of a scenario by itself."""
    figures = row.contender.figures
    return [
        row.name,
        row.contender.status,
        money(figures.profit),
        money(figures.incremental_profit),
        money(figures.spend),
        number(figures.roi),
        money(figures.rebates),
        money(figures.retailer_profit),
        money(figures.retailer_incremental_profit),
        number(figures.units),
        number(figures.incremental_units),
        str(figures.events),
        str(figures.promoted_weeks),
        money(figures.penalties),
        _money(figures.p10),
        _money(figures.p90),
        _count(doubtful(row)),
        _money(figures.bound),
        number(figures.gap),
        str(row.rank.place),
        str(row.rank.best),
        str(row.rank.worst),
    ]


def _beside(row: Row, base: Row) -> list[str]:
    """The cells of a scenario beside the base; blank for the base itself."""
    if row is base:
        return [base.name, *[""] * (len(CHANGES) + 4)]
    mine, its = row.contender.figures, base.contender.figures
    edge = row.edge
    return [
        base.name,
        *(money(measure(mine) - measure(its)) for measure in CHANGES.values()),
        number(mine.units - its.units),
        _money(edge.low),
        _money(edge.high),
        "" if edge.verdict is Verdict.UNKNOWN else str(edge.verdict),
    ]


def _money(cents: int | None) -> str:
    return "" if cents is None else money(cents)


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
