"""Our own solver as a subject, to be measured like the others."""

from __future__ import annotations

import time

from benchmarks.peers.peer import Found, Moment
from optimizer.problem import Problem
from optimizer.solution import SolveOptions
from optimizer.solve import solve

GAP = 0.001


def ours(problem: Problem, seconds: float) -> Found:
    """Solve to a proven gap of a thousandth, or as far as the time goes."""
    began = time.perf_counter()
    solution = solve(problem, SolveOptions(gap=GAP, seconds=seconds))
    spent = time.perf_counter() - began
    trace = tuple(Moment(t.seconds, t.objective, t.bound) for t in solution.trace)
    last = Moment(solution.seconds, solution.objective, solution.bound)
    return Found(solution.calendar, (*trace, last), spent, str(solution.status))
