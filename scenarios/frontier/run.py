"""Solve a scenario at every amount of a budget, each from where the one before it ended."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optimizer.build import build
from optimizer.decide import decide
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.master import Solver
from optimizer.objective import PROFIT
from optimizer.plan import Plan, plan_of
from optimizer.problem import Demand, Floats, Problem
from optimizer.solution import Solution, SolutionStatus
from optimizer.spec import Spec
from optimizer.uncertainty import Uncertainty, uncertainty
from optimizer.verify import verify
from optimizer.warm import Warmth
from scenarios.answer import Asked, Facts, Progress, Told
from scenarios.fitted import response_for
from scenarios.frontier.amounts import Grid, Purse, purse_of
from scenarios.frontier.curve import Curve, Point, Tangent
from scenarios.outcomes import Infeasible, NothingFound, VerificationFailed
from scenarios.scenario import read_scenario
from scenarios.what_if.assume import assume
from workspace.load import load
from workspace.text import Text

NOWHERE = (".",) * 4  # plans of a frontier are judged, not kept


@dataclass(frozen=True)
class _Case:
    """What all amounts share."""

    facts: Facts  # the inputs as they are: what the verifier is given
    believed: Facts  # the same under the scenario's what-ifs
    spec: Spec
    purse: Purse
    file: str
    told: Told

    def problem(self, amount: float) -> Problem:
        """The scenario's problem with the budget at an amount."""
        spec = self.purse.at(self.spec, amount)
        workspace, response = self.believed.workspace, self.believed.response
        return build(workspace, response, spec, scenario_file=self.file)


def frontier(
    workspace_folder: Path,
    scenario_path: Path,
    grid: Grid,
    budget: str = "",
    response_folder: Path | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Curve:
    """The best plans at the amounts of a grid, every one of them verified.

    `budget`: the budget whose amount changes, "" for the total (`purse_of`). Each solve may take
    the scenario's seconds. The same inputs give the same curve as long as none needs them all.
    Raises InputError; Infeasible or NothingFound where no amount has a plan; VerificationFailed;
    Cancelled.
    """
    told = Told(progress, cancelled)
    told("load", 0.0)
    workspace = load(workspace_folder, planning=True)
    scenario = read_scenario(scenario_path)
    response, _ = response_for(workspace, response_folder, told)
    facts = Facts(workspace, response)
    purse = purse_of(workspace, scenario.spec, budget)
    believed = assume(facts, scenario)
    case = _Case(facts, believed, scenario.spec, purse, scenario_path.name, told)
    amounts = grid.amounts(purse.in_force)
    with scenario.located():
        ends = [case.problem(amount) for amount in (amounts[0], amounts[-1])]
    points = _points(case, amounts, _direction(ends, amounts[-1] - amounts[0]))
    settings = workspace.settings
    name, asked = scenario.spec.scenario, scenario.spec.solver.gap
    curve = Curve(
        name,
        budget,
        purse.in_force,
        settings.currency,
        asked,
        tuple(points),
        scenario.spec.maximised,
    )
    if not curve.planned:
        _refuse(curve)
    return curve.tightened()


def _direction(ends: Sequence[Problem], apart: float) -> dict[str, float]:
    """How the limit of every row changes with a unit of the budget, by the row's name."""
    low, high = ({row.name: row.limit for row in problem.rows} for problem in ends)
    return {name: (high[name] - low[name]) / apart for name in low if name in high}


def _refuse(curve: Curve) -> None:
    if all(not point.possible for point in curve.points):
        raise Infeasible(Text("no calendar satisfies all rules at any of these amounts"))
    raise NothingFound(
        Text("no calendar that keeps all rules was found, and no proof that there is none")
    )


def _points(case: _Case, amounts: Sequence[float], direction: dict[str, float]) -> list[Point]:
    points: list[Point] = []
    draws: list[Demand] | None = None
    warm: Warmth | None = None
    asked, believed = case.spec.solver, case.believed
    with ExitStack() as stack:
        solver = stack.enter_context(Solver(seed=asked.seed, master=asked.master))
        for i, amount in enumerate(amounts):
            case.told("solve", i / len(amounts))
            problem = case.problem(amount)
            solution = decide(
                problem,
                believed.workspace,
                believed.response,
                case.purse.at(case.spec, amount),
                cancelled=case.told.cancelled,
                solver=solver,
                warm=warm,
            )
            warm = solution.warmth or warm
            if solution.calendar is None:
                possible = solution.status is not SolutionStatus.INFEASIBLE
                points.append(Point(amount, possible))
                continue
            if draws is None:  # the same beliefs at every amount
                risk = case.spec.risk
                draws = list(demands(problem, believed.workspace, believed.response, risk.draws))
            points.append(_point(case, amount, problem, solution, direction, draws))
    case.told("solve", 1.0)
    return points


def _point(
    case: _Case,
    amount: float,
    problem: Problem,
    solution: Solution,
    direction: dict[str, float],
    draws: Sequence[Demand],
) -> Point:
    """The figures of a solution, verified as a plan of its own."""
    assert solution.calendar is not None
    spec = case.purse.at(case.spec, amount)
    plan = plan_of(
        case.believed.workspace,
        case.believed.response,
        spec,
        problem,
        solution.calendar,
        duals=solution.duals,
    )
    drawn = uncertainty(problem, plan.calendar, draws)
    _verified(plan, drawn, case.facts)
    outcome, horizon = plan.outcome, problem.horizon
    objective = (plan.objective_cents - plan.penalty_cents) / 100.0
    rise = np.array([direction.get(row.name, 0.0) for row in problem.rows])
    proven = spec.maximised == PROFIT  # else bounds and duals are not of money earned
    marginal = float(solution.duals @ rise) + 0.0 if proven and solution.duals is not None else None
    bound = solution.bound if proven else None
    # What accounts would have paid in rebates anyway is the most that a plan could gain there.
    rebates = int(outcome.rebates.no_promotion.sum()) / 100.0
    units = outcome.units[:, :horizon].sum() - outcome.reference_units[:, :horizon].sum()
    retailers = outcome.retailer_change_cents + outcome.rebates.change_cents
    return Point(
        amount,
        True,
        plan.objective_cents / 100.0,
        objective,
        None if bound is None else max(bound, objective),
        outcome.spend_cents / 100.0,
        retailers / 100.0,
        float(units),
        int(plan.calendar.block.size),
        *_quantiles(drawn.objective if drawn is not None else None),
        marginal,
        _tangent(solution.warmth, problem, amount, rise, rebates) if proven else None,
    )


def _quantiles(objective: Floats | None) -> tuple[float | None, float | None]:
    if objective is None:
        return None, None
    low, high = np.quantile(objective, [0.1, 0.9]).tolist()
    return low, high


def _tangent(
    warm: Warmth | None, problem: Problem, amount: float, rise: Floats, rebates: float
) -> Tangent | None:
    """The line that the bound draws; the search may have ended at tighter limits than asked."""
    if warm is None or not math.isfinite(warm.tangent):
        return None
    return Tangent(amount, warm.bound(problem) + rebates, float(-warm.worth @ rise) + 0.0)


def _verified(plan: Plan, drawn: Uncertainty | None, facts: Facts) -> None:
    """Hold a plan against the verifier as if it were to be kept. Raises VerificationFailed."""
    with tempfile.TemporaryDirectory(prefix="tradewind-") as name:
        folder = Path(name)
        hashes = facts.workspace.sha256, facts.response.sha256
        write_plan(plan, drawn, Origin(*NOWHERE, *hashes), folder, words=None)
        findings = verify(folder, facts.workspace, facts.response, plan.spec, workbook=False)
    if findings:
        raise VerificationFailed(Path(f"{plan.spec.scenario} {plan.spec.budgets}"), findings)
