"""The page of a frontier: profit against budget, and what one more unit of budget earns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from scenarios.frontier.curve import Curve
from workbench.language import Language
from workbench.pages.axis import Axis, axis
from workbench.pages.chart import Mark, Plot, Series, Shape, chart
from workbench.pages.page import page
from workbench.screens.frontier import headlines, status_words

FINE = 120  # points of the line that is proven between the amounts


def frontier_page(curve: Curve, say: Language) -> str:
    """One self-contained HTML file."""
    budget = curve.budget or say("total budget")
    lead = say("Scenario {name}, {budget}, {n} amounts; money in {currency}, without VAT.",
               name=curve.scenario, budget=budget, n=len(curve.points),
               currency=curve.currency)  # fmt: skip
    return page(
        "frontier.html",
        say,
        say("What more budget earns"),
        lead=lead,
        headlines=list(headlines(curve, say)),
        profit_title=say("Profit against budget"),
        profit_chart=_profit(curve, say),
        profit_note=say(
            "Incremental profit of the best plan found, after paying for its deals. No plan with"
            " any of these budgets lies above the dashed line: that is proven."
        ),
        margin_title=say("What one more earns"),
        margin_chart=_margin(curve, say),
        margin_note=say(
            "Steps: what each further step of budget has earned, per unit. Line: what the search"
            " says that one more unit earns (the price of the budget). Both are after paying for"
            " the deals: above 0 the money comes back, above 1 it brings as much again."
        ),
        table_title=say("Figures"),
        head=_head(curve, say),
        rows=list(_rows(curve, say)),
        notes=list(_notes(curve, say)),
    )


def _across(curve: Curve, say: Language) -> Axis:
    amounts = [point.amount for point in curve.points]
    return axis(amounts, lambda amount: say.short_money(amount, curve.currency), zero=False)


def _marks(curve: Curve, say: Language) -> tuple[Mark, ...]:
    found = []
    low, high = curve.points[0].amount, curve.points[-1].amount
    if low <= curve.in_force <= high:
        found.append(Mark(curve.in_force, say("in force")))
    if curve.turning is not None:
        one = say.money(1, curve.currency)
        found.append(Mark(curve.turning, say("{one} more earns {one}", one=one)))
    return tuple(found)


def _profit(curve: Curve, say: Language) -> Markup:
    planned = curve.planned
    x = [point.amount for point in planned]
    y = [point.profit or 0.0 for point in planned]
    series = []
    drawn = [p for p in planned if p.profit_p10 is not None and p.profit_p90 is not None]
    if drawn:
        series.append(
            Series(say("8 times in 10 the profit lies here"), [p.amount for p in drawn],
                   [p.profit_p90 or 0.0 for p in drawn], Shape.BAND, 1,
                   [p.profit_p10 or 0.0 for p in drawn])
        )  # fmt: skip
    fine = np.linspace(curve.points[0].amount, curve.points[-1].amount, FINE).tolist()
    most = {at: high for at in fine if (high := curve.ceiling(at)) is not None}
    if most:
        name = say("the most that any plan can earn")
        series.append(Series(name, list(most), list(most.values()), Shape.DASHED, 2))
    tips = [
        f"{say.money(p.amount, curve.currency)}: {say.money(p.profit or 0.0, curve.currency)}"
        for p in planned
    ]
    series.append(Series(say("the best plan found"), x, y, Shape.DOTTED, 1, tips=tips))
    values = [*y, *(v for s in series for v in (*s.y, *s.low))]
    upward = axis(values, lambda amount: say.short_money(amount, curve.currency))
    title = say("Profit against budget")
    across = _across(curve, say)
    return chart(Plot(title, across, upward, say("budget"), series, _marks(curve, say)))


def _margin(curve: Curve, say: Language) -> Markup:
    returns = curve.returns
    steps: list[tuple[float, float]] = []
    amounts = [point.amount for point in curve.points]
    for before, after in pairwise(amounts):
        if after in returns:
            steps += [(before, returns[after]), (after, returns[after])]
    known = [(p.amount, p.marginal_profit) for p in curve.planned if p.marginal_profit is not None]
    across = _across(curve, say)
    series = [
        Series(say("as much again: 1"), (across.low, across.high), (1.0, 1.0), Shape.DASHED, 6)
    ]
    if steps:
        x, y = zip(*steps, strict=True)
        series.append(Series(say("earned by the last step, per unit"), x, y, Shape.LINE, 3))
    if known:
        x, y = zip(*known, strict=True)
        tips = [f"{say.money(a, curve.currency)}: {say.number(m)}" for a, m in known]
        series.append(Series(say("one more unit earns"), x, y, Shape.DOTTED, 1, tips=tips))
    upward = axis([v for s in series for v in s.y], lambda value: say.number(value, 1))
    return chart(
        Plot(say("What one more earns"), across, upward, say("budget"), series, _marks(curve, say))
    )


def _head(curve: Curve, say: Language) -> list[str]:
    return [
        say("budget"), say("spent"), say("we earn"), say("no plan earns more than"), say("gap"),
        say("earned by the last step, per unit"), say("one more unit earns"),
        say("retailers earn"), say("units"), say("events"),
    ]  # fmt: skip


def _rows(curve: Curve, say: Language) -> Iterator[Mapping[str, object]]:
    returns, turned = curve.returns, False
    for point in curve.points:
        low = point.marginal_profit is not None and point.marginal_profit < 1.0

        def money(amount: float | None) -> str:
            return "" if amount is None else say.money(amount, curve.currency)

        def number(value: float | None, digits: int = 2) -> str:
            return "" if value is None else say.number(value, digits)

        cells = [
            money(point.amount), money(point.spend), money(point.profit), money(point.bound),
            status_words(point, curve, say), number(returns.get(point.amount)),
            number(point.marginal_profit), money(point.retailer_profit),
            number(point.units, 0), number(point.events, 0),
        ]  # fmt: skip
        yield {"key": low and not turned, "cells": cells}
        turned = turned or low


def _notes(curve: Curve, say: Language) -> Iterator[str]:
    if curve.budget:
        yield say("Only the budget {name} changes; the others stay.", name=curve.budget)
    else:
        yield say("All budgets grow and shrink in proportion to the total.")
    yield say("Profits, units and retailers' profits are changes against no promotion at all.")
