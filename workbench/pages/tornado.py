"""The tornado on the page: bars on both sides of the plan's profit, sorted, and a table."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from markupsafe import Markup

from scenarios.tornado.tornado import End, Tornado
from workbench.language import Language
from workbench.pages.axis import axis
from workbench.pages.twin_bars import Twin, TwinBars, twin_bars
from workbench.screens.tornado import change_of, driver_words, moving


def tornado_section(found: Tornado, currency: str, say: Language) -> Mapping[str, object]:
    """Chart and table."""
    plan = say.money(found.contender.figures.incremental_profit / 100.0, currency)
    return {
        "title": say("What moves the profit of {name}", name=found.contender.name),
        "chart": _chart(found, currency, say),
        "note": say(
            "Each driver by itself, with the calendar kept: how far the incremental profit moves"
            " from {plan}. Ends and swings are in the table; every end was verified.", plan=plan,
        ),
        "head": [
            say("driver"), say("factor"), say("swing from"), say("we earn"), say("difference"),
            say("profit"), say("spend"), say("would break"),
            *([say("planned anew"), say("gained by that")] if found.replanned else []),
        ],
        "rows": [
            _row(found, driver_words(lever, say), lever.swing.drawn, end, currency, say)
            for lever in moving(found)
            for end in (lever.low, lever.high)
        ],
    }  # fmt: skip


def _chart(found: Tornado, currency: str, say: Language) -> Markup:
    levers = moving(found)
    twins = []
    for lever in levers:
        low, high = (change_of(end, found) / 100.0 for end in (lever.low, lever.high))
        words = [("+" if value > 0 else "") + say.short_money(value, currency)
                 for value in (low, high)]  # fmt: skip
        anew = [
            None
            if end.anew is None
            else (end.anew.incremental_profit - found.contender.figures.incremental_profit) / 100.0
            for end in (lever.low, lever.high)
        ]
        twins.append(Twin(driver_words(lever, say), low, high, words[0], words[1], *anew))
    values = [*chain.from_iterable((t.low, t.high, t.low_mark, t.high_mark) for t in twins)]
    along = axis([value for value in values if value is not None] or [0.0],
                 lambda amount: say.short_money(amount, currency))  # fmt: skip
    legend = [(say("driver at its lower end"), 2, "solid"),
              (say("driver at its upper end"), 1, "solid")]  # fmt: skip
    if found.replanned:
        legend.append((say("planned anew"), 6, "limit"))
    title = say("What moves the profit of {name}", name=found.contender.name)
    return twin_bars(TwinBars(title, along, twins, legend))


def _row(
    found: Tornado, name: str, drawn: bool, end: End, currency: str, say: Language
) -> list[str]:
    def money(cents: int) -> str:
        return say.money(cents / 100.0, currency)

    def signed(cents: int) -> str:
        return ("+" if cents > 0 else "") + money(cents)

    broken = ", ".join(end.broken[:3]) + (", ..." if len(end.broken) > 3 else "")
    cells = [
        name, say.number(end.factor, 3), say("draws") if drawn else say("stated"),
        money(end.kept.incremental_profit), signed(change_of(end, found)), money(end.kept.profit),
        money(end.kept.spend), broken,
    ]  # fmt: skip
    if found.replanned and end.anew is None:
        cells += [say("no plan"), ""]
    elif end.anew is not None:
        gained = end.anew.incremental_profit - end.kept.incremental_profit
        cells += [money(end.anew.incremental_profit), signed(gained)]
    return cells
