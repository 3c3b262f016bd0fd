"""Charts of twin bars: two values a line on a common axis, as in a tornado."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.pages.axis import Axis
from workbench.shortened import shortened

WIDE, NARROW = 860.0, 360.0
LABELS, MARGIN = 290.0, 104.0  # room for labels, and for values beyond the ends of the bars
LINE, STACKED = 30.0, 48.0
TOP, BOTTOM, THICK = 8.0, 26.0, 14.0
LETTER = 6.8
LOW, HIGH = 2, 1  # tones of the two ends


@dataclass(frozen=True)
class Twin:
    """One line: what both ends come to, written too; marks where something else would lie."""

    label: str
    low: float
    high: float
    low_words: str
    high_words: str
    low_mark: float | None = None
    high_mark: float | None = None


@dataclass(frozen=True)
class TwinBars:
    """A chart before it has a size."""

    title: str
    along: Axis
    twins: Sequence[Twin]
    legend: Sequence[tuple[str, int, str]] = ()  # words, tone, kind: "solid", "limit"


def twin_bars(plot: TwinBars) -> Markup:
    """The chart in both sizes, its legend below."""
    items = Markup("").join(
        Markup('<li class="tone{} {}"><span>{}</span></li>').format(tone, kind, words)
        for words, tone, kind in plot.legend
    )
    return (
        _drawn(plot, WIDE, LABELS + MARGIN, WIDE - MARGIN, LINE, "wide")
        + _drawn(plot, NARROW, MARGIN, NARROW - MARGIN, STACKED, "narrow")
        + Markup('<ul class="legend">{}</ul>').format(items)
    )


def _drawn(
    plot: TwinBars, width: float, left: float, right: float, line: float, name: str
) -> Markup:
    height = TOP + line * len(plot.twins) + BOTTOM
    parts = [
        Markup('<svg class="{}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">').format(
            name, width, height, plot.title
        )
    ]
    along = plot.along
    every = max(1, -(-len(along.ticks) * 62 // int(right - left)))
    for i, value in enumerate(along.ticks):
        x = along.place(value, left, right)
        parts.append(_line(x, TOP, x, height - BOTTOM, "axis" if value == 0 else "grid"))
        if i % every == 0:
            parts.append(_text(x, height - 8, along.shown(value), "middle"))
    for i, twin in enumerate(plot.twins):
        top = TOP + line * i
        if name == "wide":
            label = shortened(twin.label, int(LABELS / LETTER))
            parts.append(_text(LABELS, top + line / 2 + 4.5, label, "end"))
            middle = top + line / 2
        else:
            parts.append(_text(6, top + 13, shortened(twin.label, 48), "start"))
            middle = top + 30
        parts += _ends(along, twin, left, right, middle)
    return Markup("\n").join([*parts, Markup("</svg>")])


def _ends(along: Axis, twin: Twin, left: float, right: float, middle: float) -> list[Markup]:
    """Both bars, their values outside them, and the marks."""
    zero = along.place(0.0, left, right)
    parts = []
    ends = ((twin.low, twin.low_words, twin.low_mark, LOW),
            (twin.high, twin.high_words, twin.high_mark, HIGH))  # fmt: skip
    for value, words, mark, tone in ends:
        x = along.place(value, left, right)
        parts.append(
            Markup(
                '<g class="tone{}"><title>{}</title><rect class="fill" x="{:.1f}" y="{:.1f}"'
                ' width="{:.1f}" height="{:g}" rx="2"/></g>'
            ).format(tone, words, min(zero, x), middle - THICK / 2, max(0.5, abs(x - zero)), THICK)
        )
        anchor, at = ("end", x - 6) if value < 0 else ("start", x + 6)
        parts.append(_text(at, middle + 4.5, words, anchor, "strong"))
        if mark is not None:
            spot = along.place(mark, left, right)
            parts.append(_line(spot, middle - THICK, spot, middle + THICK, "limit"))
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x1, y1, x2, y2
    )


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, words
    )
