"""A plan of the store as the folder of files that everybody knows, its workbook included.

The workbook is not kept: it says nothing that the tables do not, is larger than all of them, and
speaks one person's language. It is written when a folder is asked for, from the inputs, which must
still be those that the plan was made from; of older plans the folder has the tables alone.
"""

from __future__ import annotations

from pathlib import Path

from models.response_files import read_response
from optimizer.build import build
from optimizer.calendar_table import read_calendar
from optimizer.folder import EVERY_FILE
from optimizer.plan import Plan, plan_of
from optimizer.reports.workbook.words import ENGLISH, Words
from optimizer.reports.workbook.workbook import FILE as WORKBOOK
from optimizer.reports.workbook.workbook import write_workbook
from scenarios.answer import Facts
from scenarios.calendar_file import read_events_file, read_prices_beside
from scenarios.fresh_folder import fresh_folder
from scenarios.scenario import Scenario, read_scenario
from scenarios.store import archive
from scenarios.store.runs import Run
from scenarios.store.store import Store
from scenarios.what_if.assume import assume
from workspace.faults import InputError
from workspace.load import load

FOLDERS = "folders"
SCENARIOS = "scenarios"


def scenario_file(store: Store, sha256: str) -> Path:
    """Where the store keeps a scenario as a file of its own."""
    return store.folder / SCENARIOS / f"{sha256}.yaml"


def plan_folder(store: Store, run: Run, words: Words = ENGLISH, facts: Facts | None = None) -> Path:
    """A folder with the files of a run's plan as contract section 6 has them.

    `words`: the language of its workbook. `facts`: the inputs where the caller has read them
    already; without them the workspace is read. KeyError where the run has no plan.
    """
    if run.plan_sha256 is None:
        raise KeyError(f"the run {run.key} has no plan: {run.ending}")
    target = store.folder / f"{FOLDERS}-{words.language}" / run.key
    if (target / archive.RECORD).is_file() and (target / WORKBOOK).is_file():
        return target
    with fresh_folder(target, EVERY_FILE) as folder:
        archive.unpack(store, run.plan_sha256, run.seconds, folder)
        plan = _plan(store, run, folder, facts)
        if plan is not None:
            write_workbook(plan, folder, words)
    return target


def _plan(store: Store, run: Run, folder: Path, facts: Facts | None) -> Plan | None:
    """The plan whose tables lie in `folder`, valued again; None where its inputs have gone."""
    try:
        facts = facts or _facts(store, folder, run)
        scenario = read_scenario(scenario_file(store, run.scenario_sha256))
    except InputError:
        return None
    same = (facts.workspace.sha256, facts.response.sha256, scenario.key)
    if same != (run.workspace_sha256, run.response_sha256, run.scenario_sha256):
        return None
    return _valued(facts, scenario, folder)


def _facts(store: Store, folder: Path, run: Run) -> Facts:
    workspace = load(store.workspace, planning=True)
    named = folder / str(run.record(store)["response"])
    return Facts(workspace, read_response(named.resolve(), workspace))


def _valued(facts: Facts, scenario: Scenario, folder: Path) -> Plan:
    believed = assume(facts, scenario)
    problem = build(believed.workspace, believed.response, scenario.spec)
    calendar = folder / "calendar.csv"
    table, prices = read_events_file(calendar), read_prices_beside(calendar)
    events = read_calendar(problem, facts.workspace, table, calendar.name, prices)
    return plan_of(
        believed.workspace, believed.response, scenario.spec, problem, events, given=True
    )
