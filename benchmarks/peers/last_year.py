"""Last year's calendar repeated, and bettered by hand where that is easy.

Last year's planners had a spreadsheet and last year's demand: the same baselines with a random
error of their own, drawn once. Their calendar is run again where this year's rules allow, event by
event in time; then single events are moved, swapped, added and dropped as long as that earns more.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from benchmarks.peers.annealing import MOVES, walk
from benchmarks.peers.greedy import spreadsheet, take
from benchmarks.peers.ledger import calendar_of, open_ledger
from benchmarks.peers.peer import Found, Moment
from optimizer.problem import Calendar, Ints, Problem, Quantity, Sense

DRIFT = 0.2  # standard deviation of a baseline's logarithm from one year to the next
COLD = 1e-9  # cents: no move for the worse is ever taken
# What a calendar comes to by its deals alone: other limits are of this year's demand.
OF_DEALS = (Quantity.SPEND, Quantity.ACTIVE, Quantity.STARTS, Quantity.CUTS, Quantity.CUT_STARTS)
STALE = 20  # looks at the clock without progress, after which nothing is left to be found


def last_year(problem: Problem, seconds: float) -> Found:
    """The old calendar, repaired and climbed from; ValueError if the empty plan breaks a rule."""
    began = time.perf_counter()
    arrays, ledger = open_ledger(problem)
    block, shape, start = _events(problem, calendar_before(problem, seconds))
    take(arrays, ledger, block, shape, start, False)
    trace = [Moment(time.perf_counter() - began, float(ledger.profit.sum()) / 100.0)]
    events = tuple(axis.astype(np.int64) for axis in np.nonzero(problem.limits.allowed))
    first = np.searchsorted(events[0], np.arange(problem.blocks + 1))
    rng = np.random.default_rng(1)
    stale = 0
    while (spent := time.perf_counter() - began) < seconds and stale < STALE:
        walk(arrays, ledger, rng, COLD, MOVES, first, events[1], events[2])
        earned = float(ledger.profit.sum()) / 100.0
        stale = 0 if earned > (trace[-1].objective or 0.0) else stale + 1
        if not stale:
            trace.append(Moment(spent, earned))
    spent = time.perf_counter() - began
    note = f"repeated {trace[0].objective:,.0f}"
    return Found(calendar_of(arrays, ledger.starts), tuple(trace), spent, note)


def calendar_before(problem: Problem, seconds: float) -> Calendar:
    """What a spreadsheet made of last year's demand, under this year's limits on deals."""
    rng = np.random.default_rng(2)
    base = problem.demand.base
    drift = np.exp(rng.normal(0.0, DRIFT, size=(base.shape[0], 1)))
    rows = tuple(
        row for row in problem.rows if row.quantity in OF_DEALS and row.sense is Sense.AT_MOST
    )
    demand = replace(problem.demand, base=base * drift)
    then = replace(problem, demand=demand, rows=rows)
    calendar = spreadsheet(then, seconds).calendar
    assert calendar is not None
    return calendar


def _events(problem: Problem, calendar: Calendar) -> tuple[Ints, Ints, Ints]:
    """Blocks, shapes and starts of a calendar's events, in time: three (n,)."""
    tactics, weeks = problem.shapes.tactic.tolist(), problem.shapes.weeks.tolist()
    shapes = {key: s for s, key in enumerate(zip(tactics, weeks, strict=True))}
    keys = zip(calendar.tactic.tolist(), calendar.weeks.tolist(), strict=True)
    shape = np.array([shapes[key] for key in keys], dtype=np.int64)
    order = np.lexsort((calendar.block, calendar.start))
    return calendar.block[order], shape[order], calendar.start[order]
