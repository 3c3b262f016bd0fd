"""Why these events: what each of the largest is worth to the plan, and what is scarce."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType
from rich.table import Table

from workbench.aims import PROFIT
from workbench.explanation import Entry, Explanation, Reasoned, Repriced
from workbench.language import Language, mark
from workbench.screens.parts import columns, heading

# One unit more of what a limit counts (`optimizer.problem.Quantity`).
UNITS = {
    "spend": mark("1.00 more to spend"),
    "retailer_profit": mark("1.00 less for the retailer"),
    "units": mark("one unit of the product"),
    "active": mark("one more product and week on deal"),
    "starts": mark("one event more or less"),
    "profit": mark("1.00 less of profit asked for"),
    "deal_units": mark("one unit more on deal"),
    "cuts": mark("one more product and week at a cut price"),
    "cut_starts": mark("one price cut more"),
    "regular_price": mark("1.00 more between regular prices"),
    "raises": mark("one rise of a regular price more"),
    "gross_sales": mark("1.00 less of sales asked for"),
}


def explain_screen(
    explanation: Explanation, currency: str, say: Language, asked: object = PROFIT
) -> Iterator[RenderableType]:
    """Nothing where there is nothing to explain. `asked`: what the plan maximises."""
    if explanation.events:
        yield heading(say("Why these events"))
        table = Table.grid(padding=(0, 2))
        table.add_column(ratio=2)
        table.add_column(ratio=3)
        for one in explanation.events:
            entry = one.entry
            table.add_row(
                f"{one.event} {entry.account} {entry.product} {_deal(entry, say)}",
                _worth(one, currency, say, asked),
            )
        yield table
    if explanation.prices:
        yield heading(say("Why these regular prices"))
        table = Table.grid(padding=(0, 2))
        table.add_column(ratio=2)
        table.add_column(ratio=3)
        for price in explanation.prices:
            table.add_row(*_repriced(price, currency, say, asked))
        yield table
    if explanation.limits:
        yield heading(say("What is scarce"))
        yield columns(
            ("", say("one more"), say("earns") if asked == PROFIT else say("adds")),
            [
                (limit.name, say.translate(UNITS[limit.quantity]), say.number(limit.price))
                for limit in explanation.limits
            ],
            texts=2,
        )


def _repriced(one: Repriced, currency: str, say: Language, asked: object) -> tuple[str, str]:
    day = say.day(date.fromisoformat(one.week))
    what = f"{one.change} {one.account} {one.product} {say('from {day}', day=day)}"
    new, old = (say.money(price, currency, 2) for price in (one.base_price, one.previous_price))
    if asked == PROFIT:
        return what, say(
            "{new} is recommended; the best plan that stays at {old} earns about {loses} less",
            new=new,
            old=old,
            loses=say.money(one.loses, currency),
        )
    return what, say(
        "{new} is recommended; of what is asked for the best plan that stays at {old} has about"
        " {loses} less",
        new=new,
        old=old,
        loses=say.number(one.loses),
    )


def _worth(one: Reasoned, currency: str, say: Language, asked: object) -> str:
    """What an event earns, and what would be lost of what is maximised without it."""
    if asked == PROFIT:
        return say(
            "earns {earns}; the best plan without it earns about {loses} less, with {instead}",
            earns=say.money(one.earns, currency),
            loses=say.money(one.loses, currency),
            instead=_instead(one, say),
        )
    return say(
        "earns us {earns}; of what is asked for the best plan without it has about {loses} less,"
        " with {instead}",
        earns=say.money(one.earns, currency),
        loses=say.number(one.loses),
        instead=_instead(one, say),
    )


def _instead(one: Reasoned, say: Language) -> str:
    """The change nearest to the event: its own product first, then its siblings."""
    own = [entry for entry in one.comes if entry.product == one.entry.product]
    if not one.comes:
        return say("nothing instead")
    first = (own or list(one.comes))[0]
    words = _deal(first, say) if own else f"{first.product} {_deal(first, say)}"
    others = len(one.comes) + len(one.goes) - 1
    if others:
        more = say.plural("and {n} change", "and {n} changes", others)
        return f"{words} {more}"
    return words


def _deal(entry: Entry, say: Language) -> str:
    return say(
        "{tactic} from {day}",
        tactic=entry.tactic,
        day=say.day(date.fromisoformat(entry.start_week)),
    )
