"""Upper envelopes over what siblings might run: merged sibling by sibling, pruned as they grow.

In one week a block's worth V alone becomes V * prod_e g[e, k_e] + sum_e pay[e, k_e] when sibling
effect e takes configuration k_e. For each V the best choice is the upper envelope of lines with
slope prod g and height sum pay. Merging one effect at a time and keeping the envelope on the range
that V times the effects still to come can reach loses nothing, because every g is positive. An
envelope with too many lines is replaced by chords, which lie above it: bounds stay bounds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.worth import Envelope
from optimizer.problem import Floats, Ints

CAPACITY = 256  # lines of one week


class Trail(NamedTuple):
    """How each line of each merge came about, to read a line's configurations back."""

    line: Ints  # (W, effects, CAPACITY) the line of the merge before
    choice: Ints  # (W, effects, CAPACITY) configuration of this effect


class Scratch(NamedTuple):
    """Working space of one merge."""

    slope: Floats
    height: Floats
    line: Ints
    choice: Ints
    order: Ints


@njit(cache=True, nogil=True)
def scratch(configurations: int) -> Scratch:
    """Room for a full envelope times every configuration."""
    size = CAPACITY * configurations
    return Scratch(
        np.empty(size),
        np.empty(size),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def sort_lines(work: Scratch, n: int) -> None:
    """Order the first n lines by slope, then height: insertion, they come nearly sorted."""
    slope, height, order = work.slope, work.height, work.order  # read once: see `Worths`
    for i in range(n):
        j = i
        steep, high = slope[i], height[i]
        while j > 0:
            other = order[j - 1]
            if slope[other] < steep or (slope[other] == steep and height[other] <= high):
                break
            order[j] = other
            j -= 1
        order[j] = i


@njit(cache=True, nogil=True)
def upper_lines(work: Scratch, n: int, low: float, high: float) -> int:
    """Keep in `order` the lines that are highest somewhere on [low, high]; returns how many."""
    slope, height, order = work.slope, work.height, work.order  # read once: see `Worths`
    kept = 0
    for i in range(n):
        line = order[i]
        while kept > 0:
            top = order[kept - 1]
            rise = slope[line] - slope[top]
            if rise <= 0.0:
                kept -= 1  # same slope, at least as high
                continue
            # Where the new line overtakes the last one kept.
            cross = (height[top] - height[line]) / rise
            if cross <= low:
                kept -= 1
                continue
            if kept > 1:
                under = order[kept - 2]
                earlier = (height[under] - height[top]) / (slope[top] - slope[under])
                if cross <= earlier:
                    kept -= 1
                    continue
            break
        if kept > 0:
            top = order[kept - 1]
            cross = (height[top] - height[line]) / (slope[line] - slope[top])
            if cross >= high:
                continue
        order[kept] = line
        kept += 1
    return kept


@njit(cache=True, nogil=True)
def thin_lines(work: Scratch, kept: int, low: float, high: float) -> int:
    """Replace neighbouring lines in pairs by the chord over their span; returns how many remain.

    The envelope is convex, so that a line above it at both ends of a span is above it between.
    """
    left = low
    fewer = 0
    for i in range(0, kept, 2):
        first, last = work.order[i], work.order[min(i + 1, kept - 1)]
        right = high
        if i + 2 < kept:
            above = work.order[i + 2]
            right = (work.height[last] - work.height[above]) / (
                work.slope[above] - work.slope[last]
            )
        if last != first:
            at_left = work.slope[first] * left + work.height[first]
            at_right = work.slope[last] * right + work.height[last]
            slope = work.slope[last]
            if right > left:
                steep = (at_right - at_left) / (right - left)
                slope = min(slope, max(work.slope[first], steep))
            work.slope[first] = slope
            work.height[first] = max(at_left - slope * left, at_right - slope * right)
        work.order[fewer] = first
        fewer += 1
        left = right
    return fewer


@njit(cache=True, nogil=True)
def merge(
    envelope: Envelope,
    trail: Trail,
    work: Scratch,
    t: int,
    effect: int,
    slopes: Floats,
    pays: Floats,
    open_to: Ints,
    low: float,
    high: float,
) -> None:
    """Merge one effect's configurations into week t's envelope, kept on [low, high].

    `slopes`, `pays`, `open_to` are (K+1,): what each configuration multiplies, pays, and whether
    the sibling may run it at all.
    """
    # Fields are read once: see `Worths`.
    slope, height, lines = envelope.slope[t], envelope.height[t], envelope.lines[t]
    to_slope, to_height, came, by, order = (
        work.slope, work.height, work.line, work.choice, work.order,
    )  # fmt: skip
    n = 0
    for k in range(slopes.size):
        if open_to[k] == 0:
            continue
        factor, paid = slopes[k], pays[k]
        for i in range(lines):
            to_slope[n], to_height[n] = slope[i] * factor, height[i] + paid
            came[n], by[n] = i, k
            n += 1
    sort_lines(work, n)
    kept = upper_lines(work, n, low, high)
    while kept > CAPACITY:
        kept = thin_lines(work, kept, low, high)
    envelope.lines[t] = kept
    before, choice = trail.line[t, effect], trail.choice[t, effect]
    for i in range(kept):
        line = order[i]
        slope[i], height[i] = to_slope[line], to_height[line]
        before[i], choice[i] = came[line], by[line]


@njit(cache=True, nogil=True)
def highest(envelope: Envelope, t: int, worth: float) -> int:
    """The line that is highest at a worth in week t."""
    best = 0
    value = envelope.slope[t, 0] * worth + envelope.height[t, 0]
    for i in range(1, envelope.lines[t]):
        other = envelope.slope[t, i] * worth + envelope.height[t, i]
        if other > value:
            value = other
            best = i
    return best
