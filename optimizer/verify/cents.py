"""Cents: rounding half to even, and the places where floats cannot tell a tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.grouped import sums

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TIE = 1e-6  # cents: closer to a half than this counts as a half
LAST_PLACES = 2.0**-51  # of an amount: as much again where floats lie far apart


def rounded(amounts: Floats) -> Floats:
    """Whole cents (float64) of amounts in currency; half to even, near-halves are halves."""
    cents = amounts * 100.0
    below = np.floor(cents)
    tie = np.abs(cents - below - 0.5) <= _reach(cents)
    even = below + np.mod(below, 2.0)
    return np.where(tie, even, np.rint(cents)) + 0.0


def unsure(amounts: Floats) -> Bools:
    """Where the two sides of the rule for ties are closer than the error of the floats."""
    cents = amounts * 100.0
    distance = np.abs(cents - np.floor(cents) - 0.5)
    noise = 1e-8 + 1e-13 * np.abs(cents)
    return np.abs(distance - _reach(cents)) <= noise


def _reach(cents: Floats) -> Floats:
    """How near to a half counts as one; whole cents never do."""
    return np.asarray(np.minimum(TIE + LAST_PLACES * np.abs(cents), 0.25))


def shared_out(
    totals: Floats, row: NDArray[np.int64], size: Floats, rows: int
) -> tuple[Floats, Bools]:
    """Divide whole cents of each row among its parts in proportion to their sizes.

    `totals` (rows,) cents; `row` and `size` (n,) the row and size > 0 of each part, parts of a row
    in order of precedence. Quotas are cut towards minus infinity, then the largest remainders
    (compared at 1e-9, earlier parts first) get a cent more. Returns the cents of each part (n,)
    and whether floats cannot tell which of two parts is to get the last cent (n,).
    """
    whole = sums(row, size, rows)
    quota = totals[row] * size / whole[row]
    cut = np.floor(quota)
    remainder = quota - cut
    left = totals - sums(row, cut, rows)
    order = np.lexsort((np.arange(len(row)), -np.round(remainder, 9), row))
    first_of_row = np.searchsorted(row[order], np.arange(rows))
    rank = np.empty(len(row))
    rank[order] = np.arange(len(row)) - first_of_row[row[order]]
    gets = rank < left[row]
    return cut + gets, _close_call(order, row, remainder, gets, np.abs(totals[row]))


def _close_call(
    order: NDArray[np.int64],
    row: NDArray[np.int64],
    remainder: Floats,
    gets: Bools,
    size_of_total: Floats,
) -> Bools:
    """Parts whose last cent hangs on the ninth decimal of a remainder that is on its edge."""
    unsure_part = np.zeros(len(row), dtype=bool)
    if len(row) < 2:
        return unsure_part
    a, b = order[:-1], order[1:]
    last = (row[a] == row[b]) & gets[a] & ~gets[b]
    a, b = a[last], b[last]
    noise = 1e-12 + 4e-15 * size_of_total[a]
    near = np.abs(remainder[a] - remainder[b]) <= 1e-9 + noise
    scaled = remainder * 1e9
    edge = np.abs(scaled - np.floor(scaled) - 0.5) <= 0.5e-9
    for part in (a, b):
        edge[part] |= np.abs(scaled[part] - np.floor(scaled[part]) - 0.5) <= noise * 1e9
    close = near & (edge[a] | edge[b])
    # Whoever shares that remainder in the row may be the one who gets the cent.
    for i, j in zip(a[close], b[close], strict=True):
        unsure_part |= (row == row[i]) & (np.abs(remainder - remainder[j]) <= 2e-9)
    return unsure_part
