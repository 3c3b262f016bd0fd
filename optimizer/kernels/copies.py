"""A valid bound on a group with cross effects: every block has its own copies of its siblings.

Block p is paid pay[n, lag, t, k] for assuming that sibling q runs tactic k in the week `lag`
before t, and q is charged the same when it runs k there. For any payments the blocks separate, and
the sum of their best values is an upper bound on the group's Lagrangian value; deflected
subgradient steps of Polyak's length bring it down towards the best calendar known.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.dynamic import Table, fill, no_table, read_best
from optimizer.kernels.events import event_values, quiet_values
from optimizer.kernels.hull import CAPACITY, Scratch, Trail, merge, scratch
from optimizer.kernels.payments import (
    Steps,
    charge_slope,
    charges,
    read_copies,
    step,
)
from optimizer.kernels.priced import best_priced
from optimizer.kernels.worth import Envelope, worths
from optimizer.problem import Bools, Floats, Ints


class Room(NamedTuple):
    """Working space for the envelopes of one block at a time."""

    envelope: Envelope
    trail: Trail
    work: Scratch
    open_to: Ints  # (K+1,)


@njit(cache=True, nogil=True)
def room_for(a: Arrays, first: int, stop: int) -> Room:
    """Space for the blocks [first, stop) of a group."""
    weeks = a.base.shape[1]
    lags = a.pair_coefficient.shape[1]
    widest = 1
    for p in range(first, stop):
        widest = max(widest, (a.target_pairs[p + 1] - a.target_pairs[p]) * lags)
    lines = CAPACITY if a.target_pairs[stop] > a.target_pairs[first] else 1
    return Room(
        Envelope(
            np.empty(weeks, dtype=np.int64),
            np.empty((weeks, lines)),
            np.empty((weeks, lines)),
        ),
        Trail(
            np.empty((weeks, widest, lines), dtype=np.int64),
            np.empty((weeks, widest, lines), dtype=np.int64),
        ),
        scratch(a.possible.shape[2]),
        np.empty(a.possible.shape[2], dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def worth_range(a: Arrays, p: int, units: Floats, low: Floats, high: Floats) -> None:
    """Write the least and greatest worth that block p's own calendar can give each week, (W,).

    `units` (O, W) as in `Worths`.
    """
    horizon, kinds, lags = a.must.shape[1], a.possible.shape[2], a.carry.shape[1]
    # Fields are read once: see `Worths`.
    priced, is_open, possible, pressure = a.priced[p], a.option_open[p], a.possible[p], a.pressure
    deepest, dip = 0.0, 0.0
    for k in range(pressure.shape[1]):
        deepest = max(deepest, pressure[p, k])
    for lag in range(lags):
        dip += a.carry[p, lag]
    floor, lift = math.exp(-dip * deepest), np.exp(a.lift[p])
    for t in range(low.size):
        alone = units[0, t]
        low[t] = min(alone, alone * floor)
        high[t] = max(alone, alone * floor)
        if t >= horizon:
            continue
        for k in range(1, lift.size):
            held = is_open[k, t] if priced else k < kinds
            if held and possible[t, k % kinds]:
                worth = units[k, t] * lift[k]
                low[t] = min(low[t], worth, worth * floor)
                high[t] = max(high[t], worth, worth * floor)


@njit(cache=True, nogil=True)
def build(
    a: Arrays,
    p: int,
    units: Floats,
    pair_base: int,
    pay: Floats,
    gain: Floats,
    seen: Bools,
    room: Room,
) -> None:
    """Write envelopes of block p's weeks. `gain` (n, X, K+1) is what a copy multiplies units by.

    Pairs that are `seen` (n,) have no copies in the same week, but the range of their effects is
    allowed for. `units` (O, W) as in `Worths`.
    """
    envelope, trail, work, open_to = room.envelope, room.trail, room.work, room.open_to
    weeks, horizon, lags = a.base.shape[1], a.must.shape[1], a.pair_coefficient.shape[1]
    from_, count = a.target_pairs[p], a.target_pairs[p + 1] - a.target_pairs[p]
    # Fields are read once: see `Worths`.
    possible, source, coefficient = a.possible, a.pair_source, a.pair_coefficient
    lines, slope, height = envelope.lines, envelope.slope, envelope.height
    lowest, highest = np.ones((count, lags)), np.ones((count, lags))
    for n in range(count):
        for lag in range(lags):
            for k in range(gain.shape[2]):
                factor = gain[from_ - pair_base + n, lag, k]
                lowest[n, lag] = min(lowest[n, lag], factor)
                highest[n, lag] = max(highest[n, lag], factor)
    low, high = np.empty(weeks), np.empty(weeks)
    worth_range(a, p, units, low, high)
    for t in range(weeks):
        lines[t], slope[t, 0], height[t, 0] = 1, 1.0, 0.0
        # The range of V times all effects still to be merged; each merge divides its own out.
        least, most = 1.0, 1.0
        for n in range(count):
            for lag in range(lags):
                if 0 <= t - lag < horizon:
                    least *= lowest[n, lag]
                    most *= highest[n, lag]
        for n in range(count):
            pair = from_ - pair_base + n
            for lag in range(lags):
                there = 0 <= t - lag < horizon and not (lag == 0 and seen[pair])
                if not there or coefficient[from_ + n, lag] == 0.0:
                    continue
                least /= lowest[n, lag]
                most /= highest[n, lag]
                for k in range(open_to.size):
                    open_to[k] = 1 if possible[source[from_ + n], t - lag, k] else 0
                from_worth = min(low[t] * least, low[t] * most)
                to_worth = max(high[t] * least, high[t] * most)
                margin = 1e-9 * (abs(from_worth) + abs(to_worth))
                merge(
                    envelope, trail, work, t, n * lags + lag,
                    gain[pair, lag], pay[pair, lag, t], open_to,
                    from_worth - margin, to_worth + margin,
                )  # fmt: skip


@njit(cache=True, nogil=True)
def solve_block(
    a: Arrays,
    z: Prices,
    p: int,
    pair_base: int,
    pay: Floats,
    gain: Floats,
    room: Room,
    extra: Floats,
    starts: Ints,
) -> tuple[float, Floats, Table]:
    """Best value of block p with free copies, -inf if it has none; writes its calendar.

    The values of its events and their table are not those of one price where it is priced.
    """
    slack, envelope = a.cut_slack[p], room.envelope
    seen = np.zeros(gain.shape[0], dtype=np.bool_)
    worth = worths(a, z, p)
    build(a, p, worth.units, pair_base, pay, gain, seen, room)
    charges(a, p, pair_base, pay, seen, extra)
    if a.priced[p]:
        best, alone = best_priced(a, z, p, a.cut_factor[p], slack, envelope, extra, starts)
        return best + alone, extra, no_table()
    quiet = quiet_values(worth.units, slack, envelope)
    values = event_values(a, p, worth, a.cut_factor[p], slack, envelope, quiet, extra)
    table = fill(a, p, a.cut_factor[p], slack, envelope, worth.units, values)
    return read_best(a, p, table, starts) + quiet.sum(), values, table


@njit(cache=True, nogil=True)
def descend_copies(
    a: Arrays,
    z: Prices,
    first: int,
    stop: int,
    steps: Steps,
    target: float,
    closeness: float,
    gain: Floats,
    room: Room,
    extra: Floats,
    starts: Ints,
    pay: Floats,
    block_bound: Floats,
) -> float:
    """The best bound of the blocks [first, stop) on the way from `pay`, left there with it."""
    base = a.target_pairs[first]
    linked = pay.shape[0] > 0
    seen = np.zeros(pay.shape[0], dtype=np.bool_)
    at = pay.copy()
    direction = np.zeros_like(pay)
    best, length, stalls = np.inf, steps.length, 0
    parts = np.empty(stop - first)
    for _ in range(max(1, steps.most if linked else 1)):
        slope = np.zeros_like(pay)
        for p in range(first, stop):
            parts[p - first], _values, _table = solve_block(
                a, z, p, base, at, gain, room, extra, starts[p]
            )
            if parts[p - first] == -np.inf:
                block_bound[:] = -np.inf
                return -np.inf
            if linked:
                read_copies(a, z, p, base, room.envelope, room.trail, starts[p], slope)
                charge_slope(a, p, base, seen, starts[p], slope)
        total = parts.sum()
        if total < best - 1e-7 * max(1.0, abs(best)) or best == np.inf:
            stalls = 0
        else:
            stalls += 1
        if total < best:
            best = total
            pay[:] = at
            block_bound[:] = parts
        if best - target <= closeness or not linked or not np.isfinite(target):
            break  # a step of no finite length would leave payments that are no numbers
        if stalls >= steps.patience:
            length *= steps.shortening
            stalls = 0
        excess = length * (total - target)
        step(a, first, stop, slope, direction, steps.deflection, at, excess)
    return best
