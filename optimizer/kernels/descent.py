"""Walk payments down to a good bound on a group: deflected subgradient steps of Polyak's length."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.payments import Steps, charge_slope
from optimizer.kernels.weeks import (
    Group,
    copy_envelopes,
    desk_for,
    see,
    solve_chain,
    visit,
)
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True)
def descend(
    a: Arrays,
    z: Prices,
    first: int,
    stop: int,
    steps: Steps,
    target: float,
    closeness: float,
    group: Group,
    starts: Ints,
    copy_pay: Floats,
    state_pay: Floats,
    config: Ints,
    block_bound: Floats,
) -> float:
    """The best bound of the blocks [first, stop) on the way; leaves its payments in place."""
    desk = desk_for(a, first, stop, group)
    base, size = a.target_pairs[first], stop - first
    copies, states = copy_pay.copy(), state_pay.copy()
    copy_way, state_way = np.zeros_like(copy_pay), np.zeros_like(state_pay)
    best, length, stalls = np.inf, steps.length, 0
    parts = np.empty(size)
    for _ in range(max(1, steps.most)):
        copy_slope, state_slope = np.zeros_like(copy_pay), np.zeros_like(state_pay)
        for p in range(first, stop):
            parts[p - first] = solve_chain(
                a, z, p, base, states[p - first], copies, group.seen, desk.extra, starts[p]
            )[0]
            if parts[p - first] == -np.inf:
                block_bound[:] = -np.inf
                return -np.inf
            visit(a, p, starts[p], state_slope[p - first])
            if group.outside:
                charge_slope(a, p, base, group.seen, starts[p], copy_slope)
        if group.outside:
            copy_envelopes(a, z, first, copies, group, desk)
        see(a, first, states, group, desk, config, state_slope, copy_slope, parts)
        total = parts.sum()
        stalls = 0 if total < best - 1e-7 * max(1.0, abs(best)) or best == np.inf else stalls + 1
        if total < best:
            best = total
            copy_pay[:], state_pay[:] = copies, states
            block_bound[:] = parts
        if best - target <= closeness or not np.isfinite(target):
            break  # a step of no finite length would leave payments that are no numbers
        if stalls >= steps.patience:
            length *= steps.shortening
            stalls = 0
        weight = turn(a, first, state_way, state_slope, steps.deflection)
        if group.outside:
            weight += turn_copies(a, first, stop, copy_way, copy_slope, steps.deflection)
        if weight <= 0.0:
            break
        excess = length * (total - target) / weight
        move(a, first, state_way, excess, states)
        if group.outside:
            move_copies(a, first, stop, copy_way, excess, copies)
    return best


@njit(cache=True, nogil=True, inline="always")
def scale(a: Arrays, p: int, t: int) -> float:
    """How far a payment about block p's week walks: by the square of the week's own profit."""
    return (a.base[p, t] * a.goal[p, 0]) ** 2


@njit(cache=True, nogil=True)
def turn(a: Arrays, first: int, way: Floats, slope: Floats, deflection: float) -> float:
    """Turn a direction (n, W, N) towards a slope; returns its weighted square."""
    weight = 0.0
    for i in range(way.shape[0]):
        for t in range(way.shape[1]):
            square = 0.0
            for n in range(way.shape[2]):
                d = slope[i, t, n] + deflection * way[i, t, n]
                way[i, t, n] = d
                square += d * d
            weight += scale(a, first + i, t) * square
    return weight


@njit(cache=True, nogil=True)
def move(a: Arrays, first: int, way: Floats, excess: float, pay: Floats) -> None:
    """Go against a direction."""
    for i in range(way.shape[0]):
        for t in range(way.shape[1]):
            length = excess * scale(a, first + i, t)
            for n in range(way.shape[2]):
                pay[i, t, n] -= length * way[i, t, n]


@njit(cache=True, nogil=True)
def turn_copies(
    a: Arrays, first: int, stop: int, way: Floats, slope: Floats, deflection: float
) -> float:
    """The same for payments to copies, (pairs, X, W, K+1): nothing is paid for no tactic."""
    base, weight = a.target_pairs[first], 0.0
    for p in range(first, stop):
        for n in range(a.target_pairs[p] - base, a.target_pairs[p + 1] - base):
            for lag in range(way.shape[1]):
                for t in range(way.shape[2]):
                    for k in range(1, way.shape[3]):
                        d = slope[n, lag, t, k] + deflection * way[n, lag, t, k]
                        way[n, lag, t, k] = d
                        weight += scale(a, p, t) * d * d
    return weight


@njit(cache=True, nogil=True)
def move_copies(a: Arrays, first: int, stop: int, way: Floats, excess: float, pay: Floats) -> None:
    """Go against a direction; payments for harmful effects stay above nothing."""
    base = a.target_pairs[first]
    for p in range(first, stop):
        for n in range(a.target_pairs[p] - base, a.target_pairs[p + 1] - base):
            for lag in range(way.shape[1]):
                harmful = a.pair_coefficient[n + base, lag] < 0.0
                for t in range(way.shape[2]):
                    length = excess * scale(a, p, t)
                    for k in range(1, way.shape[3]):
                        value = pay[n, lag, t, k] - length * way[n, lag, t, k]
                        pay[n, lag, t, k] = max(0.0, value) if harmful else value
