"""What stands in a table of calendars for a block and week: an event's start, a price's, or both.

With S shapes a code is shape + (S + 1) * change: shape -1 where no event starts, change 0 where the
regular price stays, else 1 + the level it moves to. So -1 is a week in which nothing begins, and
where prices are fixed codes are shapes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.problem import Calendar, Ints, Problem
from optimizer.regular_prices import moves_of


def shapes_in(codes: Ints, shapes: int) -> Ints:
    """The shape that starts in each week, -1 for none; any array shape."""
    return np.asarray((codes + 1) % (shapes + 1) - 1)


def levels_in(codes: Ints, shapes: int) -> Ints:
    """The level of the regular price in each week, (.., T) as `codes`; 0 as listed."""
    change = (codes + 1) // (shapes + 1)
    place = np.where(change > 0, np.arange(codes.shape[-1]), -1)
    last = np.maximum.accumulate(place, axis=-1)
    level = np.take_along_axis(change, np.maximum(last, 0), axis=-1) - 1
    return np.where(last >= 0, level, 0).astype(np.int64)


def codes_of(starts: Ints, levels: Ints, shapes: int) -> Ints:
    """The codes of shapes that start and of levels of the regular price, (.., T) each."""
    before = np.concatenate([np.zeros_like(levels[..., :1]), levels[..., :-1]], axis=-1)
    return np.asarray(starts + (shapes + 1) * np.where(levels != before, levels + 1, 0))


def calendar_in(codes: Ints, problem: Problem) -> Calendar:
    """The events and price changes in a table of calendars by block and week: (P, T)."""
    shapes = int(problem.shapes.tactic.size)
    found = Calendar.of_starts(shapes_in(codes, shapes), problem.shapes)
    if problem.ladder is None:
        return found
    return replace(found, moves=moves_of(levels_in(codes, shapes)))


def codes_in(calendar: Calendar, problem: Problem) -> Ints:
    """The table of a calendar, (P, T): what `calendar_in` reads."""
    starts = np.full((problem.blocks, problem.horizon), -1, dtype=np.int64)
    for block, k, start, w in zip(
        calendar.block, calendar.tactic, calendar.start, calendar.weeks, strict=True
    ):
        starts[block, start] = problem.shapes.number(k, w)
    if problem.ladder is None:
        return starts
    return codes_of(starts, calendar.levels(problem), int(problem.shapes.tactic.size))
