"""The Nash bargain: the plan with the largest product of what both sides gain on no promotion.

The logarithm of the product is concave in the two gains, so a tangent at (m, r) bounds it: every
plan has log M + log R <= log m + log r + M/m + R/r - 2. What the tangent leaves to find out, the
most of M/m + R/r, is an ordinary search with weights 1/m and 1/r. Its plan is the next point; its
bound, like those of all weights tried, cuts a corner off the gains that any plan can have, and the
largest product left is a bound on the bargain (Nash 1950, The bargaining problem, Econometrica 18).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.cancellation import Clock
from optimizer.objective import gains
from optimizer.problem import Aim, Problem
from optimizer.solution import Solution, SolutionStatus
from optimizer.value import value

Weighted = Callable[[Problem, float, float], Solution]
"""A search: a problem with aims, what a unit of rebates costs its objective, seconds."""

ROUNDS = 8  # tangents at most
SAME = 1e-9  # relative difference of weights that count as tried
STRONGER = 4.0  # how much more the side counts that does not gain yet


@dataclass(frozen=True)
class Cut:
    """No plan gains more than `most` by these weights."""

    ours: float  # > 0
    theirs: float  # > 0
    most: float


def bargain(problem: Problem, search: Weighted, gap: float, seconds: float) -> Solution:
    """The best bargain found. Its objective, a product, is 0 where no plan found serves both."""
    clock = Clock(seconds)
    ours, theirs = 1.0, 1.0
    best: Solution | None = None
    product = -1.0
    cuts: list[Cut] = []
    tried: list[float] = []
    for _ in range(ROUNDS):
        tried.append(ours / theirs)
        found = search(_weighed(problem, ours, theirs), ours - theirs, 0.5 * clock.left)
        if found.calendar is None:
            if best is None:
                return found
            break
        if found.bound is not None:
            cuts.append(Cut(ours, theirs, found.bound))
        mine, other = (cents / 100.0 for cents in gains(value(problem, found.calendar)))
        if max(0.0, mine) * max(0.0, other) > product:
            best, product = found, max(0.0, mine) * max(0.0, other)
        if clock.left <= 0 or _proven(cuts, product, gap):
            break
        ours, theirs = _next(mine, other, ours, theirs)
        if any(abs(ours / theirs / ratio - 1.0) <= SAME for ratio in tried):
            break
    assert best is not None
    bound = largest(cuts)
    return replace(
        best,
        objective=product,
        profit=product,
        bound=None if bound is None else max(bound, product),
        duals=None,
        warmth=None,
        status=SolutionStatus.SOLVED if _proven(cuts, product, gap) else SolutionStatus.STOPPED,
        seconds=clock.elapsed,
    )


def _proven(cuts: list[Cut], product: float, gap: float) -> bool:
    bound = largest(cuts)
    return bound is not None and bound - product <= gap * max(1.0, product)


def _next(mine: float, other: float, ours: float, theirs: float) -> tuple[float, float]:
    """Weights of the tangent where a plan stands, of mean 1; or more for the side that loses."""
    if mine > 0.0 and other > 0.0:
        total = 1.0 / mine + 1.0 / other
        return 2.0 / mine / total, 2.0 / other / total
    if mine <= 0.0:
        ours *= STRONGER
    if other <= 0.0:
        theirs *= STRONGER
    return 2.0 * ours / (ours + theirs), 2.0 * theirs / (ours + theirs)


def _weighed(problem: Problem, ours: float, theirs: float) -> Problem:
    aims = np.zeros((problem.blocks, len(Aim)))
    aims[:, Aim.PROFIT], aims[:, Aim.RETAILER_PROFIT] = ours, theirs
    return replace(problem, aims=aims)


def largest(cuts: list[Cut]) -> float | None:
    """The largest product of two gains above 0 that all cuts allow; None without any cut.

    On each cut's line the product is largest in the middle, or where other lines cut it off.
    """
    if not cuts:
        return None
    if any(cut.most <= 0.0 for cut in cuts):
        return 0.0
    best = 0.0
    for cut in cuts:
        low, high = 0.0, cut.most / cut.ours  # our gain along the line
        for other in cuts:
            if other is cut:  # float noise must not cut a line off by itself
                continue
            slope = other.ours - other.theirs * cut.ours / cut.theirs
            room = other.most - other.theirs * cut.most / cut.theirs
            if slope > 0.0:
                high = min(high, room / slope)
            elif slope < 0.0:
                low = max(low, room / slope)
            elif room < -1e-9 * abs(other.most):
                high = -math.inf
        if low <= high:
            mine = min(max(cut.most / cut.ours / 2.0, low), high)
            best = max(best, mine * (cut.most - cut.ours * mine) / cut.theirs)
    return float(best)
