"""The whole problem as one mixed-integer programme, which knows no effects between blocks.

Every event is a binary; a solver gets the time, building the programme comes on top. The plan is
judged truly like every other, so that what it earns and the rules it breaks include what it did
not know. HiGHS and SCIP get the programme through Pyomo, CP-SAT as it is (`cp_sat.py`).
"""

from __future__ import annotations

import time

from benchmarks.peers.cp_sat import CpSat
from benchmarks.peers.greedy import separate
from benchmarks.peers.peer import Found, Moment, Peer
from optimizer.full_grid import NotSeparable, Solves, full_grid
from optimizer.master import Solver
from optimizer.problem import Problem

MOST = 200_000  # binaries; beyond, building alone takes minutes


def monolith(problem: Problem, seconds: float) -> Found:
    """The full grid with cross and rival effects left out, by HiGHS."""
    with Solver() as solver:
        return _solved(problem, solver, seconds)


def monolith_by(master: str) -> Peer:
    """The same by another of the masters that a scenario may name."""

    def solved(problem: Problem, seconds: float) -> Found:
        with Solver(master=master) as solver:
            return _solved(problem, solver, seconds)

    return solved


def monolith_cp_sat(problem: Problem, seconds: float) -> Found:
    """The same by OR-Tools' CP-SAT."""
    return _solved(problem, CpSat(), seconds)


def _solved(problem: Problem, solver: Solves, seconds: float) -> Found:
    binaries = int(problem.limits.allowed.sum())
    if binaries > MOST:
        return Found(None, (), 0.0, f"{binaries:,} binaries: not tried")
    began = time.perf_counter()
    try:
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
