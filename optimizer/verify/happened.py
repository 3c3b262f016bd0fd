"""The events of a plan: read from `calendar.csv`, and whether each of them may be there."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pandas as pd

from optimizer.verify.books import Books
from optimizer.verify.effects import Event
from optimizer.verify.facts import Facts
from optimizer.verify.reading import Sheet
from workspace.text import Text
from workspace.workspace import Workspace

CALENDAR = (
    *("event", "account", "product", "tactic", "start_week", "weeks"),
    *("depth", "feature", "display", "base_price", "shelf_price"),
    *("baseline_units", "units", "incremental_units", "spend", "incremental_profit"),
    *("retailer_incremental_profit", "roi", "incremental_profit_p10", "incremental_profit_p90"),
    "reason",
)


def read_events(sheet: Sheet, facts: Facts) -> list[Event] | None:
    """The rows of `calendar.csv` as events; None where a row names nothing that exists."""
    starts = {week: t for t, week in enumerate(facts.week_texts[: facts.T])}
    events: list[Event] = []
    columns = ("account", "product", "tactic", "start_week", "weeks")
    for row, (a, p, tactic, start, weeks) in enumerate(
        zip(*(sheet.text(name) for name in columns), strict=True)
    ):
        if (a, p) not in facts.place:
            sheet.wrong(row, "product", f"{a} {p}", Text("a listed pair of the scenario"))
        elif tactic not in facts.tactic_place:
            sheet.wrong(row, "tactic", repr(tactic), Text("a tactic of the workspace"))
        elif start not in starts:
            sheet.wrong(row, "start_week", repr(start), Text("a Monday of the horizon"))
        elif not (weeks.isascii() and weeks.isdigit() and str(int(weeks[:9])) == weeks != "0"):
            sheet.wrong(row, "weeks", repr(weeks), Text("a number of weeks"))
        else:
            where = facts.place[a, p], facts.tactic_place[tactic]
            events.append(Event(*where, starts[start], int(weeks)))
    if len(events) < len(sheet):
        return None
    names = [f"E{i + 1:04d}" for i in range(len(events))]
    return events if sheet.same_text("event", names) and _in_order(sheet, events) else None


def _in_order(sheet: Sheet, events: list[Event]) -> bool:
    keys = [(event.block, event.start) for event in events]
    for row, (one, other) in enumerate(pairwise(keys)):
        if other < one:
            sheet.wrong(row + 1, "start_week", Text("a row out of order"), Text("sorted rows"))
            return False
    return True


def history_of(workspace: Workspace, facts: Facts) -> list[Event]:
    """Events with status `actual` that were over before the horizon."""
    events = _of_status(workspace, facts, "actual")
    return [event for event in events if event.start + event.weeks <= 0]


def _of_status(workspace: Workspace, facts: Facts, *statuses: str) -> list[Event]:
    events = []
    table = workspace.events[workspace.events["status"].isin(statuses)]
    for a, p, tactic, start, weeks in zip(
        table["account"],
        table["product"],
        table["tactic"],
        table["start_week"],
        table["weeks"],
        strict=True,
    ):
        if (a, p) in facts.source:
            place = facts.source[a, p], facts.tactic_place[tactic]
            events.append(Event(*place, facts.week_number(pd.Timestamp(start).date()), int(weeks)))
    return events


def check_possible(sheet: Sheet, facts: Facts, events: list[Event]) -> bool:
    """Whether the events can be valued at all: terms in force, inside the horizon, no overlap."""
    possible = True
    busy: set[tuple[int, int]] = set()
    for row, event in enumerate(events):
        weeks = {(event.block, event.start + i) for i in range(event.weeks)}
        if (event.block, event.tactic) not in facts.terms:
            sheet.wrong(row, "tactic", facts.tactics[event.tactic], Text("a tactic in force here"))
        elif event.start + event.weeks > facts.T:
            sheet.wrong(row, "weeks", event.weeks, Text("an event inside the horizon"))
        elif busy & weeks:
            sheet.wrong(row, "start_week", Text("overlapping events"), Text("none"))
        else:
            busy |= weeks
            continue
        possible = False
    return possible


def broken_standing(workspace: Workspace, books: Books, prices: bool) -> list[str]:
    """What is broken without any guardrail: pins, scope, lengths, forbidden events, `prices`."""
    facts, events = books.facts, books.events
    pins = {
        event
        for event in _of_status(workspace, facts, "pinned", "actual")
        if event.start >= 0
        and event.start + event.weeks <= facts.T
        and event.block < len(facts.blocks)
    }
    forbidden: dict[tuple[int, int], set[int]] = defaultdict(set)
    for event in _of_status(workspace, facts, "forbidden"):
        weeks = range(event.start, event.start + event.weeks)
        forbidden[event.block, event.tactic].update(weeks)
    included = facts.blocks["included"].tolist()
    terms = [facts.terms[event.block, event.tactic] for event in events]
    kinds = {
        "pinned": bool(pins - set(events)),
        "include": any(not included[e.block] and e not in pins for e in events),
        "tactics": any(
            not t.min_weeks <= e.weeks <= t.max_weeks for e, t in zip(events, terms, strict=True)
        ),
        "forbidden": any(
            forbidden[e.block, e.tactic].intersection(range(e.start, e.start + e.weeks))
            for e in events
        ),
        "prices": prices,
    }
    return [name for name, broken in kinds.items() if broken]
