"""Why a scenario has no plan, or why an event is not in it: from files to an explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optimizer.conflict.case import Case
from optimizer.conflict.exclusion import Exclusion, exclusion
from optimizer.conflict.report import Conflict, explain
from optimizer.master import Solver
from optimizer.objective import NASH, PROFIT, Objective
from optimizer.problem import Problem
from scenarios.answer import Facts
from scenarios.calendar_file import read_events_file, read_prices_beside
from scenarios.fitted import response_for
from scenarios.masters import check_master
from scenarios.scenario import read_scenario
from scenarios.what_if.assume import assume
from workspace.faults import Fault, InputError
from workspace.load import load
from workspace.nearest import Suggester, quoted
from workspace.text import Text
from workspace.weeks import monday, week_index
from workspace.workspace import Workspace

PLACE = "--event"
PARTS = 4  # of an event as it is asked about: account, product, tactic, week


@dataclass(frozen=True)
class Explanation:
    """An answer to `why`: about the scenario as a whole, or about one event."""

    workspace: Workspace
    problem: Problem
    conflict: Conflict | None
    event: Exclusion | None
    asked: Objective = PROFIT  # the scenario's objective

    @property
    def maximised(self) -> Objective:
        """What amounts are of: for `nash`, which has no price of a rule, plans that earn most."""
        return PROFIT if self.asked == NASH else self.asked


def why(
    workspace_folder: Path,
    scenario_path: Path,
    event: str | None = None,
    response_folder: Path | None = None,
    pin: Path | None = None,
    progress: Callable[[str, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Explanation:
    """Explain a scenario, or an event given as "account,product,tactic,week".

    Raises InputError with every fault of workspace, scenario, pins and event; Cancelled.
    """
    told = progress or (lambda _stage, _share: None)
    told("load", 0.0)
    workspace = load(workspace_folder, planning=True)
    scenario = read_scenario(scenario_path)
    check_master(scenario)
    pins = None if pin is None else read_events_file(pin)
    planned = pin is not None and scenario.spec.prices != "fixed"
    prices = read_prices_beside(pin) if pin is not None and planned else None
    response, _ = response_for(workspace, response_folder, progress)
    believed = assume(Facts(workspace, response), scenario)
    workspace, response = believed.workspace, believed.response
    told("solve", 0.0)
    with Solver(seed=scenario.spec.solver.seed, master=scenario.spec.solver.master) as solver:
        seconds = scenario.spec.solver.seconds
        case = Case(workspace, response, scenario.spec, solver, pins, seconds, cancelled, prices)
        with scenario.located():
            problem = case.problem(None)
        asked = scenario.spec.objective
        if event is None:
            return Explanation(workspace, problem, explain(case), None, asked)
        answer = exclusion(case, *_asked(event, problem))
        return Explanation(workspace, problem, None, answer, asked)


def _asked(event: str, problem: Problem) -> tuple[str, str, str, int]:
    """The event in codes and weeks of the horizon. Raises InputError with every fault."""
    parts = [part.strip() for part in event.split(",")]
    if len(parts) != PARTS:
        expected = Text("four parts: account,product,tactic,week")
        raise InputError([Fault(PLACE, None, None, quoted(event), expected)])
    account, product, tactic, week = parts
    faults = []
    pairs = set(zip(problem.account, problem.product, strict=True))
    for name, code, known in (
        ("account", account, set(problem.account)),
        ("product", product, set(problem.product)),
        ("tactic", tactic, set(problem.tactics) - {""}),
    ):
        if code not in known:
            suggest = Suggester(known, f"{name}s.{name}")
            faults.append(Fault(PLACE, None, name, quoted(code), suggest(code)))
    if not faults and (account, product) not in pairs:
        expected = Text("a product that the account lists")
        faults.append(Fault(PLACE, None, "product", quoted(product), expected))
    start = -1
    try:
        day = np.array([monday(week)], dtype="datetime64[D]")
        start = int(week_index(day, np.datetime64(problem.weeks[0]))[0])
    except ValueError:
        expected = Text("a week: YYYY-MM-DD or YYYY-Www")
        faults.append(Fault(PLACE, None, "week", quoted(week), expected))
    else:
        if not 0 <= start < problem.horizon:
            expected = Text("a week of the horizon")
            faults.append(Fault(PLACE, None, "week", quoted(week), expected))
    if faults:
        raise InputError(faults)
    return account, product, tactic, start
