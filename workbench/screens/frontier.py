"""A frontier as a key account manager reads it: what each further step of budget brings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from scenarios.frontier.curve import Curve, Point
from scenarios.frontier.table import status
from workbench.aims import PROFIT, in_words
from workbench.language import Language
from workbench.screens.parts import bar, heading

# Names of frontier.csv where they differ from those of a point.
COLUMNS = {
    "profit": "incremental_profit",
    "retailer_profit": "retailer_incremental_profit",
    "units": "incremental_units",
    "profit_p10": "incremental_profit_p10",
    "profit_p90": "incremental_profit_p90",
}


def headlines(curve: Curve, say: Language) -> Iterator[str]:
    """What a frontier says in a few sentences, most useful first."""
    one = say.money(1, curve.currency)

    def money(amount: float) -> str:
        return say.money(amount, curve.currency)

    if curve.maximised != PROFIT:
        yield say("The scenario asks for {what}: these are the profits of such plans, not the most"
                  " that could be earned.", what=in_words(curve.maximised, say))  # fmt: skip
    known = [p for p in curve.planned if p.marginal_profit is not None]
    if known:
        first, last = known[0], known[-1]
        turning = curve.turning
        if turning is not None:
            yield say("Beyond about {amount}, {one} more of budget earns less than {one}.",
                      amount=money(turning), one=one)  # fmt: skip
        elif (first.marginal_profit or 0.0) < 1.0:
            yield say("Already at {amount}, {one} more of budget earns less than {one}: {worth}.",
                      amount=money(first.amount), one=one,
                      worth=say.money(first.marginal_profit or 0.0, curve.currency, 2))  # fmt: skip
        else:
            yield say("Even at {amount}, {one} more of budget still earns {worth}.",
                      amount=money(last.amount), one=one,
                      worth=say.money(last.marginal_profit or 0.0, curve.currency, 2))  # fmt: skip
    if curve.saturation is not None:
        yield say("From {amount} on, more budget earns nothing: other rules and budgets bind.",
                  amount=money(curve.saturation))  # fmt: skip
    here = _nearest(curve)
    if here is not None and here.profit is not None and here.marginal_profit is not None:
        yield say("The budget in force is {amount}: the plan earns {profit}, {one} more {worth}.",
                  amount=money(curve.in_force), profit=money(here.profit), one=one,
                  worth=say.money(here.marginal_profit, curve.currency, 2))  # fmt: skip


def frontier_answer(curve: Curve) -> dict[str, object]:
    """A frontier as JSON: points as in frontier.csv, with numbers as numbers."""
    names = (
        "amount", "spend", "profit", "bound", "gap", "marginal_profit", "retailer_profit",
        "units", "events", "profit_p10", "profit_p90",
    )  # fmt: skip
    returns = curve.returns
    return {
        "scenario": curve.scenario,
        "budget": curve.budget,
        "in_force": curve.in_force,
        "turning": curve.turning,
        "saturation": curve.saturation,
        "points": [
            {
                "status": status(point, curve.asked),
                "marginal_return": returns.get(point.amount),
                **{COLUMNS.get(name, name): getattr(point, name) for name in names},
            }
            for point in curve.points
        ],
    }


def _nearest(curve: Curve) -> Point | None:
    """The point at the amount in force, None where the grid has none there."""
    for point in curve.planned:
        if abs(point.amount - curve.in_force) <= 0.005 * max(1.0, curve.in_force):
            return point
    return None


def status_words(point: Point, curve: Curve, say: Language) -> str:
    """How far a point is proven, in words."""
    found = status(point, curve.asked)
    if found == "infeasible":
        return say("no calendar keeps the rules")
    if found == "none":
        return say("none found")
    return "" if point.gap is None else say.percent(point.gap, 2)


def frontier_screen(
    curve: Curve, folder: Path, say: Language, width: int
) -> Iterator[RenderableType]:
    """Headlines, one line for each amount, and where the files are."""
    yield heading(say("Profit against budget: {name}", name=curve.scenario))
    for sentence in headlines(curve, say):
        yield Line(sentence)
    yield Line("")
    yield _table(curve, say, width)
    yield Line(say("We earn: incremental profit, after paying for the deals."), "dim")
    yield heading(say("Files"))
    yield Line(say("{folder}: frontier.html, frontier.csv", folder=str(folder)))


def _table(curve: Curve, say: Language, width: int) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for justify in ("right", "left", "right", "right", "right", "right"):
        table.add_column(justify=justify, no_wrap=True)
    one = say.money(1, curve.currency)
    table.add_row(
        curve.budget or say("total budget"), "", say("we earn"),
        say("{one} more earned", one=one), say("{one} more earns", one=one), say("gap"),
        style="dim",
    )  # fmt: skip
    top = max((p.profit or 0.0 for p in curve.planned), default=0.0)
    returns, room = curve.returns, max(8, min(40, width - 76))
    turned = False
    for point in curve.points:
        share = max(0.0, (point.profit or 0.0) / top) if top > 0 else 0.0
        marginal, since = point.marginal_profit, returns.get(point.amount)
        low = marginal is not None and marginal < 1.0
        row = (
            say.money(point.amount, curve.currency),
            bar(share, room),
            "" if point.profit is None else say.money(point.profit, curve.currency),
            "" if since is None else say.number(since),
            Line("" if marginal is None else say.number(marginal), "yellow" if low else "green"),
            status_words(point, curve, say),
        )
        table.add_row(*row, style="bold" if low and not turned else "")
        turned = turned or low
    return table
