"""The whole problem as one mixed-integer programme, which knows no effects between blocks.

Every event is a binary; HiGHS gets the time, building the programme comes on top. The plan is
judged truly like every other, so that what it earns and the rules it breaks include what it did
not know.
"""

from __future__ import annotations

import time

from benchmarks.peers.greedy import separate
from benchmarks.peers.peer import Found, Moment
from optimizer.full_grid import NotSeparable, full_grid
from optimizer.master import Solver
from optimizer.problem import Problem

MOST = 200_000  # binaries; beyond, building alone takes minutes


def monolith(problem: Problem, seconds: float) -> Found:
    """The full grid with cross and rival effects left out."""
    binaries = int(problem.limits.allowed.sum())
    if binaries > MOST:
        return Found(None, (), 0.0, f"{binaries:,} binaries: not tried")
    began = time.perf_counter()
    try:
        with Solver() as solver:
            answer = full_grid(separate(problem), solver, seconds)
    except NotSeparable as refusal:
        return Found(None, (), 0.0, str(refusal))
    spent = time.perf_counter() - began
    believed = None if answer.objective is None else answer.objective / 100.0
    bound = None if answer.bound is None else answer.bound / 100.0
    note = f"{answer.status.value}, {binaries:,} binaries"
    if believed is not None:
        note += f", believes {believed:,.0f}"
    return Found(answer.calendar, (Moment(spent, believed, bound),), spent, note)
