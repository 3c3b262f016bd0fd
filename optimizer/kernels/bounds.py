"""Bounds on groups at given prices: by views of weeks where siblings meet, else by copies."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.copies import descend_copies, room_for
from optimizer.kernels.descent import descend
from optimizer.kernels.payments import Steps, first_payments, gains
from optimizer.kernels.weeks import group_of, state_pay_of, together
from optimizer.problem import Floats, Ints


@njit(cache=True, nogil=True)
def bound_groups(
    a: Arrays,
    z: Prices,
    groups: Ints,
    steps: Steps,
    views: bool,
    closeness: float,
    reference: Ints,
    target: Floats,
    bound: Floats,
    copy_start: Ints,
    copy_store: Floats,
    state_start: Ints,
    state_store: Floats,
    block_bound: Floats,
) -> None:
    """Bound the total Lagrangian value of each of `groups` from above.

    `reference` (P, T) holds good calendars at these prices, `target` (G,) their total values,
    `bound` (G,) receives the bounds, `block_bound` (P,) each block's part of the best one. Steps
    stop once a bound is within `closeness` (currency) of its target. Where the stores have room
    (`.._start` (G+1,) positions), payments are kept there between calls: all NaN at first. Without
    `views` copies alone are looked at; with them, views go on from where copies came in earlier
    calls. Where regular prices are planned too, copies stay alone.
    """
    weeks, horizon = a.base.shape[1], a.must.shape[1]
    lags, tactics = a.pair_coefficient.shape[1], a.possible.shape[2]
    starts = np.full((a.base.shape[0], horizon), -1, dtype=np.int64)
    extra = np.empty((a.shape_tactic.size, horizon))
    for g in groups:
        first, stop = a.group_start[g], a.group_start[g + 1]
        count = a.target_pairs[stop] - a.target_pairs[first]
        gain = gains(a, first, stop)
        copy_pay = np.zeros((count, lags, weeks, tactics))
        low, high = copy_start[g], copy_start[g + 1]
        known = high > low and not np.isnan(copy_store[low])
        if known:
            copy_pay[:] = copy_store[low:high].reshape(copy_pay.shape)
        elif count > 0:
            first_payments(a, z, first, stop, gain, reference, steps.share, copy_pay)
        room = room_for(a, first, stop)
        parts = block_bound[first:stop]
        from_, to = state_start[g], state_start[g + 1]
        meet = views and to > from_ and together(a, first, stop).any()
        meet = meet and not a.priced[first:stop].any()
        going = to > from_ and not np.isnan(state_store[from_])
        if not meet or not known:
            bound[g] = descend_copies(
                a, z, first, stop, steps, target[g], closeness, gain, room, extra, starts,
                copy_pay, parts,
            )  # fmt: skip
        if meet and (known or np.isfinite(bound[g])):
            group = group_of(a, z, first, stop, gain)
            state_pay = np.empty((stop - first, weeks, group.states.tactic.size))
            if going:
                state_pay[:] = state_store[from_:to].reshape(state_pay.shape)
            else:
                state_pay_of(a, z, first, group, copy_pay, room, state_pay)
            config = np.zeros((stop - first, weeks), dtype=np.int64)
            bound[g] = descend(
                a, z, first, stop, steps, target[g], closeness, group, starts, copy_pay,
                state_pay, config, parts,
            )  # fmt: skip
            state_store[from_:to] = state_pay.ravel()
        if high > low:
            copy_store[low:high] = copy_pay.ravel()
