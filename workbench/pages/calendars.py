"""Two calendars in one picture: what ran in the base above, what runs instead below, by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from workbench.language import Language
from workbench.shortened import shortened

LABELS, WEEK, LINE, TOP = 230.0, 12.0, 24.0, 24.0
HALF = 9.0  # height of an event
LETTERS = 30


@dataclass(frozen=True)
class Strip:
    """One event. `kind`: a class of the page's style (kept, other, new, dropped)."""

    start: date
    weeks: int
    kind: str
    tip: str


@dataclass(frozen=True)
class Lane:
    """One account and product: the base's events and the other plan's."""

    label: str
    before: Sequence[Strip]
    after: Sequence[Strip]


def calendars(title: str, first: date, weeks: int, lanes: Sequence[Lane], say: Language) -> Markup:
    """The picture. It is as wide as the horizon asks: narrow screens scroll it."""
    width, height = LABELS + WEEK * weeks + 8, TOP + LINE * len(lanes) + 4
    parts = [
        Markup(
            '<svg class="calendar" viewBox="0 0 {:g} {:g}" style="min-width:{:g}px" role="img"'
            ' aria-label="{}">'
        ).format(width, height, 0.62 * width, title)
    ]
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        if week and day.day > 7:  # the first Monday of a month
            continue
        x = LABELS + WEEK * week
        parts.append(
            Markup('<line class="grid" x1="{0:g}" y1="{1:g}" x2="{0:g}" y2="{2:g}"/>').format(
                x, TOP - 4, height
            )
        )
        if weeks - week >= 3:
            parts.append(_text(x + 3, TOP - 9, say.month(day), "start"))
    for i, lane in enumerate(lanes):
        top = TOP + LINE * i
        parts.append(_text(LABELS - 10, top + 16, shortened(lane.label, LETTERS), "end"))
        for shift, strips in ((1.0, lane.before), (2.0 + HALF, lane.after)):
            parts += [_strip(strip, first, top + shift) for strip in strips]
        y = top + LINE - 1
        parts.append(
            Markup('<line class="grid" x1="{0:g}" y1="{2:g}" x2="{1:g}" y2="{2:g}"/>').format(
                LABELS, width - 8, y
            )
        )
    return Markup("\n").join([*parts, Markup("</svg>")])


def _strip(strip: Strip, first: date, y: float) -> Markup:
    x = LABELS + WEEK * ((strip.start - first).days / 7)
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:g}" rx="2">'
        "<title>{}</title></rect>"
    ).format(strip.kind, x + 0.7, y, WEEK * strip.weeks - 1.4, HALF, strip.tip)


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, words
    )
