"""Plan as spreadsheets do: the best events first, each taken if the rules allow.

`spreadsheet` ranks events by what they add to their own product's profit (its dip included) per
unit of spend, and does not look at what they take from siblings. `careful` ranks by what they add
to the whole group's, per unit of spend and in all, takes an event only if the plan as it stands by
then earns more with it, and keeps the better of the two plans.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numba import njit

from benchmarks.peers.ledger import Ledger, book, calendar_of, holds, keeps, open_ledger, unbook
from benchmarks.peers.peer import Found, Moment
from optimizer.kernels.arrays import Arrays
from optimizer.problem import Edges, Floats, Ints, Problem, Quantity, Row, Sense


def spreadsheet(problem: Problem, seconds: float) -> Found:
    """Events by the return on their own product; blind to siblings."""
    return _greedy(problem, separate(problem), careful=False, by_return=True)


def careful(problem: Problem, seconds: float) -> Found:
    """Events that still pay when their turn comes; by return or by profit, whichever is better."""
    plans = [_greedy(problem, problem, careful=True, by_return=flag) for flag in (True, False)]
    earned = [plan.trace[-1].objective or 0.0 for plan in plans]
    best = plans[earned.index(max(earned))]
    spent = sum(plan.seconds for plan in plans)
    return Found(best.calendar, (Moment(spent, max(earned)),), spent, best.note)


def separate(problem: Problem) -> Problem:
    """The problem as it would be if no deal touched another block's sales."""
    none = np.zeros(0, dtype=np.int64)
    edges = Edges(none, none, none, np.zeros(0))
    demand = replace(problem.demand, edges=edges)
    return replace(problem, demand=demand, group=np.arange(problem.blocks))


def _greedy(problem: Problem, seen: Problem, careful: bool, by_return: bool) -> Found:
    """Rank events in `seen`, take them in `problem`."""
    began = time.perf_counter()
    block, shape, start = (axis.astype(np.int64) for axis in np.nonzero(problem.limits.allowed))
    profit, spend = stand_alone(seen, block, shape, start)
    pays = np.flatnonzero(profit > 0)
    # Events that cost nothing come first; ties by block, shape and week.
    rank = profit[pays] / np.maximum(spend[pays], 1.0) if by_return else profit[pays]
    order = pays[np.argsort(-rank, kind="stable")]
    arrays, ledger = open_ledger(problem)
    take(arrays, ledger, block[order], shape[order], start[order], careful)
    spent = time.perf_counter() - began
    moment = Moment(spent, float(ledger.profit.sum()) / 100.0)
    note = "by return" if by_return else "by profit"
    return Found(calendar_of(arrays, ledger.starts), (moment,), spent, note)


def stand_alone(problem: Problem, block: Ints, shape: Ints, start: Ints) -> tuple[Floats, Floats]:
    """What each event alone adds to its group's profit, and its spend: two (n,), in cents."""
    everything = np.arange(problem.blocks)
    spend = Row("spend", Quantity.SPEND, Sense.AT_MOST, 1e12, everything, 0, problem.horizon - 1)
    none = replace(problem.limits, must=np.full_like(problem.limits.must, -1))
    arrays, ledger = open_ledger(replace(problem, rows=(spend,), limits=none))
    profit, cost = np.empty(block.size), np.empty(block.size)
    _each(arrays, ledger, block, shape, start, profit, cost)
    return profit, cost


@njit(nogil=True)
def _each(
    a: Arrays,
    ledger: Ledger,
    block: Ints,
    shape: Ints,
    start: Ints,
    profit: Floats,
    spend: Floats,
) -> None:
    for i in range(block.size):
        p, t = block[i], start[i]
        g = ledger.group[p]
        ledger.starts[p, t] = shape[i]
        profit[i] = book(a, ledger, g)
        spend[i] = ledger.totals[0]
        unbook(a, ledger, g, profit[i])
        ledger.starts[p, t] = -1


@njit(nogil=True)
def take(a: Arrays, ledger: Ledger, block: Ints, shape: Ints, start: Ints, careful: bool) -> None:
    """Go through events in order and put each into the plan unless it breaks a rule."""
    for i in range(block.size):
        p, t = block[i], start[i]
        if ledger.starts[p, t] >= 0:
            continue
        g = ledger.group[p]
        ledger.starts[p, t] = shape[i]
        if not keeps(a, ledger, p):
            ledger.starts[p, t] = -1
            continue
        gained = book(a, ledger, g)
        if not holds(a, ledger, g) or (careful and gained <= 0.0):
            unbook(a, ledger, g, gained)
            ledger.starts[p, t] = -1
