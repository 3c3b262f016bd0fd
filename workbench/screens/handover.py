"""The handover to production and logistics on the screen: peaks first, then changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from workbench.language import Language, mark
from workbench.screens.parts import columns, heading

if TYPE_CHECKING:
    from scenarios.handover.handover import Handover
    from scenarios.handover.handover import Line as Week

MOST = 12  # lines of a kind; the table has all
PEAKS = {
    "short": (mark("more than there is"), "red"),
    "tight": (mark("may be more than there is"), "yellow"),
    "high": (mark("far above an ordinary week"), ""),
}


def handover_screen(found: Handover, target: Path, say: Language) -> Iterator[RenderableType]:
    """What a planner has to know before opening the files."""
    yield Line.assemble((found.plan, "bold"), "  ", (say.day(found.on), "dim"))
    yield heading(say("Peaks"))
    yield from _weeks(found.peaks, say("no week is a peak"), _peaks, say)
    yield heading(say("Changes"))
    if found.since is None:
        yield Line(
            say(
                "no version of {plan} was approved before: nothing to compare with",
                plan=found.asked,
            )
        )
    else:
        proposal = found.since.proposal
        yield Line(
            say(
                "against the version of {plan} submitted by {author} and approved by {people}",
                plan=proposal.plan,
                author=proposal.author,
                people=", ".join(proposal.approvers),
            ),
            "dim",
        )
        yield from _weeks(found.changes, say("every week is as it was agreed"), _changes, say)
    late = len({(n.product, n.week) for n in (*found.peaks, *found.changes) if n.frozen})
    if late:
        yield Line(
            say.plural(
                "{n} of these weeks is too near for production to react",
                "{n} of these weeks are too near for production to react",
                late,
            ),
            "red",
        )
    yield say("written to {folder}", folder=target)


def _weeks(
    lines: Sequence[Week], none: str, table: object, say: Language
) -> Iterator[RenderableType]:
    if not lines:
        yield Line(none)
        return
    assert callable(table)
    yield table(lines[:MOST], say)
    if len(lines) > MOST:
        yield Line(say.plural("{n} more week", "{n} more weeks", len(lines) - MOST), "dim")


def _peaks(lines: Sequence[Week], say: Language) -> Table:
    titles = [say("product"), say("week"), say("units"), say("P90"), say("available"), say("risk")]
    titles += [say("know by"), say("peak")]
    rows = [
        [
            line.product,
            say.day(line.week),
            *(_units(line.number(column), say) for column in ("units", "units_p90", "available")),
            _share(line.number("short_risk"), say),
            _known(line, say),
            Line(say.translate(PEAKS[line.peak][0]), PEAKS[line.peak][1]),
        ]
        for line in lines
    ]
    return columns(titles, rows)


def _changes(lines: Sequence[Week], say: Language) -> Table:
    titles = [
        say("product"),
        say("week"),
        say("units"),
        say("agreed"),
        say("change"),
        say("know by"),
    ]
    rows = [
        [
            line.product,
            say.day(line.week),
            _units(line.units, say),
            _units(line.agreed_units, say),
            _units(line.change, say),
            _known(line, say),
        ]
        for line in lines
    ]
    return columns(titles, rows)


def _units(value: float | None, say: Language) -> str:
    return "" if value is None else say.number(value, 0)


def _share(value: float | None, say: Language) -> str:
    return "" if value is None else say.percent(value)


def _known(line: Week, say: Language) -> str | Line:
    day = "" if line.row is None else line.row["know_by"]
    if not day:
        return ""
    from datetime import date

    shown = say.day(date.fromisoformat(day))
    return Line(shown, "red") if line.frozen else shown
