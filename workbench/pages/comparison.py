"""The page of a comparison: what each scenario earns, what is proven, where the money goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from scenarios.comparison.comparison import Comparison, Row
from scenarios.comparison.proof import Verdict
from scenarios.comparison.story import Story
from scenarios.comparison.survey import Survey
from scenarios.comparison.table import doubtful
from scenarios.tornado.tornado import Tornado
from workbench.language import Language
from workbench.pages.axis import axis
from workbench.pages.bars import Bar, Bars, bars
from workbench.pages.page import page
from workbench.pages.stories import story_sections
from workbench.pages.tornado import tornado_section
from workbench.screens.comparison import (
    again_words,
    headlines,
    proven_words,
    rank_words,
    status_words,
)

DRAWN = 40  # bars of a chart; the table has every scenario
TONES = {Verdict.BETTER: 3, Verdict.WORSE: 2}
UNPROVEN = 6
FEW = 8  # scenarios beside which accounts and budgets are shown


def comparison_page(
    comparison: Comparison,
    found: Survey,
    stories: Sequence[Story],
    tornado: Tornado | None,
    say: Language,
) -> str:
    """One self-contained HTML file."""
    workspace = comparison.workspace.settings
    lead = say("{n} scenarios of {workspace}, set against {base}; in {currency}, without VAT.",
               n=len(comparison.rows), workspace=workspace.name, base=comparison.base.name,
               currency=comparison.currency)  # fmt: skip
    return page(
        "comparison.html",
        say,
        say("Scenarios side by side"),
        lead=lead,
        headlines=list(headlines(comparison, say)),
        profit_title=say("What each earns"),
        profit_chart=_profit(comparison, say),
        profit_note=say(
            "Incremental profit of each plan, after paying for its deals. Thin lines: 8 times in 10"
            " it lies between their ends. Upright marks: no plan of that scenario can earn more."
        ),
        several=len(comparison.rows) > 1,
        change_title=say("What is proven of the differences"),
        change_chart=_changes(comparison, say),
        change_note=say(
            "Bars: how much more or less the plan found earns than that of {base}. Thin lines:"
            " where the difference between the best plans of both must lie. A line that does not"
            " touch zero is proof; one that does says that more searching could turn it round.",
            base=comparison.base.name,
        ),
        table_title=say("Figures"),
        head=_head(say),
        rows=list(_rows(comparison, say)),
        stories_title=say("What changes in the calendar, and why"),
        stories=list(story_sections(stories, comparison, say)),
        tornado=None
        if tornado is None
        else tornado_section(tornado, comparison.currency, say),
        grids=list(_grids(comparison, say)),
        missing_title=say("Without a plan"),
        missing=[f"{one.name}: {say.text(one.why)}" for one in found.missing],
        again=say("To make them: {command}", command=again_words(found)) if again_words(found)
        else "",
        notes=list(_notes(say)),
    )  # fmt: skip


def _money(comparison: Comparison, say: Language, cents: int | None) -> str:
    return "" if cents is None else say.money(cents / 100.0, comparison.currency)


def _signed(comparison: Comparison, say: Language, cents: int) -> str:
    return ("+" if cents > 0 else "") + _money(comparison, say, cents)


def _profit(comparison: Comparison, say: Language) -> Markup:
    drawn = comparison.ranked[:DRAWN]
    items = []
    values = [0.0]
    for row in drawn:
        figures = row.contender.figures
        bound = None if figures.bound is None else figures.bound / 100.0
        low, high = (None if p is None else p / 100.0 for p in (figures.p10, figures.p90))
        earned = figures.incremental_profit / 100.0
        values += [value for value in (earned, low, high, bound) if value is not None]
        words = _money(comparison, say, figures.incremental_profit)
        base = row is comparison.base
        tip = say("{name}: {earned} for {spend} spent", name=row.name, earned=words,
                  spend=_money(comparison, say, figures.spend))  # fmt: skip
        items.append(
            Bar(row.name, earned, words, low, high, bound, 1 if base else 3, tip, strong=base)
        )
    along = axis(values, lambda amount: say.short_money(amount, comparison.currency))
    legend = [(comparison.base.name, 1, "solid"), (say("the others"), 3, "solid"),
              (say("8 times in 10 the profit lies here"), 6, "whisker"),
              (say("the most that any plan can earn"), 6, "limit")]  # fmt: skip
    return bars(Bars(say("What each earns"), along, items, legend))


def _changes(comparison: Comparison, say: Language) -> Markup:
    base = comparison.base.contender.figures.incremental_profit
    items = []
    values = [0.0]
    for row in comparison.ranked:
        if row is comparison.base:
            continue
        change = row.contender.figures.incremental_profit - base
        low, high = (None if end is None else end / 100.0 for end in (row.edge.low, row.edge.high))
        values += [value for value in (change / 100.0, low, high) if value is not None]
        words = _signed(comparison, say, change)
        tip = f"{row.name}: {words}, {proven_words(row, comparison, say)}"
        tone = TONES.get(row.edge.verdict, UNPROVEN)
        items.append(Bar(row.name, change / 100.0, words, low, high, None, tone, tip))
    along = axis(values, lambda amount: say.short_money(amount, comparison.currency))
    legend = [(say("proven better"), 3, "solid"), (say("proven worse"), 2, "solid"),
              (say("not proven"), UNPROVEN, "solid"),
              (say("where the difference of the best plans lies"), 6, "whisker")]  # fmt: skip
    return bars(Bars(say("What is proven of the differences"), along, items[:DRAWN], legend))


def _head(say: Language) -> list[str]:
    return [
        say("scenario"), say("place"), say("we earn"), say("difference"), say("proven"),
        say("spend"), say("return"), say("profit"), say("retailers earn"), say("units"),
        say("events"), say("1 time in 10 less than"), say("1 time in 10 more than"),
        say("budgets in doubt"), say("no plan earns more than"), say("gap"),
    ]  # fmt: skip


def _rows(comparison: Comparison, say: Language) -> Iterator[Mapping[str, object]]:
    base = comparison.base
    for row in comparison.ranked:
        figures = row.contender.figures
        change = figures.incremental_profit - base.contender.figures.incremental_profit
        doubt = doubtful(row)
        money = [_money(comparison, say, cents) for cents in (
            figures.incremental_profit, figures.spend, figures.profit,
            figures.retailer_incremental_profit, figures.p10, figures.p90,
            figures.bound)]  # fmt: skip
        cells = [
            row.name, rank_words(row, say), money[0],
            "" if row is base else _signed(comparison, say, change),
            proven_words(row, comparison, say), money[1],
            "" if figures.roi is None else say.percent(figures.roi, 1), money[2], money[3],
            say.number(figures.units, 0), say.integer(figures.events), money[4], money[5],
            "" if doubt is None else say.integer(doubt), money[6], status_words(row, say),
        ]  # fmt: skip
        yield {"key": row is base, "cells": cells}


def _grids(comparison: Comparison, say: Language) -> Iterator[Mapping[str, object]]:
    """Accounts and budgets against scenarios: the base's figures, and what the others change."""
    shown = [comparison.base, *(row for row in comparison.ranked if row is not comparison.base)]
    shown = shown[:FEW]
    names = [row.name for row in shown]
    yield {
        "title": say("By account: what we earn"),
        "head": [say("account"), *names],
        "rows": list(_account_rows(comparison, shown, say)),
    }
    budgets = list(_budget_rows(comparison, shown, say))
    if budgets:
        yield {
            "title": say("By budget that binds: what one more unit would earn"),
            "head": [say("budget"), *names],
            "rows": budgets,
        }


def _account_rows(
    comparison: Comparison, shown: list[Row], say: Language
) -> Iterator[list[Mapping[str, object]]]:
    table = comparison.workspace.accounts
    names = dict(zip(table["account"], table["name"], strict=True))
    earned = [{share.account: share.incremental_profit for share in row.accounts} for row in shown]
    moved = [
        abs(amounts[account] - earned[0][account])
        for amounts in earned[1:]
        for account in amounts
        if account in earned[0]
    ]
    most = max(moved, default=0) or 1
    for account in comparison.accounts:
        cells: list[Mapping[str, object]] = [{"words": names.get(account) or account, "tint": 0}]
        for place, amounts in enumerate(earned):
            amount, before = amounts.get(account), earned[0].get(account)
            words = _money(comparison, say, amount)
            tint = 0
            if place and amount is not None and before is not None:
                words = _signed(comparison, say, amount - before)
                tint = round(4 * (amount - before) / most)
            cells.append({"words": words, "tint": tint})
        yield cells


def _budget_rows(
    comparison: Comparison, shown: list[Row], say: Language
) -> Iterator[list[Mapping[str, object]]]:
    found = [{budget.name: budget for budget in row.budgets} for row in shown]
    for name in (budget.name for budget in comparison.base.budgets):
        cells: list[Mapping[str, object]] = [{"words": name, "tint": 0}]
        binds = False
        for budgets in found:
            worth = budgets[name].marginal_profit if name in budgets else None
            binds = binds or bool(worth)
            words = "" if worth is None else say.money(worth, comparison.currency, 2)
            cells.append({"words": words, "tint": 0})
        if binds:
            yield cells


def _notes(say: Language) -> Iterator[str]:
    yield say("Every plan here was verified just now, from the workspace and its own files alone.")
    yield say("Profits, units and retailers' profits are changes against no promotion at all, but"
              " for the columns profit and units.")  # fmt: skip
