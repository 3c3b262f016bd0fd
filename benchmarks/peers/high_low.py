"""High-low policies: each product on one deal that comes back at one interval.

Where shoppers remember the lowest price of the last weeks (the peak) and the last one (the end),
plans of this form are best for one product without budgets (Cohen-Hillel, Panchamgam and Perakis,
Management Science 2023, "High-low promotion policies for peak-end demand models"); planners use
them by hand as well ("every sixth week at a third off"). For every product all deals, intervals and
first weeks are tried by what they add to its own profit, dips included. Products are then taken by
what their best policy adds, each with the best of its policies that fits the rules and still pays.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit

from benchmarks.peers.greedy import separate
from benchmarks.peers.ledger import Ledger, book, calendar_of, holds, keeps, open_ledger, unbook
from benchmarks.peers.peer import Found, Moment
from optimizer.kernels.arrays import Arrays
from optimizer.problem import Floats, Ints, Problem

LONGEST = 26  # weeks between two starts
KEPT = 60  # policies of a product that are tried in the plan, the most profitable first


def high_low(problem: Problem, seconds: float) -> Found:
    """One policy for each product. Raises ValueError where the empty plan breaks a rule."""
    began = time.perf_counter()
    alone, apart = open_ledger(separate(problem))
    shape, interval, first = _policies(problem)
    profit = np.empty((problem.blocks, shape.size))
    _each(alone, apart, shape, interval, first, profit)
    arrays, ledger = open_ledger(problem)
    policies = np.argsort(-profit, axis=1, kind="stable")[:, :KEPT]
    best = profit[np.arange(problem.blocks), policies[:, 0]]
    order = np.argsort(-best, kind="stable")
    _take(arrays, ledger, order, policies, profit, shape, interval, first)
    spent = time.perf_counter() - began
    earned = float(ledger.profit.sum()) / 100.0
    note = f"{shape.size:,} policies for each of {problem.blocks} products"
    return Found(calendar_of(arrays, ledger.starts), (Moment(spent, earned),), spent, note)


def _policies(problem: Problem) -> tuple[Ints, Ints, Ints]:
    """Shape, interval and first week of every policy: three (n,)."""
    found = [
        (s, interval, first)
        for s in range(problem.shapes.tactic.size)
        for interval in range(int(problem.shapes.weeks[s]) + 1, LONGEST + 1)
        for first in range(min(interval, problem.horizon))
    ]
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy()


@njit(nogil=True)
def _lay(ledger: Ledger, p: int, shape: int, interval: int, first: int) -> None:
    """Write block p's calendar by a policy."""
    ledger.starts[p] = -1
    for t in range(first, ledger.starts.shape[1], interval):
        ledger.starts[p, t] = shape


@njit(nogil=True)
def _each(
    a: Arrays, ledger: Ledger, shape: Ints, interval: Ints, first: Ints, profit: Floats
) -> None:
    """Write what each policy adds to each block by itself, (P, n) cents; -inf where it may not."""
    for p in range(profit.shape[0]):
        g = ledger.group[p]
        before = ledger.starts[p].copy()
        for i in range(shape.size):
            _lay(ledger, p, shape[i], interval[i], first[i])
            profit[p, i] = -np.inf
            if keeps(a, ledger, p):
                profit[p, i] = book(a, ledger, g)
                unbook(a, ledger, g, profit[p, i])
        ledger.starts[p] = before


@njit(nogil=True)
def _take(
    a: Arrays,
    ledger: Ledger,
    order: Ints,
    policies: Ints,
    profit: Floats,
    shape: Ints,
    interval: Ints,
    first: Ints,
) -> None:
    """Go through products in order and give each the first of its policies that fits and pays."""
    for p in order:
        g = ledger.group[p]
        before = ledger.starts[p].copy()
        for i in policies[p]:
            if profit[p, i] <= 0.0:
                break
            _lay(ledger, p, shape[i], interval[i], first[i])
            gained = book(a, ledger, g)
            if gained > 0.0 and holds(a, ledger, g):
                break
            unbook(a, ledger, g, gained)
            ledger.starts[p] = before
