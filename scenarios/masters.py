"""The solver that a scenario names has to be on this machine."""

from __future__ import annotations

from optimizer.other_masters import installed
from scenarios.scenario import Scenario, located
from workspace.faults import Fault, InputError
from workspace.nearest import quoted
from workspace.text import Text


def check_master(scenario: Scenario) -> None:
    """Raises InputError, at the line that names it, where the master is not installed."""
    name, here = scenario.spec.solver.master, installed()
    if name not in here:
        expected = Text("a solver that is installed here: {names}", names=", ".join(here))
        fault = Fault(scenario.path.name, None, "solver.master", quoted(name), expected)
        raise InputError(located([fault], scenario.source))
