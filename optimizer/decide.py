"""What a scenario asks for beyond the ordinary search: budgets that hold with confidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from models.response import Response
from optimizer.confidence import Confidence, confident
from optimizer.draws import demands
from optimizer.head_start import HeadStart
from optimizer.master import Solver
from optimizer.problem import Demand, Problem
from optimizer.solve import Solution, SolveOptions, Trace, solve
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
) -> Solution:
    """The best calendar found for a scenario, all of its options honoured.

    `problem` is what `build` made of the same workspace, response and spec; `warm` and `head` as
    in `solve`. Raises Cancelled.
    """
    limits = spec.solver
    troubles: list[str] = []

    def search(one: Problem, seconds: float) -> Solution:
        options = SolveOptions(limits.gap, seconds, limits.seed, limits.master)
        found = solve(one, options, progress, cancelled, solver, warm, head)
        troubles.extend(found.troubles)
        return found

    def drawn() -> Iterator[Demand]:
        return demands(problem, workspace, response, spec.risk.draws)

    level = spec.risk.budget_confidence
    if level is None:
        found = search(problem, limits.seconds)
    else:
        found = confident(problem, search, Confidence(level, drawn), limits.seconds)
    return replace(found, troubles=tuple(troubles))
