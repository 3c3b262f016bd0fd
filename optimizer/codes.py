"""What stands in a table of calendars for a block and week: an event's start, a price's, or both.

With S shapes a code is shape + (S + 1) * change: shape -1 where no event starts, change 0 where the
regular price stays, else 1 + the level it moves to. So -1 is a week in which nothing begins, and
where prices are fixed codes are shapes.
"""

from __future__ import annotations

import numpy as np

from optimizer.problem import Ints


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
    """The codes of a block's shapes that start, (T,), and levels of its regular price, (T,)."""
    before = np.concatenate([[0], levels[:-1]])
    return np.asarray(starts + (shapes + 1) * np.where(levels != before, levels + 1, 0))
