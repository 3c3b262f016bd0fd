"""Simulated annealing on the true objective: feasible moves only, a chain on each of two cores.

Moves: put an event in, take one out, put one in the place of another of its block, or of another
block. The temperature falls with the time spent (Kirkpatrick, Gelatt and Vecchi 1983). One chain
starts hot from the empty plan, which is better on small instances; the other mildly from the
careful greedy's, which is better on large ones. The better plan counts.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from benchmarks.peers.greedy import careful, stand_alone
from benchmarks.peers.ledger import (
    Ledger,
    book,
    calendar_of,
    holds,
    keeps,
    open_ledger,
    put,
    unbook,
)
from benchmarks.peers.peer import Found, Moment
from optimizer.kernels.arrays import Arrays
from optimizer.problem import Ints, Problem

MOVES = 20_000  # between two looks at the clock


@dataclass(frozen=True)
class Schedule:
    """How one chain cools. Tried: `hot` .02 to 8, ratios of .001 to .1."""

    hot: float  # first temperature, in profits of the median event that pays, > 0
    cold: float  # the last one, as a share of the first, in (0, 1)
    from_greedy: bool


SCHEDULES = (Schedule(4.0, 0.01, False), Schedule(0.3, 0.03, True))


def annealing(problem: Problem, seconds: float) -> Found:
    """The better of two chains of equal time."""
    with ThreadPoolExecutor(len(SCHEDULES)) as threads:
        chains = threads.map(lambda schedule: _chain(problem, seconds, schedule), SCHEDULES)
        found = list(chains)
    best = max(found, key=lambda one: one.trace[-1].objective or 0.0)
    moves = sum(int(one.note) for one in found)
    way = "from greedy" if best is found[1] else "from nothing"
    return Found(best.calendar, best.trace, best.seconds, f"{way}, {moves / 1e6:.1f} million moves")


def _chain(problem: Problem, seconds: float, schedule: Schedule) -> Found:
    began = time.perf_counter()
    events = tuple(axis.astype(np.int64) for axis in np.nonzero(problem.limits.allowed))
    alone, _ = stand_alone(problem, *events)
    hot = schedule.hot * (float(np.median(alone[alone > 0])) if (alone > 0).any() else 1.0)
    arrays, ledger = open_ledger(problem)
    if schedule.from_greedy:
        greedy = careful(problem, seconds).calendar
        assert greedy is not None
        put(arrays, ledger, greedy)
    # Every allowed event of a block, so that moves draw from what can run at all.
    first = np.searchsorted(events[0], np.arange(problem.blocks + 1))
    rng = np.random.default_rng(1)
    best, best_profit, moves = ledger.starts.copy(), float(ledger.profit.sum()), 0
    trace = [Moment(time.perf_counter() - began, best_profit / 100.0)]
    while (spent := time.perf_counter() - began) < seconds or not moves:
        heat = hot * schedule.cold ** min(1.0, spent / seconds)
        walk(arrays, ledger, rng, heat, MOVES, first, events[1], events[2])
        moves += MOVES
        profit = float(ledger.profit.sum())
        if profit > best_profit:
            best, best_profit = ledger.starts.copy(), profit
            trace.append(Moment(time.perf_counter() - began, profit / 100.0))
    spent = time.perf_counter() - began
    return Found(calendar_of(arrays, best), tuple(trace), spent, str(moves))


@njit(nogil=True)
def some_event(calendar: Ints, rng: np.random.Generator) -> int:
    """The week in which one of a block's events starts, each as likely; -1 without any."""
    seen, week = 0, -1
    for t in range(calendar.size):
        if calendar[t] >= 0:
            seen += 1
            if rng.random() * seen < 1.0:
                week = t
    return week


@njit(nogil=True)
def walk(
    a: Arrays,
    ledger: Ledger,
    rng: np.random.Generator,
    heat: float,
    moves: int,
    first: Ints,
    shape: Ints,
    start: Ints,
) -> None:
    """Try `moves` moves at a temperature, in cents of profit.

    Block p may run the events first[p] to first[p + 1] of `shape` and `start`.
    """
    blocks = ledger.starts.shape[0]
    for _ in range(moves):
        p = int(rng.random() * blocks)
        kind = rng.random()
        # q loses an event, p gains one; the same block, or one of them only.
        q = int(rng.random() * blocks) if kind < 0.3 else p
        loses, gains = kind < 0.75, kind < 0.6 or kind >= 0.75
        week = some_event(ledger.starts[q], rng) if loses else -1
        if loses and week < 0:
            continue
        if gains and first[p] == first[p + 1]:
            continue
        old = ledger.starts[q, week] if loses else -1
        if loses:
            ledger.starts[q, week] = -1
        event = first[p] + int(rng.random() * (first[p + 1] - first[p])) if gains else 0
        place = start[event] if gains else 0
        taken = gains and ledger.starts[p, place] >= 0
        if gains and not taken:
            ledger.starts[p, place] = shape[event]
        if taken or not keeps(a, ledger, p) or not keeps(a, ledger, q):
            good = False
        else:
            good = _accept(a, ledger, rng, heat, ledger.group[p], ledger.group[q])
        if not good:
            if gains and not taken:
                ledger.starts[p, place] = -1
            if loses:
                ledger.starts[q, week] = old


@njit(nogil=True)
def _accept(
    a: Arrays, ledger: Ledger, rng: np.random.Generator, heat: float, g: int, h: int
) -> bool:
    """Book groups g and h as they stand, or leave the books as they were."""
    gained = book(a, ledger, g)
    other = book(a, ledger, h) if h != g else 0.0
    total = gained + other
    warm = total >= 0.0 or rng.random() < math.exp(total / heat)
    if warm and holds(a, ledger, g) and holds(a, ledger, h):
        return True
    if h != g:
        unbook(a, ledger, h, other)
    unbook(a, ledger, g, gained)
    return False
