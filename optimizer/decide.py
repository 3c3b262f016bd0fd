"""What a scenario asks for beyond the ordinary search: its objective, rebates, sure budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from models.response import Response
from optimizer.again import solve_again
from optimizer.averse import averse
from optimizer.confidence import Confidence, confident
from optimizer.draws import demands
from optimizer.former import Former
from optimizer.head_start import HeadStart
from optimizer.master import Solver
from optimizer.nash import bargain
from optimizer.objective import NASH, rebate_weight
from optimizer.problem import Demand, Problem
from optimizer.rebate_steps import rebated
from optimizer.risk import Attitude
from optimizer.solution import Solution, SolveOptions, Trace
from optimizer.solve import solve
from optimizer.spec import Spec
from optimizer.warm import Warmth
from workspace.workspace import Workspace


def decide(
    problem: Problem,
    workspace: Workspace,
    response: Response,
    spec: Spec,
    progress: Callable[[Trace], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    solver: Solver | None = None,
    warm: Warmth | None = None,
    head: HeadStart | None = None,
    former: Former | None = None,
) -> Solution:
    """The best calendar found for a scenario, all of its options honoured.

    `problem` is what `build` made of the same workspace, response and spec; `warm` and `head` as
    in `solve`, `former` as in `solve_again`: it is used for `problem` itself alone. The solution's
    objective is the scenario's, change of rebates included, less penalties. Raises Cancelled.
    """
    limits = spec.solver
    troubles: list[str] = []

    def search(one: Problem, seconds: float) -> Solution:
        options = SolveOptions(limits.gap, max(1e-3, seconds), limits.seed, limits.master)
        if former is not None and one is problem:
            found = solve_again(one, former, options, progress, cancelled, solver)
        else:
            found = solve(one, options, progress, cancelled, solver, warm, head)
        troubles.extend(found.troubles)
        return found

    def weighed(one: Problem, rebate: float, seconds: float) -> Solution:
        return rebated(one, search, rebate, seconds)

    def wanted(one: Problem, seconds: float) -> Solution:
        if spec.risk.weight > 0.0:
            attitude = Attitude(spec.risk.cvar, spec.risk.weight)
            options = SolveOptions(limits.gap, max(1e-3, seconds), limits.seed, limits.master)
            careful = averse(one, search, drawn, attitude, options, solver, cancelled)
            troubles.extend(careful.troubles)
            return careful
        if spec.objective == NASH:
            return bargain(one, weighed, limits.gap, seconds)
        return weighed(one, rebate_weight(spec.objective), seconds)

    def drawn() -> Iterator[Demand]:
        return demands(problem, workspace, response, spec.risk.draws)

    level = spec.risk.budget_confidence
    if level is None:
        found = wanted(problem, limits.seconds)
    else:
        found = confident(problem, wanted, Confidence(level, drawn), limits.seconds)
    return replace(found, troubles=tuple(troubles))
