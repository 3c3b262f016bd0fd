"""What a block can be in the middle of in a week, and what the week is then worth to it alone.

State 0 is a quiet week out of any dip. State `1 + s * J + j` is the week `j` since shape s started:
promoted where j is less than the shape's length, in its dip after that. Where an event may start
inside the dip of the one before it, such weeks are states of their own, `shift` further on: what
they are worth lies between the worth of a dip-free week and that worth times `least`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.worth import unit_worth
from optimizer.problem import Bools, Floats, Ints


class States(NamedTuple):
    """States of the blocks of one group, numbered from the group's first."""

    worth: Floats  # (n, W, N) worth of a week before what siblings do, 0 where it cannot be
    least: Floats  # (n, N) what an earlier dip multiplies the worth by at least
    open: Bools  # (n, W, N) whether a calendar can be in this state
    tactic: Ints  # (N,) what runs in a state, 0 for none


@njit(cache=True, nogil=True, inline="always")
def shift(a: Arrays) -> int:
    """How far the states inside an earlier dip lie behind the plain ones."""
    return a.factor.shape[1] * a.factor.shape[2]


@njit(cache=True, nogil=True)
def count_states(a: Arrays) -> int:
    """N."""
    return 1 + (2 if a.interacts.any() else 1) * shift(a)


@njit(cache=True, nogil=True)
def states_of(a: Arrays, z: Prices, first: int, stop: int) -> States:
    """The states of the blocks [first, stop). Worth is that with dips cut, as in `events`."""
    weeks, total = a.base.shape[1], count_states(a)
    states = States(
        np.zeros((stop - first, weeks, total)),
        np.ones((stop - first, total)),
        np.zeros((stop - first, weeks, total), dtype=np.bool_),
        np.zeros(total, dtype=np.int64),
    )
    plain, reach = shift(a), a.factor.shape[2]
    for s in range(a.shape_tactic.size):
        for j in range(min(reach, a.shape_weeks[s])):
            for n in range(1 + s * reach + j, total, plain):
                states.tactic[n] = a.shape_tactic[s]
    for p in range(first, stop):
        _worths(a, z, p, states.worth[p - first], states.open[p - first])
        if a.interacts[p]:
            _inside_dips(a, p, states, p - first)
    return states


@njit(cache=True, nogil=True)
def _worths(a: Arrays, z: Prices, p: int, worth: Floats, able: Bools) -> None:
    weeks, horizon = a.base.shape[1], a.must.shape[1]
    reach, lags = a.factor.shape[2], a.carry.shape[1]
    for t in range(weeks):
        if t >= horizon or a.possible[p, t, 0]:
            able[t, 0] = True
            worth[t, 0] = _signed(a, p, a.base[p, t] * unit_worth(a, z, p, 0, t))
    for s in range(a.shape_tactic.size):
        length = a.shape_weeks[s]
        for start in range(horizon - length + 1):
            if not a.allowed[p, s, start]:
                continue
            for j in range(min(length + lags, weeks - start)):
                if j >= length and a.cut_factor[p, s, j] == 1.0:
                    continue  # no dip any more: a quiet week
                t, n = start + j, 1 + s * reach + j
                k = a.shape_tactic[s] if j < length else 0
                able[t, n] = True
                units = a.base[p, t] * a.cut_factor[p, s, j]
                worth[t, n] = _signed(a, p, units * unit_worth(a, z, p, k, t))


@njit(cache=True, nogil=True, inline="always")
def _signed(a: Arrays, p: int, worth: float) -> float:
    """A worth that stays an upper bound whatever dips have been cut off."""
    return worth if worth >= 0.0 else worth * a.cut_slack[p]


@njit(cache=True, nogil=True)
def _inside_dips(a: Arrays, p: int, states: States, i: int) -> None:
    """Open the states of events that start before the dip of the one before has faded."""
    horizon, plain, reach = a.must.shape[1], shift(a), a.factor.shape[2]
    gap = horizon
    for end in range(1, horizon):
        if a.free[p, end] < horizon:
            gap = min(gap, a.free[p, end] - end)
    for s in range(a.shape_tactic.size):
        for j in range(reach):
            deepest = 1.0
            for before in range(a.shape_tactic.size):
                for since in range(a.shape_weeks[before] + gap + j, reach):
                    deepest = min(deepest, a.cut_factor[p, before, since])
            n = 1 + s * reach + j
            if deepest < 1.0:
                states.least[i, n + plain] = deepest
                for t in range(states.worth.shape[1]):
                    states.open[i, t, n + plain] = states.open[i, t, n]
                    states.worth[i, t, n + plain] = states.worth[i, t, n]
