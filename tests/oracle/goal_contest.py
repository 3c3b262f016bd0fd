"""What `decide` finds for any objective, rebates and draws, against looking at every calendar."""

from __future__ import annotations

import random
from dataclasses import dataclass

from optimizer.build import build
from optimizer.confidence import spends
from optimizer.decide import decide
from optimizer.draws import demands
from optimizer.master import Solver
from optimizer.plan import plan_of
from optimizer.solution import SolutionStatus
from tests.oracle.goals import best_goal
from tests.oracle.instance import Tiny
from tests.oracle.memory import inputs_of
from tests.oracle.tiny import tiny
from tests.oracle.tiny_demand import draw_draws
from tests.oracle.tiny_goals import draw_objective, draw_rebates

SPREAD = 0.7  # of lifts, where the worst draws count


@dataclass(frozen=True)
class Verdict:
    """How an instance went. `best` and `found` in the objective's unit, net of penalties."""

    seed: int
    best: float | None
    found: float | None
    bound: float | None
    complaints: tuple[str, ...]  # what the search by looking at all contradicts
    worse: bool  # a plan that keeps everything, and is not the best


def instance_of(
    seed: int,
    objective: str = "profit",
    *,
    rebates: bool = False,
    draws: int = 0,
    weight: float = 0.0,
) -> Tiny:
    """A tiny instance with few calendars, for an objective; `weight` of the worst draws in it."""
    instance = tiny(seed, calendars=16 if not draws else 10, draws=draws)
    rng = random.Random(seed + 77)
    draw_objective(instance, rng, objective)
    if rebates:
        draw_rebates(instance, rng)
    if weight:
        # Lifts so unsure that what is best on average is often not what is safe.
        draw_draws(instance, random.Random(seed + 78), draws, spread=SPREAD)
        level = rng.choice([0.5, 0.75, 0.8, 0.9])
        instance.scenario["risk"] = {"draws": draws, "cvar": level, "weight": weight}
    return instance


def contest(instance: Tiny, seed: int, solver: Solver) -> Verdict:
    """Decide an instance both ways."""
    workspace, response, spec = inputs_of(instance)
    best = best_goal(workspace, response, spec).best
    problem = build(workspace, response, spec)
    solution = decide(problem, workspace, response, spec, solver=solver)
    wrong: list[str] = []
    if solution.calendar is None or best is None:
        if (solution.status is SolutionStatus.INFEASIBLE and best is not None) or (
            solution.calendar is not None
        ):
            wrong.append(f"{solution.status}, best {best}")
        missed = solution.calendar is None and best is not None
        return Verdict(seed, best, None, None, tuple(wrong), missed)
    plan = plan_of(workspace, response, spec, problem, solution.calendar)
    drawn = demands(problem, workspace, response, spec.risk.draws)
    plan = plan.doubted(spends(problem, solution.calendar, drawn))
    found = plan.objective - plan.penalty_cents / 100
    near = max(0.02, 1e-6 * abs(best))
    if plan.violations:
        wrong.append(f"breaks {plan.violations}")
    if abs(found - (solution.objective or 0.0)) > near:
        wrong.append(f"promised {solution.objective}, is {found}")
    if found > best + near:
        wrong.append(f"is {found}, best {best}")
    if solution.bound is not None and solution.bound < best - near:
        wrong.append(f"bound {solution.bound}, best {best}")
    return Verdict(seed, best, found, solution.bound, tuple(wrong), found < best - near)
