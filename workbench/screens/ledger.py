"""The ledger on the screen: budgets first, then events, then claims for too much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text as Line

from workbench.language import Language
from workbench.screens.parts import bar, columns, heading

if TYPE_CHECKING:
    from scenarios.ledger.ledger import EventLine, FundLine, Ledger

MOST = 25  # events shown unless all are asked for
WIDTH = 12  # of a bar
WIDE = 120  # characters: from here on every column is shown
T = TypeVar("T")


def ledger_screen(
    found: Ledger, say: Language, everything: bool, width: int | None = None
) -> Iterator[RenderableType]:
    """All of it at the end of a day. Narrow terminals get the columns that matter most."""
    wide = (width or Console().width) >= WIDE
    day = say.day(found.on)
    yield Line(say("Ledger at {day}, in {currency}", day=day, currency=found.currency), "bold")
    if not found.events:
        yield Line(say("nothing has been submitted or committed yet"))
    yield heading(say("Budgets"))
    yield _funds(found.funds, say, wide)
    for line in found.funds:
        if line.moved:
            told = say(
                "{budget}: what is reserved is not what its events commit: a later version is"
                " being signed, or the budget was cut differently since",
                budget=line.budget,
            )
            yield Line(told, "yellow")
    if found.events:
        yield heading(say("Events"))
        shown = found.events if everything else _first(found.events)
        yield _events(shown, found, say, wide)
        if len(found.events) > len(shown):
            left = len(found.events) - len(shown)
            yield Line(say.plural("{n} more event: --all", "{n} more events: --all", left), "dim")
    if found.over:
        yield heading(say("Claimed too much"))
        amount = say.number(found.over_claimed / 100)
        told = say.plural(
            "{n} claim: {amount} too much",
            "{n} claims: {amount} too much",
            len(found.over),
            amount=amount,
        )
        yield Line(told, "red")


def _funds(lines: Sequence[FundLine], say: Language, wide: bool) -> Table:
    titles = [say("budget"), say("amount"), say("committed"), "", say("left")]
    titles += [say("accrued"), say("claimed"), say("settled")]
    rows: list[list[str | Line]] = [
        [
            line.budget,
            say.number(line.limit / 100),
            say.number(line.reserved / 100),
            bar(line.reserved / line.limit if line.limit else 0.0, WIDTH),
            say.number(line.left / 100),
            *(say.number(cents / 100) for cents in line.sums.cents[2:]),
        ]
        for line in lines
    ]
    left_out = () if wide else (3,)
    return columns(_without(titles, left_out), [_without(row, left_out) for row in rows])


def _events(shown: Sequence[EventLine], found: Ledger, say: Language, wide: bool) -> Table:
    titles = [say("plan"), say("event"), say("account"), say("product"), say("first week")]
    titles += [say("planned"), say("committed"), say("accrued"), say("claimed"), say("settled")]
    titles += [say("unclaimed")]
    cents = (*found.totals.cents, found.totals.unclaimed)
    numbers = [Line(say.number(amount / 100), "bold") for amount in cents]
    total: list[str | Line] = [Line(say("total"), "bold"), "", "", "", "", *numbers]
    rows = [*(_row(line, say) for line in shown), total]
    left_out = () if wide else (1, 4, 5)
    kept = [_without(row, left_out) for row in rows]
    return columns(_without(titles, left_out), kept, texts=5 if wide else 3)


def _without(cells: Sequence[T], left_out: Sequence[int]) -> list[T]:
    return [cell for at, cell in enumerate(cells) if at not in left_out]


def _row(line: EventLine, say: Language) -> list[str | Line]:
    event, sums = line.event, line.sums
    left = say.number(sums.unclaimed / 100)
    return [
        event.plan,
        event.event,
        event.account,
        event.product,
        say.day(event.start_week),
        *(say.number(cents / 100) for cents in sums.cents),
        Line(left, "red") if sums.unclaimed < 0 and event.committed else left,
    ]


def _first(events: Sequence[EventLine]) -> list[EventLine]:
    """Those with something wrong before the others, each in the ledger's order."""
    wrong = [e for e in events if e.event.committed and e.sums.unclaimed < 0]
    return [*wrong, *(e for e in events if e not in wrong)][:MOST]
