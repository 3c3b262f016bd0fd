"""Axes: which round values to mark, and where a value lies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` with marks; `shown` writes a mark's value."""

    low: float
    high: float
    ticks: tuple[float, ...]
    shown: Callable[[float], str]

    def place(self, value: float, start: float, end: float) -> float:
        """Where a value lies between two coordinates."""
        return start + (value - self.low) / (self.high - self.low) * (end - start)


def axis(
    values: Sequence[float], shown: Callable[[float], str], most: int = 6, zero: bool = True
) -> Axis:
    """An axis around finite values with at most `most` intervals; through 0 if `zero`."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in STEPS if s * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(i * step, 12) for i in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, shown)
