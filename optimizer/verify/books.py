"""A calendar with its consequences, and the part of it that a rule or a budget is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.effects import Event
from optimizer.verify.facts import Facts
from optimizer.verify.weekly import Deals

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Books:
    """A calendar and its consequences. Arrays are (B, W); `cents` by column of weekly.csv."""

    facts: Facts
    events: list[Event]
    history: list[Event]
    deals: Deals
    units: Floats
    cents: dict[str, Floats]
    changes: int = 0  # rows of prices.csv

    @property
    def causes(self) -> int:
        """What changes of units and money are divided among: events, then changes of prices."""
        return len(self.events) + self.changes


@dataclass(frozen=True)
class Selection:
    """The blocks (B,) and weeks of the horizon (T,) that a rule or budget is about."""

    blocks: Bools
    weeks: Bools
    open_start: bool  # no first week given, so that history is part of it
    of: float | None = None  # agreed units that a share is taken of

    def cells(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """(B, W) -> (b, t), the selected ones."""
        return values[np.ix_(self.blocks, np.flatnonzero(self.weeks))]

    def begins(self, event: Event) -> bool:
        """Whether the event is of the selection by its first week."""
        return bool(self.blocks[event.block] and self.weeks[event.start])

    def meets(self, event: Event) -> bool:
        """Whether any week of the event is selected; history: whether history is."""
        if not self.blocks[event.block]:
            return False
        if event.start < 0:
            return self.open_start
        return bool(self.weeks[event.start : event.start + event.weeks].any())


def select(facts: Facts, row: object) -> Selection:
    """What the selectors of a guardrail or budget leave; a blank one leaves everything."""
    blocks = np.ones(len(facts.blocks), dtype=bool)
    for name in ("account", "chain", "market", "brand", "category", "line", "product"):
        wanted = getattr(row, name, "") or ""
        if wanted:
            blocks &= (facts.blocks[name] == wanted).to_numpy()
    weeks = np.ones(facts.T, dtype=bool)
    first, last = (_week(facts, getattr(row, name)) for name in ("first_week", "last_week"))
    if first is not None:
        weeks[: max(0, first)] = False
    if last is not None:
        weeks[max(0, last + 1) :] = False
    return Selection(blocks, weeks, first is None, getattr(row, "of", None))


def _week(facts: Facts, value: object) -> int | None:
    text = str(value)
    return None if text in ("None", "NaT", "") else facts.week_number(text[:10])
