"""A solver's answer, checked in the parent against the arrays: nothing is taken on trust.

Solutions are put into the rows, claims of optimality are challenged by a cheap neighbourhood, and
the bound of a linear programme is recomputed from its duals: with finite bounds on every variable
any multipliers give a valid one (weak duality), so a wrong dual costs tightness, never truth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array

from optimizer.problem import Bools, Floats, Ints
from optimizer.program import Program, Result, Status

TOLERANCE = 1e-6  # of a row's size: the largest of 1, its side, its entries and its terms' sum


def scrutinise(program: Program, result: Result, relaxed: bool) -> Result:
    """The result with whole variables made whole and a proven bound, or FAILED if it is false.

    `relaxed`: integrality was not asked for.
    """
    fault = _fault_without_solution(program, result, relaxed)
    if result.x is None or fault:
        return Result(Status.FAILED, message=fault) if fault else result
    x = result.x
    whole = program.integer & (not relaxed)
    if x.shape != program.cost.shape or not np.isfinite(x).all():
        return Result(Status.FAILED, message="the solution is not finite")
    x = np.clip(np.where(whole, np.round(x), x), program.lower, program.upper)
    if (np.abs(x - result.x) > TOLERANCE * np.maximum(1.0, np.abs(x))).any():
        return Result(Status.FAILED, message="the solution leaves its bounds or is not whole")
    objective = float(program.cost @ x)
    size = max(1.0, float(np.abs(program.cost) @ np.abs(x)))
    # The claim is about the solution as given: cleaning it up may move a dear variable.
    claimed = float(program.cost @ result.x)
    if result.objective is None or abs(claimed - result.objective) > 10 * TOLERANCE * size:
        return Result(Status.FAILED, message="the objective is not what the solution is worth")
    if not fits(program, x):
        return Result(Status.FAILED, message="the solution breaks a row")
    bound, duals = result.bound, result.row_duals
    if duals is not None:
        duals = signed(program, duals)
        bound = dual_bound(program, duals)
    checked = replace(result, x=x, objective=objective, bound=bound, row_duals=duals)
    return _challenged(program, checked, whole, size)


def _fault_without_solution(program: Program, result: Result, relaxed: bool) -> str:
    """Why a result cannot be true even before its solution is looked at, or nothing."""
    if result.status in (Status.OPTIMAL, Status.FEASIBLE) and result.x is None:
        return "a solution was claimed and none was given"
    if result.status is Status.INFEASIBLE and program.start is not None:
        whole = program.integer & (not relaxed)
        if fits(program, program.start) and (program.start == np.round(program.start))[whole].all():
            return "called infeasible, yet the start is a solution"
    return ""


def _challenged(program: Program, result: Result, whole: Bools, size: float) -> Result:
    """Compare a checked solution with its bound, and its best neighbour with both."""
    assert result.x is not None
    assert result.objective is not None
    if result.bound is None:
        return result
    slack = 10 * TOLERANCE * size
    if result.objective > result.bound + slack:
        return Result(Status.FAILED, message="the solution is worth more than its bound")
    if result.row_duals is not None and result.bound > result.objective + slack:
        return Result(Status.FAILED, message="called optimal, yet the duals do not prove it")
    if result.objective + best_gain(program, result.x, whole) > result.bound + slack:
        return Result(Status.FAILED, message="a neighbour is worth more than the bound")
    return replace(result, bound=max(result.bound, result.objective))


def fits(program: Program, x: Floats) -> bool:
    """Whether x (n,) keeps its bounds and every row, within the tolerance."""
    edge = TOLERANCE * np.maximum(1.0, np.abs(x))
    if (x < program.lower - edge).any() or (x > program.upper + edge).any():
        return False
    activity, room = program.matrix @ x, _room(program, x)
    low, high = program.row_lower - room, program.row_upper + room
    return bool(((activity >= low) & (activity <= high)).all())


def _room(program: Program, x: Floats) -> Floats:
    """How far each row may be off: TOLERANCE times its size. Shape (m,)."""
    size = np.maximum(1.0, abs(program.matrix) @ np.abs(x))
    for side in (program.row_lower, program.row_upper):
        size = np.maximum(size, np.where(np.isfinite(side), np.abs(side), 0.0))
    largest = np.zeros_like(size)
    row = np.repeat(np.arange(size.size), np.diff(program.indptr))
    np.maximum.at(largest, row, np.abs(program.data))
    room: Floats = TOLERANCE * np.maximum(size, largest)
    return room


def signed(program: Program, duals: Floats) -> Floats:
    """Duals (m,) without the parts that have the sign of a side that is not there."""
    duals = np.where(np.isinf(program.row_upper), np.minimum(duals, 0.0), duals)
    return np.where(np.isinf(program.row_lower), np.maximum(duals, 0.0), duals)


def dual_bound(program: Program, duals: Floats) -> float:
    """An upper bound on the programme from any multipliers with the right signs (`signed`).

    sum_i y_i side_i + sum_j max over [lower_j, upper_j] of (cost - A'y)_j x_j
    """
    side = np.where(duals > 0, program.row_upper, program.row_lower)
    fixed = float(np.sum(duals[duals != 0] * side[duals != 0]))
    reduced = program.cost - program.matrix.T @ duals
    return fixed + float(np.sum(np.maximum(reduced * program.lower, reduced * program.upper)))


def best_gain(program: Program, x: Floats, whole: Bools) -> float:
    """The most that one feasible small change of x adds to the objective; 0 if none does.

    Changes: a whole variable up or down by one, and, where a whole variable at one shares its
    first equality row with another at zero, the two exchanged (one calendar for another).
    """
    if not whole.any():
        return 0.0
    columns = program.matrix.tocsc()
    activity, room = program.matrix @ x, _room(program, x)
    above, below = program.row_upper + room - activity, program.row_lower - room - activity
    gain = 0.0
    for step in (1.0, -1.0):
        moved = x + step
        able = whole & (moved <= program.upper) & (moved >= program.lower)
        able &= step * program.cost > 0
        chosen = np.flatnonzero(able)
        gain = max(
            gain, _best(columns[:, chosen] * step, step * program.cost[chosen], above, below)
        )
    taken, instead = _exchanges(program, x, whole)
    change = columns[:, instead] - columns[:, taken]
    better = program.cost[instead] - program.cost[taken]
    return max(gain, _best(change, better, above, below))


def _best(change: csc_array, gains: Floats, above: Floats, below: Floats) -> float:
    """The largest of `gains` (k,) whose `change` of the rows (m, k) stays within the sides."""
    change = change.tocsc()
    bad = (change.data > above[change.indices]) | (change.data < below[change.indices])
    column = np.repeat(np.arange(gains.size), np.diff(change.indptr))
    broken = np.zeros(gains.size, dtype=np.bool_)
    broken[column[bad]] = True
    return float(np.max(gains[~broken], initial=0.0))


def _exchanges(program: Program, x: Floats, whole: Bools) -> tuple[Ints, Ints]:
    """Pairs (at one, at zero) of whole variables with a first equality row in common."""
    row = np.repeat(np.arange(program.row_lower.size), np.diff(program.indptr))
    equal = (program.row_lower == program.row_upper)[row] & whole[program.indices]
    first = np.full(x.size, -1, dtype=np.int64)
    first[program.indices[equal][::-1]] = row[equal][::-1]
    holder = np.full(program.row_lower.size + 1, -1, dtype=np.int64)
    ones = np.flatnonzero((x == 1.0) & (first >= 0))
    holder[first[ones]] = ones
    zeros = np.flatnonzero((x == 0.0) & (first >= 0) & (program.upper >= 1.0))
    taken = holder[first[zeros]]
    pairs = (taken >= 0) & (program.lower[taken] <= 0.0)
    return taken[pairs], zeros[pairs]
