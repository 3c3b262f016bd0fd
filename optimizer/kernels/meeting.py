"""What a few siblings are worth together in one week, whatever each of them runs.

Sibling p that runs tactic k, when the others multiply its units by x, is worth H[p, k](x), the
upper envelope of lines in x, where x is the product of what the others' tactics multiply p's units
by. The best sum over siblings is found in `best_week`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.hull import Scratch, sort_lines, thin_lines, upper_lines
from optimizer.problem import Floats, Ints

LINES = 64  # of one sibling and tactic


class Views(NamedTuple):
    """H of the m siblings in one week."""

    lines: Ints  # (m, K+1) lines, 0: cannot run
    slope: Floats  # (m, K+1, LINES) ascending
    height: Floats  # (m, K+1, LINES)
    state: Ints  # (m, K+1, LINES) where a line came from
    copies: Ints  # (m, K+1, LINES) and with which line of its copies' envelope


@njit(cache=True, nogil=True)
def views(members: int, tactics: int) -> Views:
    """Room for one week."""
    shape = (members, tactics, LINES)
    return Views(
        np.zeros((members, tactics), dtype=np.int64),
        np.empty(shape), np.empty(shape),
        np.empty(shape, dtype=np.int64),
        np.empty(shape, dtype=np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def keep_highest(
    work: Scratch, n: int, view: Views, i: int, k: int, low: float, high: float
) -> None:
    """Put the first n lines of `work` into view (i, k): those that are highest on [low, high]."""
    if n == 0:
        view.lines[i, k] = 0
        return
    sort_lines(work, n)
    kept = upper_lines(work, n, low, high)
    while kept > LINES:
        kept = thin_lines(work, kept, low, high)
    # Fields are read once: see `Worths`.
    slope, height, state, copies = (
        view.slope[i, k],
        view.height[i, k],
        view.state[i, k],
        view.copies[i, k],
    )
    from_slope, from_height, came, by, order = (
        work.slope,
        work.height,
        work.line,
        work.choice,
        work.order,
    )
    view.lines[i, k] = kept
    for j in range(kept):
        line = order[j]
        slope[j], height[j], state[j], copies[j] = (
            from_slope[line],
            from_height[line],
            came[line],
            by[line],
        )


@njit(cache=True, nogil=True, inline="always")
def highest_at(lines: int, slope: Floats, height: Floats, x: float) -> float:
    """The highest of the first `lines` lines at x, -inf of none."""
    best = -np.inf
    for j in range(lines):
        value = slope[j] * x + height[j]
        if value > best:
            best = value
    return best


@njit(cache=True, nogil=True, inline="always")
def height_at(view: Views, i: int, k: int, x: float) -> float:
    """H[i, k](x), -inf where k cannot run."""
    return highest_at(view.lines[i, k], view.slope[i, k], view.height[i, k], x)


@njit(cache=True, nogil=True)
def line_at(view: Views, i: int, k: int, x: float) -> int:
    """Which line of H[i, k] is highest at x."""
    best, found = -np.inf, 0
    for j in range(view.lines[i, k]):
        value = view.slope[i, k, j] * x + view.height[i, k, j]
        if value > best:
            best, found = value, j
    return found


@njit(cache=True, nogil=True)
def factor_of(gain: Floats, chosen: Ints, i: int) -> float:
    """x of sibling i under a configuration. `gain` (m, m, K+1) by target and source."""
    x = 1.0
    for q in range(chosen.size):
        x *= gain[i, q, chosen[q]]
    return x


@njit(cache=True, nogil=True)
def worth_of(view: Views, gain: Floats, chosen: Ints) -> float:
    """What a configuration is worth."""
    total = 0.0
    for i in range(chosen.size):
        total += height_at(view, i, chosen[i], factor_of(gain, chosen, i))
    return total


@njit(cache=True, nogil=True)
def make_possible(view: Views, chosen: Ints) -> None:
    """Replace what cannot run by the first tactic that can."""
    for i in range(chosen.size):
        if view.lines[i, chosen[i]] == 0:
            for k in range(view.state.shape[1]):
                if view.lines[i, k] > 0:
                    chosen[i] = k
                    break


@njit(cache=True, nogil=True)
def climb(view: Views, gain: Floats, chosen: Ints, best: float) -> float:
    """Improve a configuration worth `best`, sibling by sibling, until none alone can do better."""
    improved = True
    while improved:
        improved = False
        for i in range(chosen.size):
            kept = chosen[i]
            for k in range(view.state.shape[1]):
                if view.lines[i, k] == 0 or k == kept:
                    continue
                chosen[i] = k
                total = worth_of(view, gain, chosen)
                if total > best + 1e-9 * abs(best):
                    best, kept, improved = total, k, True
            chosen[i] = kept
    return best
