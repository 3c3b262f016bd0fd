"""One question from beginning to end: load, believe, build, solve, write, verify, hand over."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from models.response import Response
from optimizer.build import build
from optimizer.calendar_table import read_calendar
from optimizer.cancellation import Cancelled
from optimizer.draws import demands
from optimizer.folder import FILES, Origin, write_plan
from optimizer.plan import Plan, plan_of
from optimizer.problem import Problem
from optimizer.reports.workbook.words import ENGLISH, Words
from optimizer.solve import Solution, SolutionStatus, SolveOptions, Trace, solve
from optimizer.uncertainty import uncertainty
from optimizer.verify import verify
from scenarios.calendar_file import read_events_file
from scenarios.fitted import RESULTS, response_for
from scenarios.fresh_folder import check_target, fresh_folder
from scenarios.outcomes import Infeasible, NothingFound, VerificationFailed
from scenarios.scenario import Scenario, located, read_scenario
from workspace.faults import Fault, InputError
from workspace.load import load
from workspace.text import Text
from workspace.workspace import Workspace

T = TypeVar("T")
Progress = Callable[[str, float], None]
Asked = Callable[[], bool]


@dataclass(frozen=True)
class RunResult:
    """A verified plan and the folder that holds it."""

    plan: Plan
    folder: Path
    workspace: Workspace
    scenario: Scenario

    def __str__(self) -> str:
        return f"{self.plan}\n{self.folder}"


@dataclass(frozen=True)
class _Question:
    """What a run is about, with everything read and checked."""

    workspace: Workspace
    scenario: Scenario
    response: Response
    response_folder: Path
    events: pd.DataFrame | None
    target: Path
    started: float


def run(
    workspace_folder: Path,
    scenario_path: Path,
    response_folder: Path | None = None,
    pin: Path | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
    words: Words = ENGLISH,
) -> RunResult:
    """Plan a scenario, verify the plan, and put it into its folder.

    `pin`: a file of events that have to stay. `out`: default results/plans/SCENARIO/ in the
    workspace. `progress(stage, share)` is told how far each stage is; `cancelled()` is asked often.
    `words`: the language of the workbook.
    Raises InputError, Infeasible, NothingFound, VerificationFailed or Cancelled; nothing is written
    then but a new estimate of the response.
    """
    told = _Told(progress, cancelled)
    question = _ask(workspace_folder, scenario_path, response_folder, pin, out, told)
    spec = question.scenario.spec
    problem = _build(question, question.events, pin, told)
    told("solve", 0.0)
    options = SolveOptions(spec.solver.gap, spec.solver.seconds, spec.solver.seed)
    ahead = time.monotonic() - question.started

    def step(trace: Trace) -> None:
        told("solve", min(0.99, trace.seconds / options.seconds))

    solution = solve(problem, options, progress=step, cancelled=cancelled)
    told("solve", 1.0)
    if solution.status is SolutionStatus.INFEASIBLE:
        names = ", ".join(problem.broken)
        why = Text("no calendar satisfies the rules: {rules}", rules=names)
        raise Infeasible(why if names else Text("no calendar satisfies all rules and budgets"))
    if solution.calendar is None:
        raise NothingFound(
            Text("no calendar that keeps all rules was found, and no proof that there is none")
        )
    plan = plan_of(
        question.workspace,
        question.response,
        spec,
        problem,
        solution.calendar,
        bound=_within_reach(solution),
        duals=solution.duals,
        trace=tuple(replace(at, seconds=at.seconds + ahead) for at in solution.trace),
    )
    return _deliver(question, _with_rebates(plan), told, words)


def evaluate(
    workspace_folder: Path,
    scenario_path: Path,
    calendar: Path,
    response_folder: Path | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
    words: Words = ENGLISH,
) -> RunResult:
    """What a calendar earns under a scenario, and which rules it breaks, as a plan's folder.

    Arguments, errors and folder as in `run`; rules that are broken are reported, not refused.
    """
    told = _Told(progress, cancelled)
    question = _ask(workspace_folder, scenario_path, response_folder, calendar, out, told)
    problem = _build(question, None, None, told)
    assert question.events is not None
    events = read_calendar(problem, question.workspace, question.events, calendar.name)
    plan = plan_of(
        question.workspace,
        question.response,
        question.scenario.spec,
        problem,
        events,
        given=True,
    )
    return _deliver(question, plan, told, words)


class _Told:
    """Progress that stops the work where the caller has given up."""

    def __init__(self, progress: Progress | None, cancelled: Asked | None) -> None:
        self._progress = progress
        self._cancelled = cancelled

    def __call__(self, stage: str, share: float) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self._progress is not None:
            self._progress(stage, share)


def _ask(
    workspace_folder: Path,
    scenario_path: Path,
    response_folder: Path | None,
    events: Path | None,
    out: Path | None,
    told: _Told,
) -> _Question:
    """Read and check everything, all faults in one pass, before anything long begins."""
    started = time.monotonic()
    told("load", 0.0)
    faults: list[Fault] = []
    workspace = _collect(faults, lambda: load(workspace_folder, planning=True))
    scenario = _collect(faults, lambda: read_scenario(scenario_path))
    table = None if events is None else _collect(faults, lambda: read_events_file(events))
    if workspace is None or scenario is None or faults:
        raise InputError(faults)
    target = out or workspace.folder / RESULTS / "plans" / scenario.spec.scenario
    check_target(target, FILES)
    told("load", 1.0)
    response, folder = response_for(workspace, response_folder, told)
    return _Question(workspace, scenario, response, folder, table, target, started)


def _collect(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """What `read` returns, or None with its faults kept."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _build(
    question: _Question, pins: pd.DataFrame | None, pin: Path | None, told: _Told
) -> Problem:
    """The problem, with faults in the scenario placed at their lines."""
    told("build", 0.0)
    name = question.scenario.path.name
    try:
        problem = build(
            question.workspace,
            question.response,
            question.scenario.spec,
            pins,
            scenario_file=name,
            pin_file=pin.name if pin else "pins",
        )
    except InputError as error:
        raise InputError(located(error.faults, question.scenario.path)) from None
    told("build", 1.0)
    return problem


def _within_reach(solution: Solution) -> float | None:
    """The bound on profit that a plan's folder gives, in currency.

    Where rules are soft the search bounds profit less penalties: no plan is better by more than the
    difference between that bound and what the plan comes to itself.
    """
    if solution.bound is None or solution.objective is None or solution.profit is None:
        return None
    return solution.profit + (solution.bound - solution.objective)


def _with_rebates(plan: Plan) -> Plan:
    """The bound for plans whose accounts have rebates, which the search leaves out.

    A plan pays no less than nothing, so it gains at most what no promotion would have paid.
    """
    given = plan.outcome.rebates
    if plan.bound is None or not given.account:
        return plan
    return replace(plan, bound=plan.bound + int(given.no_promotion.sum()) / 100.0)


def _deliver(question: _Question, plan: Plan, told: _Told, words: Words) -> RunResult:
    """Write the plan beside its place, verify it there, then move it into its place."""
    told("plan", 0.0)
    workspace, scenario, target = question.workspace, question.scenario, question.target
    spec = scenario.spec
    drawn = uncertainty(
        plan.problem,
        plan.calendar,
        demands(plan.problem, workspace, question.response, spec.risk.draws),
    )
    told("plan", 0.5)
    origin = Origin(
        scenario_file=_relative(scenario.path, target),
        scenario_sha256=scenario.key,
        workspace=_relative(workspace.folder, target),
        response=_relative(question.response_folder, target),
    )
    plan = replace(plan, seconds=time.monotonic() - question.started)
    with fresh_folder(target, FILES) as folder:
        write_plan(plan, drawn, origin, folder, words)
        told("verify", 0.0)
        findings = verify(folder, workspace, question.response, spec)
        if findings:
            raise VerificationFailed(target, findings)
        told("verify", 1.0)
    return RunResult(plan, target, workspace, scenario)


def _relative(path: Path, folder: Path) -> str:
    """`path` as seen from `folder`, with `/`; whole where no relative way leads there."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
