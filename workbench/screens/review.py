"""A review as a key account manager reads it: what came, why it differs, what it teaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text as Line

from scenarios.review.bridge import CAUSES
from scenarios.review.event_review import EventReview
from scenarios.review.outcome import SOURCES
from scenarios.review.review import Review
from scenarios.review.seen import Status
from workbench.language import Language, mark
from workbench.screens.parts import columns, facts, heading
from workbench.screens.sources import FROM

MOST = 25  # events shown unless all are asked for
WIDE = 110  # characters: from here on the lesson is shown

# What moved an event from its plan.
NAMES = {
    "baseline": mark("baseline: what would have sold anyway"),
    "around": mark("our other deals around it"),
    "price": mark("regular price"),
    "depth": mark("depth of the cut"),
    "feature": mark("feature"),
    "display": mark("display"),
    "weeks": mark("weeks that it ran"),
    "fees": mark("fees"),
    "stock": mark("out of stock"),
    "response": mark("response of shoppers, and chance"),
}
SHORT = {
    "baseline": mark("baseline"),
    "around": mark("other deals"),
    "price": mark("regular price"),
    "depth": mark("depth"),
    "feature": mark("feature"),
    "display": mark("display"),
    "weeks": mark("weeks"),
    "fees": mark("fees"),
    "stock": mark("out of stock"),
    "response": mark("response"),
}
STATES = {
    Status.DONE: mark("over"),
    Status.RUNNING: mark("running"),
    Status.TO_COME: mark("to come"),
    Status.NO_DATA: mark("no sales recorded"),
    Status.NOT_RUN: mark("did not run"),
}


def headlines(found: Review, say: Language) -> Iterator[str]:
    """What a review says in a few sentences, most useful first."""
    totals = found.totals
    yield state_words(found, say)
    if not totals.actual_units and not totals.planned_units:
        return
    change = totals.actual_units - totals.planned_units
    yield say(
        "In weeks with sales they sold {actual} units, {planned} were planned: {change}.",
        actual=say.integer(totals.actual_units / 1000),
        planned=say.integer(totals.planned_units / 1000),
        change=signed(say, change / 1000),
    )
    causes = sorted(CAUSES, key=lambda name: -abs(totals.units[name]))
    moved = [name for name in causes[:3] if abs(totals.units[name]) >= 500]
    if moved:
        parts = ", ".join(
            f"{say.translate(SHORT[name])} {signed(say, totals.units[name] / 1000)}"
            for name in moved
        )
        yield say("What moved most: {parts}.", parts=parts)
    roi, planned = totals.roi, totals.planned_roi
    if roi is not None and planned is not None and found.range is not None:
        low, high = (100.0 * end / totals.spend for end in (found.range.low, found.range.high))
        yield say(
            "Return on spend {roi} where {planned} was planned; 8 times in 10 it lies between"
            " {low} and {high}.",
            roi=say.percent(roi, 0),
            planned=say.percent(planned, 0),
            low=say.percent(low, 0),
            high=say.percent(high, 0),
        )


def state_words(found: Review, say: Language) -> str:
    """How many events are over, running, to come, and which nothing can be told of."""
    counts = found.totals.events
    parts = [
        f"{say.integer(counts[status])} {say.translate(words)}"
        for status, words in STATES.items()
        if counts[status]
    ]
    if not found.last_week:
        return say("Events: {parts}. There are no sales.", parts=", ".join(parts) or "0")
    last = say.day(date.fromisoformat(found.last_week))
    return say("Events: {parts}. Sales reach to the week of {last}.",
               parts=", ".join(parts) or "0", last=last)  # fmt: skip


def signed(say: Language, number: float, digits: int = 0) -> str:
    """A change with its sign."""
    number = round(number, digits) or 0.0  # no minus sign before nothing
    written = say.number(number, digits)
    return f"+{written}" if number > 0 else written


def review_screen(
    found: Review, files: Sequence[Path], say: Language, everything: bool, width: int
) -> Iterator[RenderableType]:
    """Headlines, the steps in all, where the lift came from, event by event."""
    yield heading(say("Planned against actual: {name}", name=found.scenario))
    for sentence in headlines(found, say):
        yield Line(sentence)
    totals = found.totals
    if any(event.compared for event in found.events):
        yield heading(say("Why sales differ from the plan, in the weeks of the events"))
        yield columns(
            [say("cause"), say("units"), say("earned")],
            [
                (
                    say.translate(NAMES[name]),
                    signed(say, totals.units[name] / 1000),
                    signed(say, totals.profit[name] / 100),
                )
                for name in CAUSES
                if totals.units[name] or totals.profit[name]
            ],
        )
    if totals.gain:
        yield heading(say("Where the lift came from"))
        yield facts(
            (
                say.translate(FROM[name]),
                say.integer(totals.sources[name] / 1000),
                say.percent(totals.sources[name] / totals.gain, 0),
            )
            for name in SOURCES
        )
    if found.events:
        yield heading(say("Events"))
        yield from _events(found, say, everything, width)
    yield heading(say("Files"))
    yield Line(", ".join(str(path) for path in files))


def _events(found: Review, say: Language, everything: bool, width: int) -> Iterator[RenderableType]:
    told = [event for event in found.events if event.compared is not None]
    rest = [event for event in found.events if event.compared is None]
    events = [*told, *rest]
    shown = events if everything else events[:MOST]
    wide = width >= WIDE
    titles = [say("event"), say("deal"), say("state"), say("main cause"), say("planned"),
              say("sold"), say("ROI planned"), say("ROI")]  # fmt: skip
    yield columns(titles, [_row(event, say) for event in shown], texts=4)
    if len(events) > len(shown):
        left = len(events) - len(shown)
        yield Line(say.plural("{n} more event: --all", "{n} more events: --all", left), "dim")
    lessons = [event for event in shown if event.compared is not None]
    if lessons:
        yield heading(say("What they teach"))
        for event in lessons[: None if wide or everything else MOST]:
            yield Line(f"{event.promise.event}  {say.text(event.verdict)}")


def _row(event: EventReview, say: Language) -> list[str]:
    promise, compared, brought = event.promise, event.compared, event.returns
    planned = promise.roi(promise.incremental / 100.0)
    roi = None if brought is None else brought.roi(brought.incremental / 100.0)
    names = f"{promise.event} {promise.account} {promise.product}"
    return [
        names,
        f"{promise.tactic} {promise.start_week}",
        say.translate(STATES[event.status]),
        say.translate(SHORT[event.cause]) if event.cause else "",
        "" if compared is None else say.integer(compared.planned_units / 1000),
        "" if compared is None else say.integer(compared.actual_units / 1000),
        "" if planned is None else say.percent(planned, 0),
        "" if roi is None else say.percent(roi, 0),
    ]
