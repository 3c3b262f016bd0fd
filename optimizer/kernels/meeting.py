"""The best joint configuration of a few siblings in one week, found by branch and bound.

Sibling p that runs tactic k, when the others multiply its units by x, is worth H[p, k](x), the
upper envelope of lines in x. The sum over siblings is maximised over what each of them runs, where
x is the product of what the others' tactics multiply p's units by.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.hull import Scratch, sort_lines, thin_lines, upper_lines
from optimizer.problem import Floats, Ints

LINES = 64  # of one sibling and tactic
NODES = 20_000  # configurations looked at in a week before the rest is bounded together


class Views(NamedTuple):
    """H of the m siblings in one week, and the best of any tactic, at index K + 1."""

    lines: Ints  # (m, K+2) lines, 0: cannot run
    slope: Floats  # (m, K+2, LINES)
    height: Floats  # (m, K+2, LINES)
    state: Ints  # (m, K+1, LINES) where a line came from
    copies: Ints  # (m, K+1, LINES) and with which line of its copies' envelope


@njit(cache=True, nogil=True)
def views(members: int, tactics: int) -> Views:
    """Room for one week."""
    shape = (members, tactics + 1, LINES)
    return Views(
        np.zeros((members, tactics + 1), dtype=np.int64),
        np.empty(shape), np.empty(shape),
        np.empty((members, tactics, LINES), dtype=np.int64),
        np.empty((members, tactics, LINES), dtype=np.int64),
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
    view.lines[i, k] = kept
    for j in range(kept):
        line = work.order[j]
        view.slope[i, k, j], view.height[i, k, j] = work.slope[line], work.height[line]
        if k < view.state.shape[1]:
            view.state[i, k, j], view.copies[i, k, j] = work.line[line], work.choice[line]


@njit(cache=True, nogil=True)
def harms(view: Views, gain: Floats, low: Floats) -> Floats:
    """The least that each tactic of each sibling costs the others, whatever all run, (m, K+1).

    An envelope falls at least as fast as its flattest line, from wherever the others have left it:
    the losses of several harmful tactics, taken one after the other, are at least these together.
    """
    m, tactics = gain.shape[0], gain.shape[2]
    cost = np.zeros((m, tactics))
    for i in range(m):
        flattest = np.inf
        for k in range(tactics):
            if view.lines[i, k] > 0:
                flattest = min(flattest, view.slope[i, k, 0])
        if not 0.0 < flattest < np.inf:
            continue
        for r in range(m):
            for k in range(tactics):
                if gain[i, r, k] < 1.0:
                    cost[r, k] += flattest * low[0, i] * (1.0 - gain[i, r, k])
    return cost


@njit(cache=True, nogil=True)
def overall(view: Views, cost: Floats, work: Scratch, i: int, low: float, high: float) -> None:
    """Write the best of any tactic of sibling i, less what it costs the others."""
    n, last = 0, cost.shape[1]
    for k in range(last):
        for j in range(view.lines[i, k]):
            work.slope[n] = view.slope[i, k, j]
            work.height[n] = view.height[i, k, j] - cost[i, k]
            n += 1
    keep_highest(work, n, view, i, last, low, high)


@njit(cache=True, nogil=True, inline="always")
def height_at(view: Views, i: int, k: int, x: float) -> float:
    """H[i, k](x), -inf where k cannot run."""
    best = -np.inf
    for j in range(view.lines[i, k]):
        value = view.slope[i, k, j] * x + view.height[i, k, j]
        if value > best:
            best = value
    return best


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


@njit(cache=True, nogil=True, inline="always")
def optimistic(view: Views, i: int, k: int, x: float, low: float, high: float) -> float:
    """The most that H[i, k] can be where siblings still to be decided multiply x by low .. high."""
    most = height_at(view, i, k, x * high)
    if low < high and view.slope[i, k, 0] < 0.0:
        most = max(most, height_at(view, i, k, x * low))
    return most


@njit(cache=True, nogil=True)
def drop_hopeless(
    view: Views, gain: Floats, low: Floats, high: Floats, best: float, chosen: Ints
) -> None:
    """Forget tactics of single siblings with which nothing can be worth more than `best`."""
    m, tactics = gain.shape[0], gain.shape[2]
    for i in range(m):
        for k in range(tactics):
            if view.lines[i, k] == 0 or k == chosen[i]:
                continue
            bound = optimistic(view, i, k, 1.0, low[0, i], high[0, i])
            for q in range(m):
                if q != i:
                    bound += optimistic(view, q, tactics, gain[q, i, k], low[0, q], high[0, q])
            if bound <= best:
                view.lines[i, k] = 0


@njit(cache=True, nogil=True)
def best_week(
    view: Views, gain: Floats, low: Floats, high: Floats, work: Scratch, chosen: Ints
) -> float:
    """An upper bound on every configuration's worth, and the best one met in `chosen` (m,).

    `chosen` is where the search starts. `low`, `high` (m + 1, m) are the least and greatest that
    siblings i, i + 1, .. can multiply each one's units by. The bound is exact unless more than
    NODES configurations come up. Tactics without hope are dropped from `view`.
    """
    m, tactics = chosen.size, gain.shape[2]
    make_possible(view, chosen)
    best = worth_of(view, gain, chosen)
    cost = harms(view, gain, low)
    for i in range(m):
        overall(view, cost, work, i, low[0, i], high[0, i])
    drop_hopeless(view, gain, low, high, best, chosen)
    best = climb(view, gain, chosen, best)
    for i in range(m):
        overall(view, cost, work, i, low[0, i], high[0, i])
    drop_hopeless(view, gain, low, high, best, chosen)
    upper = best
    trial = np.full(m, -1, dtype=np.int64)
    x = np.ones((m + 1, m))
    depth, nodes = 0, 0
    while depth >= 0:
        trial[depth] += 1
        k = trial[depth]
        if k == tactics:
            trial[depth] = -1
            depth -= 1
            continue
        if view.lines[depth, k] == 0:
            continue
        bound = 0.0
        for i in range(m):
            x[depth + 1, i] = x[depth, i] * gain[i, depth, k]
            of = trial[i] if i <= depth else tactics
            bound += optimistic(view, i, of, x[depth + 1, i], low[depth + 1, i], high[depth + 1, i])
        if bound <= best:
            continue
        nodes += 1
        if depth + 1 == m:
            best = bound  # nothing is open any more: this is its worth
            chosen[:] = trial
        elif nodes > NODES:
            upper = max(upper, bound)
        else:
            depth += 1
    return max(upper, best)
