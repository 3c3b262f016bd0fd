"""One question from beginning to end: load, believe, build, solve, write, verify, hand over."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from optimizer.build import build
from optimizer.calendar_table import read_calendar
from optimizer.folder import EVERY_FILE, Origin
from optimizer.master import start_child
from optimizer.plan import Plan, plan_of
from optimizer.price_table import PriceTable
from optimizer.problem import Problem
from optimizer.reports.workbook.words import ENGLISH, Words
from scenarios.answer import Asked, Facts, Progress, Told, plan_from, solved, written
from scenarios.calendar_file import read_events_file, read_prices_beside
from scenarios.fitted import RESULTS, response_for
from scenarios.former_plan import former_for, keep_search
from scenarios.fresh_folder import check_target, fresh_folder
from scenarios.masters import check_master
from scenarios.outcomes import VerificationFailed
from scenarios.scenario import Scenario, read_scenario
from scenarios.what_if.assume import assume
from workspace.faults import Fault, InputError
from workspace.load import load
from workspace.text import Text
from workspace.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True)
class RunResult:
    """A verified plan and the folder that holds it."""

    plan: Plan
    folder: Path
    workspace: Workspace
    scenario: Scenario
    start: Path | None = None  # the folder of the former plan that the search began from

    def __str__(self) -> str:
        return f"{self.plan}\n{self.folder}"


@dataclass(frozen=True)
class _Question:
    """What a run is about, with everything read and checked.

    `facts` are the inputs as they are, `believed` the same under the scenario's what-ifs.
    """

    facts: Facts
    believed: Facts
    scenario: Scenario
    response_folder: Path
    events: pd.DataFrame | None
    prices: PriceTable | None  # beside the events, where regular prices are planned
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
    start: Path | None = None,
) -> RunResult:
    """Plan a scenario, verify the plan, and put it into its folder.

    `pin`: a file of events that have to stay. `out`: default results/plans/SCENARIO/ in the
    workspace. `start`: the folder of a plan of the same inputs, where the search begins; default
    the folder of `pin`. `progress(stage, share)` is told how far each stage is; `cancelled()` is
    asked often. `words`: the language of the workbook.
    Raises InputError, Infeasible, NothingFound, VerificationFailed or Cancelled; nothing is written
    then but a new estimate of the response.
    """
    told = Told(progress, cancelled)
    start_child()
    question = _ask(workspace_folder, scenario_path, response_folder, pin, out, told, start)
    check_master(question.scenario)
    problem = _build(question, question.events, pin, told)
    base = problem if question.events is None else _build(question, None, None, told)
    begin = start or (pin.parent if pin else None)
    former = former_for(problem, base, begin)
    spec, ahead = question.scenario.spec, time.monotonic() - question.started
    solution = solved(question.believed, spec, problem, told, former=former)
    plan = plan_from(question.believed, spec, problem, solution, ahead)

    def keep(folder: Path) -> None:
        keep_search(folder, solution, base, former)

    result = _deliver(question, plan, told, words, keep)
    return result if former is None else replace(result, start=begin)


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
    told = Told(progress, cancelled)
    question = _ask(workspace_folder, scenario_path, response_folder, calendar, out, told)
    problem = _build(question, None, None, told)
    assert question.events is not None
    events = read_calendar(
        problem, question.facts.workspace, question.events, calendar.name, question.prices
    )
    plan = plan_of(
        question.believed.workspace,
        question.believed.response,
        question.scenario.spec,
        problem,
        events,
        given=True,
    )
    return _deliver(question, plan, told, words)


def _ask(
    workspace_folder: Path,
    scenario_path: Path,
    response_folder: Path | None,
    events: Path | None,
    out: Path | None,
    told: Told,
    start: Path | None = None,
) -> _Question:
    """Read and check everything, all faults in one pass, before anything long begins."""
    started = time.monotonic()
    told("load", 0.0)
    faults: list[Fault] = []
    workspace = _collect(faults, lambda: load(workspace_folder, planning=True))
    scenario = _collect(faults, lambda: read_scenario(scenario_path))
    table = None if events is None else _collect(faults, lambda: read_events_file(events))
    prices = None
    if events is not None and scenario is not None and scenario.spec.prices != "fixed":
        prices = _collect(faults, lambda: read_prices_beside(events))
    if start is not None and not start.is_dir():
        expected = Text("a plan's folder")
        faults.append(Fault(str(start), None, None, Text("no folder"), expected))
    if workspace is None or scenario is None or faults:
        raise InputError(faults)
    target = out or workspace.folder / RESULTS / "plans" / scenario.spec.scenario
    check_target(target, EVERY_FILE)
    told("load", 1.0)
    response, folder = response_for(workspace, response_folder, told)
    facts = Facts(workspace, response)
    believed = assume(facts, scenario)
    return _Question(facts, believed, scenario, folder, table, prices, target, started)


def _collect(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """What `read` returns, or None with its faults kept."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _build(question: _Question, pins: pd.DataFrame | None, pin: Path | None, told: Told) -> Problem:
    """The problem, with faults in the scenario placed at their lines."""
    told("build", 0.0)
    believed, scenario = question.believed, question.scenario
    with scenario.located():
        problem = build(
            believed.workspace,
            believed.response,
            scenario.spec,
            pins,
            price_pins=None if pins is None else question.prices,
            scenario_file=scenario.path.name,
            pin_file=pin.name if pin else "pins",
        )
    told("build", 1.0)
    return problem


def _deliver(
    question: _Question,
    plan: Plan,
    told: Told,
    words: Words,
    keep: Callable[[Path], None] | None = None,
) -> RunResult:
    """Write the plan beside its place, verify it there, then move it into its place.

    `keep` writes what else belongs into the folder.
    """
    facts, scenario, target = question.facts, question.scenario, question.target
    origin = Origin(
        scenario_file=_relative(scenario.path, target),
        scenario_sha256=scenario.key,
        workspace=_relative(facts.workspace.folder, target),
        response=_relative(question.response_folder, target),
        inputs_sha256=facts.workspace.sha256,
        response_sha256=facts.response.sha256,
    )
    plan = replace(plan, seconds=time.monotonic() - question.started)
    with fresh_folder(target, EVERY_FILE) as folder:
        try:
            written(plan, facts, origin, folder, told, words)
        except VerificationFailed as failed:
            raise VerificationFailed(target, failed.findings) from None
        if keep is not None:
            keep(folder)
    return RunResult(plan, target, facts.workspace, scenario)


def _relative(path: Path, folder: Path) -> str:
    """`path` as seen from `folder`, with `/`; whole where no relative way leads there."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
