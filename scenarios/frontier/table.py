"""frontier.csv: one row for each amount."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.reports.cells import number
from scenarios.frontier.curve import Curve, Point

HEADER = (
    "amount", "status", "spend", "incremental_profit", "bound", "gap", "marginal_return",
    "marginal_profit", "retailer_incremental_profit", "incremental_units", "events",
    "incremental_profit_p10", "incremental_profit_p90",
)  # fmt: skip


def rows(curve: Curve) -> Iterator[list[str]]:
    """The cells of every amount."""
    returns = curve.returns
    for point in curve.points:
        yield [
            _money(point.amount),
            status(point, curve.asked),
            _money(point.spend),
            _money(point.profit),
            _money(point.bound),
            number(point.gap),
            number(returns.get(point.amount)),
            number(point.marginal_profit),
            _money(point.retailer_profit),
            number(point.units),
            "" if point.events is None else str(point.events),
            _money(point.profit_p10),
            _money(point.profit_p90),
        ]


def status(point: Point, asked: float) -> str:
    """As in plan.json; `infeasible` where no plan keeps the rules, `none` where none was found."""
    if point.objective is None:
        return "none" if point.possible else "infeasible"
    return "optimal" if point.gap is not None and point.gap <= asked else "feasible"


def _money(amount: float | None) -> str:
    return "" if amount is None else f"{amount + 0.0:.2f}"
