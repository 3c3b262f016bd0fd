"""The facts and beliefs of a scenario: the workspace's and the response's under its what-ifs."""

from __future__ import annotations

from optimizer.assumption import Assumption, Target
from optimizer.selection import HOMES
from scenarios.answer import Facts
from scenarios.scenario import Scenario
from scenarios.what_if.beliefs import believed
from scenarios.what_if.tables import changed
from workspace.faults import Fault, InputError
from workspace.nearest import Suggester, quoted
from workspace.workspace import Workspace

_TABLES = (Target.PRODUCTS, Target.LISTINGS, Target.ACCOUNTS, Target.TACTICS)


def assume(facts: Facts, scenario: Scenario) -> Facts:
    """`facts` with every assumption of the scenario made, in order; the same where it has none.

    Raises InputError, with lines of the scenario's file, for codes that the workspace lacks.
    """
    assumptions = scenario.spec.what_if
    if not assumptions:
        return facts
    with scenario.located():
        _check(facts.workspace, assumptions, scenario.path.name)
    workspace = facts.workspace
    for assumption in assumptions:
        if assumption.target in _TABLES:
            workspace = changed(workspace, assumption)
    response = believed(facts.response, facts.workspace, workspace, assumptions)
    return Facts(workspace, response)


def _check(workspace: Workspace, assumptions: tuple[Assumption, ...], file: str) -> None:
    homes = {**HOMES, "tactic": "tactics"}
    known = {name: set(workspace.table(home)[name]) - {""} for name, home in homes.items()}
    suggest = {name: Suggester(known[name], f"{home}.{name}") for name, home in homes.items()}
    faults = [
        Fault(file, None, f"what_if.{i}.{name}", quoted(code), suggest[name](code))
        for i, assumption in enumerate(assumptions)
        for name, code in assumption.selectors.items()
        if code not in known[name]
    ]
    if faults:
        raise InputError(faults)
