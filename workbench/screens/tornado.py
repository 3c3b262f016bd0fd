"""What moves a plan's profit most, as sorted bars in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from scenarios.tornado.tornado import End, Lever, Tornado
from workbench.language import Language, mark
from workbench.screens.parts import heading

DRIVERS = {
    "lift": mark("lift of deals"),
    "demand": mark("demand without deals"),
    "elasticity": mark("effect of price cuts"),
    "feature_effect": mark("effect of features"),
    "display_effect": mark("effect of displays"),
    "dip": mark("dip after deals"),
    "cannibalisation": mark("cannibalisation"),
    "rivalry": mark("losses to deals in other accounts"),
    "unit_cost": mark("unit cost"),
    "list_price": mark("invoice price"),
    "handling_cost": mark("retailers' handling cost"),
    "funding_share": mark("our share of the discount"),
    "event_fee": mark("fees per event"),
    "weekly_fee": mark("fees per week"),
    "depth": mark("depth of deals"),
    "feature": mark("share of stores with feature"),
    "display": mark("share of stores with display"),
}
WORDS = 72  # columns that names and values take
FEWEST, MOST = 8, 30  # columns of the longest bar on one side


def driver_words(lever: Lever, say: Language) -> str:
    """A driver with its swing: lift of deals -10 % … +10 %."""
    swing = lever.swing
    name = say.translate(DRIVERS.get(swing.driver, swing.driver))
    ends = " … ".join(_percent(factor, say) for factor in (swing.low, swing.high))
    return f"{name} {ends}"


def _percent(factor: float, say: Language) -> str:
    change = factor - 1.0
    digits = 0 if abs(change * 100 - round(change * 100)) < 1e-6 else 1
    return ("+" if change > 0 else "") + say.percent(change, digits)


def change_of(end: End, found: Tornado) -> int:
    """What an end adds to the plan's incremental profit with the calendar kept, cents."""
    return end.kept.incremental_profit - found.contender.figures.incremental_profit


def moving(found: Tornado) -> list[Lever]:
    """The drivers that move anything."""
    return [lever for lever in found.levers
            if lever.low.kept != lever.high.kept and lever.reach]  # fmt: skip


def tornado_screen(
    found: Tornado, currency: str, say: Language, width: int
) -> Iterator[RenderableType]:
    """A line for each driver, the one that moves most first."""
    yield heading(say("What moves the profit of {name}", name=found.contender.name))
    levers = moving(found)
    most = max((abs(change_of(end, found)) for lever in levers
                for end in (lever.low, lever.high)), default=1)  # fmt: skip
    half = max(FEWEST, min(MOST, (width - WORDS) // 2))
    table = Table.grid(padding=(0, 1))
    for justify in ("left", "right", "right", "left", "right"):
        table.add_column(justify=justify, no_wrap=True)
    for lever in levers:
        sides = sorted((change_of(lever.low, found), change_of(lever.high, found)))
        less, more = min(0, sides[0]), max(0, sides[1])
        table.add_row(
            driver_words(lever, say),
            say.short_money(less / 100.0, currency),
            Line("█" * round(half * -less / most), "red"),
            Line("█" * round(half * more / most), "green"),
            ("+" if more else "") + say.short_money(more / 100.0, currency),
        )
    yield table
    still = [say.translate(DRIVERS.get(lever.swing.driver, lever.swing.driver))
             for lever in found.levers if lever not in levers]  # fmt: skip
    if still:
        yield Line(say("Without effect on our profit: {names}.", names=", ".join(still)), "dim")
    drawn = [lever for lever in levers if lever.swing.drawn]
    if drawn:
        names = ", ".join(say.translate(DRIVERS[lever.swing.driver]) for lever in drawn)
        yield Line(say("Swings of {names}: from the response's draws, 8 times in 10; the others are"
                       " round numbers.", names=names), "dim")  # fmt: skip


def tornado_answer(found: Tornado) -> dict[str, object]:
    """A tornado as JSON."""

    def plain(end: End) -> dict[str, object]:
        return {
            "factor": end.factor,
            "incremental_profit": end.kept.incremental_profit / 100.0,
            "profit": end.kept.profit / 100.0,
            "broken": list(end.broken),
            "replanned": None if end.anew is None else end.anew.incremental_profit / 100.0,
        }

    return {
        "scenario": found.contender.name,
        "drivers": [
            {"driver": lever.swing.driver, "drawn": lever.swing.drawn,
             "low": plain(lever.low), "high": plain(lever.high)}
            for lever in found.levers
        ],
    }  # fmt: skip
