"""Charts as SVG inside a page: lines, bands and marks over two axes, once wide and once narrow.

Colours are those of the page's style, so that a chart reads on light and dark alike; which size is
seen is the page's matter too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup, escape

from workbench.pages.axis import Axis

WIDE, NARROW = (860, 380), (360, 300)
LEFT, RIGHT, TOP, BOTTOM = 78.0, 14.0, 26.0, 44.0
DOT = 3.6


class Shape(StrEnum):
    """How a series is drawn."""

    LINE = "line"
    DOTTED = "dotted"  # a line with a dot at every point
    DASHED = "dashed"
    BAND = "band"  # between `y` and `low`
    AREA = "area"  # the same, solid: a layer of a stack


@dataclass(frozen=True)
class Series:
    """Values to draw: `x` and `y` alike long, in the units of the axes; `tone` 1 to 6."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    shape: Shape = Shape.LINE
    tone: int = 1
    low: Sequence[float] = ()  # the lower edge of a band
    tips: Sequence[str] = ()  # what each dot says when pointed at


@dataclass(frozen=True)
class Mark:
    """A vertical line at `x` with a few words on top."""

    x: float
    words: str


@dataclass(frozen=True)
class Plot:
    """A chart before it has a size."""

    title: str  # for those who cannot see it
    x: Axis
    y: Axis
    x_title: str
    series: Sequence[Series]
    marks: Sequence[Mark] = ()


def chart(plot: Plot) -> Markup:
    """The chart in both sizes, its legend below."""
    wide, narrow = _drawn(plot, WIDE, "wide"), _drawn(plot, NARROW, "narrow")
    kinds = {Shape.DASHED: " dashes", Shape.BAND: " area", Shape.AREA: " layer"}
    items = Markup("").join(
        Markup('<li class="tone{}{}"><span>{}</span></li>').format(
            s.tone, kinds.get(s.shape, ""), s.label
        )
        for s in plot.series
        if s.label  # a band goes with its line
    )
    return wide + narrow + Markup('<ul class="legend">{}</ul>').format(items)


def _drawn(plot: Plot, size: tuple[int, int], name: str) -> Markup:
    width, height = size
    right, bottom = width - RIGHT, height - BOTTOM
    parts = [
        Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            name, width, height, plot.title
        )
    ]
    for value in plot.y.ticks:
        y = plot.y.place(value, bottom, TOP)
        kind = "axis" if value == 0 else "grid"
        parts.append(_line(LEFT, y, right, y, kind))
        parts.append(_text(LEFT - 8, y + 4, plot.y.shown(value), "end"))
    every = max(1, -(-len(plot.x.ticks) * 62 // int(right - LEFT)))
    for i, value in enumerate(plot.x.ticks):
        if i % every == 0:
            x = plot.x.place(value, LEFT, right)
            parts.append(_line(x, bottom, x, bottom + 5, "axis"))
            parts.append(_text(min(x, right - 12), bottom + 19, plot.x.shown(value), "middle"))
    parts.append(_text((LEFT + right) / 2, height - 6, plot.x_title, "middle"))
    parts += [_series(plot, series, right, bottom) for series in plot.series]
    parts += [_mark(plot, mark, right, bottom, i) for i, mark in enumerate(plot.marks)]
    parts.append(Markup("</svg>"))
    return Markup("\n").join(parts)


def _series(plot: Plot, series: Series, right: float, bottom: float) -> Markup:
    def points(x: Sequence[float], y: Sequence[float]) -> list[str]:
        return [
            f"{plot.x.place(a, LEFT, right):.1f},{plot.y.place(b, bottom, TOP):.1f}"
            for a, b in zip(x, y, strict=True)
        ]

    along = points(series.x, series.y)
    if series.shape in (Shape.BAND, Shape.AREA):
        back = points(series.x, series.low)[::-1]
        return Markup('<polygon class="{} fill tone{}" points="{}"/>').format(
            series.shape.value, series.tone, " ".join([*along, *back])
        )
    dashed = " dashed" if series.shape is Shape.DASHED else ""
    drawn = Markup('<polyline class="line tone{}{}" points="{}"/>').format(
        series.tone, dashed, " ".join(along)
    )
    if series.shape is not Shape.DOTTED:
        return drawn
    tips = [*series.tips, *[""] * (len(along) - len(series.tips))]
    dots = [
        Markup('<circle class="fill tone{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>')
        .format(series.tone, *at.split(","), DOT, tip)
        for at, tip in zip(along, tips, strict=True)
    ]  # fmt: skip
    return Markup("\n").join([drawn, *dots])


def _mark(plot: Plot, mark: Mark, right: float, bottom: float, place: int) -> Markup:
    """The words stand on the side with more room, marks one below the other."""
    x = plot.x.place(mark.x, LEFT, right)
    left_half = x < (LEFT + right) / 2
    y = TOP - 12 + 16 * place
    anchor, at = ("start", x + 5) if left_half else ("end", x - 5)
    words = _text(at, y, mark.words, anchor, "strong")
    return _line(x, y - 8, x, bottom, "mark") + words


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, *(f"{value:.1f}" for value in (x1, y1, x2, y2))
    )


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, f"{x:.1f}", f"{y:.1f}", anchor, escape(words)
    )
