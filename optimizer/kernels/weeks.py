"""A bound on a group that sees siblings together in each week (dual decomposition).

The group's value is split into chains, one block's calendar through all weeks, and views, a few
siblings' joint configuration in one week. A chain is paid `pay[p, t, n]` for being in state n, and
the view that contains p is charged the same. For any payments the best chains plus the best views
bound the group from above (Lagrangian relaxation of "both are in the same state"; Komodakis,
Paragios and Tziritas 2007 for the general scheme). Effects from outside a view, and those that
come weeks later, enter by copies as in `copies`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.best_week import best_week
from optimizer.kernels.chain import chain_values
from optimizer.kernels.copies import Room, build, room_for
from optimizer.kernels.dynamic import Table, fill, read_best
from optimizer.kernels.hull import Scratch, Trail
from optimizer.kernels.meeting import (
    LINES,
    Views,
    factor_of,
    keep_highest,
    line_at,
    views,
)
from optimizer.kernels.payments import charges
from optimizer.kernels.states import States, shift, states_of
from optimizer.kernels.worth import Envelope, at, single_line, worths
from optimizer.problem import Bools, Floats, Ints

TOGETHER = 5  # blocks in one view at most


@njit(cache=True, nogil=True)
def view_of(first: int, stop: int) -> Ints:
    """Which view each block of a group belongs to: neighbours, evenly divided, (n,)."""
    size = stop - first
    parts = (size + TOGETHER - 1) // TOGETHER
    label = np.empty(size, dtype=np.int64)
    for i in range(size):
        label[i] = i * parts // size
    return label


@njit(cache=True, nogil=True)
def together(a: Arrays, first: int, stop: int) -> Bools:
    """Pairs of a group whose effect in the same week is seen in a view, (pairs,)."""
    label = view_of(first, stop)
    base = a.target_pairs[first]
    inside = np.zeros(a.target_pairs[stop] - base, dtype=np.bool_)
    for n in range(inside.size):
        target, source = a.pair_target[n + base], a.pair_source[n + base]
        inside[n] = (
            label[target - first] == label[source - first]
            and a.pair_coefficient[n + base, 0] != 0.0
        )
    return inside


class Group(NamedTuple):
    """What stays the same while payments walk. Blocks are numbered from the group's first."""

    states: States
    label: Ints  # (n,) view of each block
    seen: Bools  # (pairs,) effect in the same week seen in a view
    outside: bool  # whether any effect needs copies
    gain: Floats  # (pairs, X, K+1)
    inner: Floats  # (n, TOGETHER, K+1) what a view's members multiply a block's units by
    low: Floats  # (n,) the least that all of them can multiply the block's units by
    high: Floats  # (n,)
    order: Ints  # (n, W, N) states by what runs in them, then by worth
    tactic_start: Ints  # (K+2,) where each tactic's states begin there


class Desk(NamedTuple):
    """Working space."""

    room: Room
    lines: Ints  # (n, W) envelopes over copies, block by block
    slope: Floats  # (n, W, c)
    height: Floats  # (n, W, c)
    trail_line: Ints  # (n, W, effects, c)
    trail_choice: Ints  # (n, W, effects, c)
    sight: Views
    work: Scratch
    extra: Floats  # (S, T)


@njit(cache=True, nogil=True)
def group_of(a: Arrays, z: Prices, first: int, stop: int, gain: Floats) -> Group:
    """Gather what a descent needs to know."""
    size, tactics = stop - first, a.possible.shape[2]
    states, label, seen = (
        states_of(a, z, first, stop),
        view_of(first, stop),
        together(a, first, stop),
    )
    base = a.target_pairs[first]
    inner = np.ones((size, TOGETHER, tactics))
    outside = False
    begins = np.searchsorted(label, label)  # the first block of each one's view
    for n in range(seen.size):
        target, source = a.pair_target[n + base] - first, a.pair_source[n + base] - first
        if seen[n]:
            inner[target, source - begins[target]] *= gain[n, 0]
        for lag in range(gain.shape[1]):
            if a.pair_coefficient[n + base, lag] != 0.0 and not (lag == 0 and seen[n]):
                outside = True
    low, high = np.ones(size), np.ones(size)
    for i in range(size):
        for q in range(TOGETHER):
            low[i] *= inner[i, q].min()
            high[i] *= inner[i, q].max()
    begin = np.searchsorted(np.sort(states.tactic), np.arange(tactics + 1)).astype(np.int64)
    return Group(states, label, seen, outside, gain, inner, low, high, _order(states), begin)


@njit(cache=True, nogil=True)
def _order(states: States) -> Ints:
    """States by what runs in them, then by worth, so that a week's lines come sorted."""
    size, weeks, total = states.worth.shape
    order = np.empty((size, weeks, total), dtype=np.int64)
    by_tactic = np.argsort(states.tactic, kind="mergesort")
    for i in range(size):
        for t in range(weeks):
            worth = states.worth[i, t]
            for n in range(total):
                state, j = by_tactic[n], n
                while j > 0:
                    other = order[i, t, j - 1]
                    if states.tactic[other] < states.tactic[state] or worth[other] <= worth[state]:
                        break
                    order[i, t, j] = other
                    j -= 1
                order[i, t, j] = state
    return order


@njit(cache=True, nogil=True)
def desk_for(a: Arrays, first: int, stop: int, group: Group) -> Desk:
    """Room for one group."""
    size, weeks = stop - first, a.base.shape[1]
    room = room_for(a, first, stop)
    lines = room.envelope.slope.shape[1] if group.outside else 1
    effects = room.trail.line.shape[1] if group.outside else 1
    most = max(LINES * lines, LINES * a.possible.shape[2], 2 * group.states.tactic.size) + 1
    return Desk(
        room,
        np.ones((size, weeks), dtype=np.int64),
        np.ones((size, weeks, lines)),
        np.zeros((size, weeks, lines)),
        np.zeros((size, weeks, effects, lines), dtype=np.int64),
        np.zeros((size, weeks, effects, lines), dtype=np.int64),
        views(TOGETHER, a.possible.shape[2]),
        Scratch(
            np.empty(most), np.empty(most), np.empty(most, dtype=np.int64),
            np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64),
        ),
        np.empty((a.shape_tactic.size, a.must.shape[1])),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def copy_envelopes(a: Arrays, z: Prices, first: int, pay: Floats, group: Group, desk: Desk) -> None:
    """Write what copies of siblings outside the views leave of each block's weeks."""
    for i in range(desk.lines.shape[0]):
        room = Room(
            Envelope(desk.lines[i], desk.slope[i], desk.height[i]),
            Trail(desk.trail_line[i], desk.trail_choice[i]),
            desk.room.work,
            desk.room.open_to,
        )
        units = worths(a, z, first + i).units
        build(a, first + i, units, a.target_pairs[first], pay, group.gain, group.seen, room)


@njit(cache=True, nogil=True)
def look(t: int, i: int, m: int, plain: int, pay: Floats, group: Group, desk: Desk) -> None:
    """Write the view's lines of block i, which is its m-th member, in week t.

    States beyond `plain` lie inside an earlier dip.
    """
    view, work, states = desk.sight, desk.work, group.states
    # Fields are read once: see `Worths`.
    worths, able, paid = states.worth[i, t], states.open[i, t], pay[i, t]
    order, begin, least = group.order[i, t], group.tactic_start, states.least[i]
    slope, height, came, by = work.slope, work.height, work.line, work.choice
    low, high, outside, count = group.low[i], group.high[i], group.outside, desk.lines[i, t]
    flattest, steepest = 1.0, 1.0
    if outside:
        flattest, steepest = desk.slope[i, t, :count].min(), desk.slope[i, t, :count].max()
    for k in range(begin.size - 1):
        n = 0
        for j in range(begin[k], begin[k + 1]):
            state = order[j]
            if not able[state]:
                continue
            worth = worths[state]
            slope[n], height[n], came[n], by[n] = worth, -paid[state], state, 0
            n += 1
            if state > plain:
                less = worth * least[state]
                slope[n], height[n] = less, worth - less - paid[state]
                came[n], by[n] = state, 0
                n += 1
        keep_highest(work, n, view, m, k, low * flattest, high * steepest)
        if outside and n > 0:
            _with_copies(t, i, m, k, group, desk)


@njit(cache=True, nogil=True)
def _with_copies(t: int, i: int, m: int, k: int, group: Group, desk: Desk) -> None:
    """Put what copies of siblings outside the view add to each of its lines."""
    view, work = desk.sight, desk.work
    slopes, heights, states = view.slope[m, k], view.height[m, k], view.state[m, k]
    factor, more, count = desk.slope[i, t], desk.height[i, t], desk.lines[i, t]
    slope, height, came, by = work.slope, work.height, work.line, work.choice
    n = 0
    for line in range(count):
        for j in range(view.lines[m, k]):
            slope[n], height[n] = slopes[j] * factor[line], heights[j] + more[line]
            came[n], by[n] = states[j], line
            n += 1
    keep_highest(work, n, view, m, k, group.low[i], group.high[i])


@njit(cache=True, nogil=True)
def see(
    a: Arrays,
    first: int,
    pay: Floats,
    group: Group,
    desk: Desk,
    config: Ints,
    state_slope: Floats,
    copy_slope: Floats,
    parts: Floats,
) -> None:
    """Solve every view; add its worth to its members' `parts`, what it saw to the slopes.

    `config` (n, W) holds what each block ran when its view was last seen.
    """
    size, weeks = config.shape
    plain, begin = shift(a), 0
    while begin < size:
        end = begin
        while end < size and group.label[end] == group.label[begin]:
            end += 1
        m = end - begin
        view = Views(
            desk.sight.lines[:m], desk.sight.slope[:m], desk.sight.height[:m],
            desk.sight.state[:m], desk.sight.copies[:m],
        )  # fmt: skip
        gain = group.inner[begin:end, :m].copy()
        log_gain = np.log(gain)
        for t in range(weeks):
            for i in range(begin, end):
                look(t, i, i - begin, plain, pay, group, desk)
            chosen = config[begin:end, t].copy()
            worth = best_week(view, gain, log_gain, chosen)
            config[begin:end, t] = chosen
            for i in range(begin, end):
                parts[i] += worth / m
                k = chosen[i - begin]
                line = line_at(view, i - begin, k, factor_of(gain, chosen, i - begin))
                state_slope[i, t, view.state[i - begin, k, line]] -= 1.0
                if group.outside:
                    _read(
                        a,
                        first + i,
                        first,
                        t,
                        view.copies[i - begin, k, line],
                        group,
                        desk,
                        copy_slope,
                    )
        begin = end


@njit(cache=True, nogil=True)
def _read(
    a: Arrays, p: int, first: int, t: int, line: int, group: Group, desk: Desk, slope: Floats
) -> None:
    """Add a one to `slope` for each configuration that a line of the copies' envelope assumes."""
    base, lags, horizon = a.target_pairs[first], a.pair_coefficient.shape[1], a.must.shape[1]
    low, high = a.target_pairs[p], a.target_pairs[p + 1]
    effect = (high - low) * lags - 1
    for n in range(high - 1, low - 1, -1):
        for lag in range(lags - 1, -1, -1):
            there = 0 <= t - lag < horizon and not (lag == 0 and group.seen[n - base])
            if there and a.pair_coefficient[n, lag] != 0.0:
                slope[n - base, lag, t, desk.trail_choice[p - first, t, effect, line]] += 1.0
                line = desk.trail_line[p - first, t, effect, line]
            effect -= 1


@njit(cache=True, nogil=True)
def solve_chain(
    a: Arrays,
    z: Prices,
    p: int,
    base: int,
    state_pay: Floats,
    copy_pay: Floats,
    seen: Bools,
    extra: Floats,
    starts: Ints,
) -> tuple[float, Floats, Table]:
    """Best value of block p's calendar as it is paid, -inf if it has none; writes the calendar."""
    charges(a, p, base, copy_pay, seen, extra)
    values = chain_values(a, z, p, state_pay, extra)
    units, alone = worths(a, z, p).units, state_pay[:, 0].sum()
    table = fill(a, p, a.cut_factor[p], a.cut_slack[p], single_line(1), units, values, state_pay)
    return read_best(a, p, table, starts) + alone, values, table


@njit(cache=True, nogil=True)
def visit(a: Arrays, p: int, starts: Ints, slope: Floats) -> None:
    """Add a one to `slope` (W, N) for the state that block p's calendar is in each week."""
    weeks, reach, plain = a.base.shape[1], a.factor.shape[2], shift(a)
    state = np.zeros(weeks, dtype=np.int64)
    for t in range(starts.size):
        s = starts[t]
        if s < 0:
            continue
        length = a.shape_weeks[s]
        for j in range(min(length + a.carry.shape[1], weeks - t)):
            if j >= length and a.cut_factor[p, s, j] == 1.0:
                continue
            inside = state[t + j] > 0
            state[t + j] = 1 + s * reach + j + (plain if inside else 0)
    for t in range(weeks):
        slope[t, state[t]] += 1.0


@njit(cache=True, nogil=True)
def state_pay_of(
    a: Arrays, z: Prices, first: int, group: Group, copy_pay: Floats, room: Room, pay: Floats
) -> None:
    """Write payments (n, W, N) to states under which views add nothing to a bound by copies.

    A state is paid what its week is worth to the block with all its copies, less what the block is
    charged for what it does to the others of its view. No joint configuration is worth more than
    the sum of that, so that every view is worth at most 0.
    """
    size, weeks, total = pay.shape
    base, horizon = a.target_pairs[first], a.must.shape[1]
    plain = shift(a)
    none = np.zeros_like(group.seen)
    charged = np.zeros((weeks, a.possible.shape[2]))
    for i in range(size):
        p = first + i
        build(a, p, worths(a, z, p).units, base, copy_pay, group.gain, none, room)
        charged[:] = 0.0
        for j in range(a.source_pairs[p], a.source_pairs[p + 1]):
            n = a.source_order[j] - base
            if group.seen[n]:
                for t in range(horizon):
                    for k in range(1, charged.shape[1]):
                        charged[t, k] += copy_pay[n, 0, t, k]
        for t in range(weeks):
            for n in range(total):
                worth = group.states.worth[i, t, n]
                value = at(room.envelope, t, worth)
                if n > plain:
                    less = worth * group.states.least[i, n]
                    value = max(value, at(room.envelope, t, less) + worth - less)
                pay[i, t, n] = value - charged[t, group.states.tactic[n]]
