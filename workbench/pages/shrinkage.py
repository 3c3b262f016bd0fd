"""Arrows from what each account's own data say to what the fit believes, one line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.pages.axis import Axis
from workbench.pages.chart import NARROW, WIDE

ROW, TALL = 22.0, 36.0  # of a line; narrow, with its name above
TOP, BOTTOM, RIGHT = 10.0, 34.0, 20.0
LETTER, MOST_LEFT = 9.2, 340.0
DOT = 4.2


@dataclass(frozen=True)
class Arrow:
    """From one value to another, in the units of the axis; `tip` is told when pointed at."""

    label: str
    start: float
    end: float
    tip: str


def arrows(title: str, lines: Sequence[Arrow], across: Axis, x_title: str) -> Markup:
    """Both sizes. What lies beyond the axis is drawn at its end."""
    return _drawn(title, lines, across, x_title, wide=True) + _drawn(
        title, lines, across, x_title, wide=False
    )


def _drawn(title: str, lines: Sequence[Arrow], across: Axis, x_title: str, *, wide: bool) -> Markup:
    width, row = (WIDE[0], ROW) if wide else (NARROW[0], TALL)
    words = max((len(line.label) for line in lines), default=0) * LETTER + 14.0
    left = min(words, MOST_LEFT) if wide else RIGHT
    right, foot = width - RIGHT, TOP + row * len(lines)
    parts = [
        Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            "wide" if wide else "narrow", width, f"{foot + BOTTOM:.0f}", title
        )
    ]
    every = max(1, -(-len(across.ticks) * 62 // int(right - left)))
    for i, value in enumerate(across.ticks):
        x = across.place(value, left, right)
        parts.append(
            Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
                "axis" if value == 0 else "grid", f"{x:.1f}", f"{TOP:.1f}", f"{x:.1f}",
                f"{foot:.1f}",
            )
        )  # fmt: skip
        if i % every == 0:
            parts.append(_text(x, foot + 15, across.shown(value), "middle"))
    parts.append(_text((left + right) / 2, foot + 30, x_title, "middle"))
    for i, line in enumerate(lines):
        y = TOP + row * (i + (0.5 if wide else 0.75))
        at = (left - 10, y + 4, "end") if wide else (left, y - 9, "start")
        parts.append(_text(at[0], at[1], line.label, at[2]))
        parts.append(_arrow(line, across, left, right, y))
    parts.append(Markup("</svg>"))
    return Markup("\n").join(parts)


def _arrow(line: Arrow, across: Axis, left: float, right: float, y: float) -> Markup:
    start, end = (
        across.place(min(max(value, across.low), across.high), left, right)
        for value in (line.start, line.end)
    )
    return Markup(
        '<g><title>{}</title><line class="arrow tone6" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<circle class="hollow tone6" cx="{}" cy="{}" r="{}"/>'
        '<circle class="fill tone1" cx="{}" cy="{}" r="{}"/></g>'
    ).format(
        line.tip, f"{start:.1f}", f"{y:.1f}", f"{end:.1f}", f"{y:.1f}",
        f"{start:.1f}", f"{y:.1f}", DOT, f"{end:.1f}", f"{y:.1f}", DOT,
    )  # fmt: skip


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        f"{x:.1f}", f"{y:.1f}", anchor, words
    )
