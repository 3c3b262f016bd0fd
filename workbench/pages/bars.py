"""Charts of horizontal bars: one value a line, with whiskers for a range and a mark for a limit.

Bars begin at zero and may lie on both sides of it. Wide, labels stand to the left of their bars;
narrow, above them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.pages.axis import Axis
from workbench.shortened import shortened

WIDE, NARROW = 860.0, 360.0
LABELS, WORDS = 230.0, 96.0  # room for labels to the left and for values to the right, when wide
LINE, STACKED = 30.0, 46.0  # a bar's line, wide and narrow
TOP, BOTTOM = 8.0, 26.0
THICK = 14.0
LETTER = 7.2  # width of a letter, on the safe side


@dataclass(frozen=True)
class Bar:
    """One line. `low` and `high`: a range, drawn as whiskers; `limit`: a mark; `tone` 1 to 6."""

    label: str
    value: float
    words: str  # the value, written
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    tone: int = 1
    tip: str = ""
    strong: bool = False  # the line that others are compared with


@dataclass(frozen=True)
class Bars:
    """A chart before it has a size."""

    title: str  # for those who cannot see it
    along: Axis
    bars: Sequence[Bar]
    legend: Sequence[tuple[str, int, str]] = ()  # words, tone, kind: "solid", "whisker", "limit"


def bars(plot: Bars) -> Markup:
    """The chart in both sizes, its legend below."""
    items = Markup("").join(
        Markup('<li class="tone{} {}"><span>{}</span></li>').format(tone, kind, words)
        for words, tone, kind in plot.legend
    )
    legend = Markup('<ul class="legend">{}</ul>').format(items) if plot.legend else Markup("")
    return _wide(plot) + _narrow(plot) + legend


def _wide(plot: Bars) -> Markup:
    height = TOP + LINE * len(plot.bars) + BOTTOM
    left, right = LABELS, WIDE - WORDS
    parts = [_open(plot, WIDE, height, "wide"), _scale(plot, left, right, height, 8)]
    for i, bar in enumerate(plot.bars):
        middle = TOP + LINE * (i + 0.5)
        kind = "strong" if bar.strong else ""
        label = shortened(bar.label, int((LABELS - 12) / LETTER))
        parts.append(_text(LABELS - 10, middle + 4.5, label, "end", kind))
        parts.append(_bar(plot, bar, left, right, middle))
        parts.append(_text(WIDE - 4, middle + 4.5, bar.words, "end", "strong"))
    return Markup("\n").join([*parts, Markup("</svg>")])


def _narrow(plot: Bars) -> Markup:
    height = TOP + STACKED * len(plot.bars) + BOTTOM
    left, right = 8.0, NARROW - 8
    parts = [_open(plot, NARROW, height, "narrow"), _scale(plot, left, right, height, 4)]
    for i, bar in enumerate(plot.bars):
        top = TOP + STACKED * i
        kind = "strong" if bar.strong else ""
        room = NARROW - 20 - LETTER * len(bar.words)
        parts.append(_text(left, top + 13, shortened(bar.label, int(room / LETTER)), "start", kind))
        parts.append(_text(right, top + 13, bar.words, "end", "strong"))
        parts.append(_bar(plot, bar, left, right, top + 28))
    return Markup("\n").join([*parts, Markup("</svg>")])


def _open(plot: Bars, width: float, height: float, name: str) -> Markup:
    return Markup('<svg class="{}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">').format(
        name, width, height, plot.title
    )


def _scale(plot: Bars, left: float, right: float, height: float, most: int) -> Markup:
    """Vertical lines with values below; not every one where there is no room."""
    along = plot.along
    every = max(1, -(-len(along.ticks) // most))
    parts = []
    for i, value in enumerate(along.ticks):
        x = along.place(value, left, right)
        parts.append(_line(x, TOP, x, height - BOTTOM, "axis" if value == 0 else "grid"))
        if i % every == 0:
            # Narrow, the scale reaches the edges: its last words must not leave the picture.
            anchor = (
                "middle"
                if left > 24
                else "start"
                if x < 24
                else "end"
                if x > right - 24
                else "middle"
            )
            parts.append(_text(x, height - 8, along.shown(value), anchor))
    return Markup("\n").join(parts)


def _bar(plot: Bars, bar: Bar, left: float, right: float, middle: float) -> Markup:
    def at(value: float) -> float:
        return plot.along.place(value, left, right)

    zero, end = at(0.0), at(bar.value)
    first, last = min(zero, end), max(zero, end)
    parts = [
        Markup('<g class="tone{}"><title>{}</title>').format(bar.tone, bar.tip),
        Markup('<rect class="fill" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="2"/>')
        .format(first, middle - THICK / 2, max(1.0, last - first), f"{THICK:g}"),
    ]  # fmt: skip
    if bar.low is not None and bar.high is not None:
        low, high = at(bar.low), at(bar.high)
        parts.append(_line(low, middle, high, middle, "whisker"))
        parts += [_line(x, middle - 4, x, middle + 4, "whisker") for x in (low, high)]
    if bar.limit is not None:
        x = at(bar.limit)
        parts.append(_line(x, middle - THICK / 2 - 3, x, middle + THICK / 2 + 3, "limit"))
    return Markup("\n").join([*parts, Markup("</g>")])


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x1, y1, x2, y2
    )


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, words
    )
