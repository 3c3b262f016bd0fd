"""The calendar as a picture: a row per account and product, a cell per week, a letter per tactic.

A cell says the tactic twice, by letter and by colour, so that it reads the same in a pipe, on
paper and for the colour-blind. An event is its letter followed by `=` for each further week.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rich.text import Text as Line

from workbench.language import Language
from workbench.plan_view import PlanView

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Pairs of background and ink that stay apart for most kinds of colour-blindness.
COLOURS = (
    "#000000 on #56b4e9",
    "#000000 on #e69f00",
    "#000000 on #009e73",
    "#000000 on #f0e442",
    "#ffffff on #0072b2",
    "#ffffff on #d55e00",
    "#000000 on #cc79a7",
    "#ffffff on #555555",
)
IDLE = "·"
MOST_ROWS = 24
MOST_PRODUCTS = 8  # of one account, where several accounts are shown
_LABEL = 17
_MONEY = 10


@dataclass(frozen=True)
class Row:
    """One line of the picture: a product of an account, or an account's heading (no cells)."""

    label: str
    profit: float
    cells: tuple[str, ...]  # a tactic per week, "" where idle; empty for a heading
    starts: frozenset[int]  # weeks in which an event begins


class Event(NamedTuple):
    """What a row of the picture needs to know of an event."""

    tactic: str
    start_week: str
    weeks: int
    profit: float  # incremental, currency


@dataclass(frozen=True)
class Selection:
    """Which accounts to draw: those named, all, or (neither) the most profitable that fit."""

    accounts: tuple[str, ...] = ()
    everything: bool = False


SHORT = Selection()


def calendar_screen(
    view: PlanView, say: Language, width: int, selection: Selection = SHORT
) -> Iterator[Line]:
    """Legend, then the rows in panels of as many weeks as fit into `width` columns."""
    tactics = sorted(set(view.calendar["tactic"]))
    style = {t: COLOURS[i % len(COLOURS)] for i, t in enumerate(tactics)}
    letter = {t: LETTERS[i % len(LETTERS)] for i, t in enumerate(tactics)}
    if not tactics:
        yield Line(say("nothing is promoted"))
        return
    yield from _legend(view, say, letter, style)
    rows, left = _rows(view, selection)
    label = max(_LABEL, min(32, width - len(view.weeks) - _MONEY - 1))
    panels = math.ceil(len(view.weeks) / max(4, width - label - _MONEY - 1))
    room = math.ceil(len(view.weeks) / panels)
    for first in range(0, len(view.weeks), room):
        weeks = range(first, min(first + room, len(view.weeks)))
        yield Line("")
        months = _months([view.weeks[t] for t in weeks], say).ljust(len(weeks))
        yield Line(" " * (label + 1) + months + say("profit").rjust(_MONEY), "bold")
        for row in rows:
            yield _line(row, weeks, label, letter, style, say)
    idle = len({account for account, _ in view.blocks} - set(view.calendar["account"]))
    if left or (idle and not selection.accounts):
        yield Line("")
    if left:
        yield Line(
            say.plural(
                "{n} more account: --all or --account CODE shows it",
                "{n} more accounts: --all or --account CODE shows them",
                left,
            ),
            "dim",
        )
    if idle and not selection.accounts:
        yield Line(say.plural("{n} account runs no deal", "{n} accounts run no deals", idle), "dim")


def _legend(
    view: PlanView, say: Language, letter: dict[str, str], style: dict[str, str]
) -> Iterator[Line]:
    for tactic, events in view.calendar.groupby("tactic", sort=True):
        name = str(tactic)
        shown = events.iloc[0]
        parts = []
        if shown["depth"] > 0:
            parts.append(say("{share} off", share=say.percent(shown["depth"], 0)))
        if shown["feature"] > 0:
            parts.append(say("feature {share}", share=say.percent(shown["feature"], 0)))
        if shown["display"] > 0:
            parts.append(say("display {share}", share=say.percent(shown["display"], 0)))
        parts.append(say.plural("{n} event", "{n} events", len(events)))
        yield Line.assemble((f" {letter[name]} ", style[name]), f" {name}: {', '.join(parts)}")


def _rows(view: PlanView, selection: Selection) -> tuple[list[Row], int]:
    """The rows to draw and the number of accounts left out."""
    profit = view.calendar.groupby("account")["incremental_profit"].sum().to_dict()
    blocks: dict[str, list[str]] = {}
    for account, product in view.blocks:
        blocks.setdefault(account, []).append(product)
    promoted = sorted((a for a in blocks if a in profit), key=lambda a: (-float(profit[a]), a))
    if selection.accounts:
        chosen = [account for account in selection.accounts if account in blocks]
    else:
        chosen = promoted
    many = len(chosen) > 1 and not selection.everything and not selection.accounts
    rows: list[Row] = []
    taken = 0
    for account in chosen:
        more = _account_rows(view, account, blocks[account], MOST_PRODUCTS if many else None)
        if many and taken and len(rows) + len(more) > MOST_ROWS:
            break
        rows += more
        taken += 1
    return rows, 0 if selection.accounts else len(chosen) - taken


def _account_rows(
    view: PlanView, account: str, products: Sequence[str], most: int | None
) -> list[Row]:
    events = view.calendar[view.calendar["account"] == account]
    name = view.account_names.get(account, account)
    columns = ("product", "tactic", "start_week", "weeks", "incremental_profit")
    mine: dict[str, list[Event]] = {product: [] for product in products}
    for product, *event in zip(*(events[column].tolist() for column in columns), strict=True):
        mine[product].append(Event(*event))
    rows = [_product_row(view, product, mine[product]) for product in products]
    if len(rows) == 1:
        return [Row(name, rows[0].profit, rows[0].cells, rows[0].starts)]
    promoted = sorted((row for row in rows if row.starts), key=lambda row: -row.profit)
    total = float(events["incremental_profit"].sum())
    return [Row(name, total, (), frozenset()), *promoted[:most]]


def _product_row(view: PlanView, product: str, events: Sequence[Event]) -> Row:
    cells = [""] * len(view.weeks)
    starts = set()
    for event in events:
        first = view.weeks.index(date.fromisoformat(event.start_week))
        starts.add(first)
        cells[first : first + event.weeks] = [event.tactic] * event.weeks
    name = "  " + view.product_names.get(product, product)
    return Row(name, math.fsum(event.profit for event in events), tuple(cells), frozenset(starts))


def _line(
    row: Row,
    weeks: Iterable[int],
    label: int,
    letter: dict[str, str],
    style: dict[str, str],
    say: Language,
) -> Line:
    line = Line(_cut(row.label, label).ljust(label + 1), "" if row.cells else "bold")
    cells = list(weeks)
    for t in cells:
        if not row.cells:
            line.append(" ")
        elif not row.cells[t]:
            line.append(IDLE, "dim")
        else:
            line.append(letter[row.cells[t]] if t in row.starts else "=", style[row.cells[t]])
    line.append(say.integer(row.profit).rjust(_MONEY), "" if row.cells else "bold")
    return line


def _months(weeks: Sequence[date], say: Language) -> str:
    """Names of months over the first of their Mondays, as far as they do not touch."""
    header = ""
    for at, week in enumerate(weeks):
        begins = at == 0 or week.month != weeks[at - 1].month
        name = say.month(week)[:3]
        if begins and len(header) <= at and at + len(name) <= len(weeks):
            header = header.ljust(at) + name + " "
    return header


def _cut(label: str, width: int) -> str:
    """A label in `width` columns; the middle goes, as names tend to differ at their ends."""
    if len(label) <= width:
        return label
    tail = width // 2
    return label[: width - tail - 1].rstrip() + "…" + label[-tail:].lstrip()
