"""A waterfall: from one amount to another, step by step, lying on its side; wide and narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.pages.chart import NARROW, WIDE

ROW, BAR = 27.0, 17.0
TALL, THIN = 40.0, 11.0  # narrow: words above their bar
TOP, RIGHT, VALUES = 8.0, 12.0, 110.0
LETTER, MOST_LEFT = 7.4, 340.0  # a letter's width; the most that words may take


@dataclass(frozen=True)
class Step:
    """A whole amount (`total`), or a change from the step before. `shown` is its value in words."""

    label: str
    value: float
    shown: str
    total: bool = False


def waterfall(title: str, steps: Sequence[Step]) -> Markup:
    """The steps in order from above; bars of changes begin where the last one ended."""
    return _drawn(title, steps, wide=True) + _drawn(title, steps, wide=False)


def _drawn(title: str, steps: Sequence[Step], *, wide: bool) -> Markup:
    width = (WIDE if wide else NARROW)[0]
    words = max((len(step.label) for step in steps), default=0) * LETTER + 14.0
    left = min(words, MOST_LEFT) if wide else RIGHT
    values = VALUES if wide else 0.0
    row = ROW if wide else TALL
    spans = _spans(steps)
    low = min(0.0, *(min(span) for span in spans))
    high = max(0.0, *(max(span) for span in spans))
    room = width - RIGHT - left - values

    def place(value: float) -> float:
        return left + (value - low) / (high - low or 1.0) * room

    height, zero = TOP * 2 + row * len(steps), f"{place(0.0):.1f}"
    parts = [
        Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            "wide" if wide else "narrow", width, f"{height:.0f}", title
        ),
        Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
            zero, f"{TOP:.0f}", zero, f"{height - TOP:.0f}"
        ),
    ]
    for i, (step, span) in enumerate(zip(steps, spans, strict=True)):
        ends, y = (place(min(span)), place(max(span))), TOP + row * i
        if wide:
            parts += [
                _words(left - 10, y + ROW / 2 + 4, step.label, "end", step),
                _bar(step, ends, y + (ROW - BAR) / 2, BAR),
            ]
        else:
            parts += [
                _words(left + 5, y + 18, step.label, "start", step),
                _bar(step, ends, y + 24, THIN),
            ]
        at = y + (ROW / 2 + 4 if wide else 18)
        parts.append(_words(width - RIGHT, at, step.shown, "end", step))
    parts.append(Markup("</svg>"))
    return Markup("\n").join(parts)


def _bar(step: Step, ends: tuple[float, float], y: float, height: float) -> Markup:
    tone = "tone1" if step.total else ("tone3" if step.value >= 0.0 else "tone2")
    start, end = ends
    return Markup('<rect class="fill {}" x="{}" y="{}" width="{}" height="{}"/>').format(
        tone, f"{start:.1f}", f"{y:.1f}", f"{max(end - start, 1.0):.1f}", f"{height:.0f}"
    )


def _words(x: float, y: float, words: str, anchor: str, step: Step) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        "strong" if step.total else "", f"{x:.1f}", f"{y:.1f}", anchor, words
    )


def _spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each bar begins and ends."""
    spans, at = [], 0.0
    for step in steps:
        start = 0.0 if step.total else at
        at = step.value if step.total else at + step.value
        spans.append((start, at))
    return spans
