"""Plans to be signed, made by hand: versions and inputs are numbers, amounts whole cents."""

from __future__ import annotations

from pathlib import Path

from scenarios.run import evaluate
from scenarios.signoff.dossier import Fund, Signed
from scenarios.signoff.person import Person
from tests.oracle.tiny import tiny_workspace
from workspace.settings import Approval

LIMIT = 250
FUND = "ws/YEAR"


def plan(
    name: str = "p",
    version: int = 1,
    inputs: int = 1,
    amount: int = 100,
    limit: int = LIMIT,
    **policy: object,
) -> Signed:
    funds = (Fund(FUND, limit, amount),) if amount else ()
    rules = Approval.model_validate({"people": 1, **policy})
    return Signed(f"ws/{name}", f"{version:064d}", f"{inputs:064d}", amount, funds, rules)


def by(name: str) -> Person:
    return Person(name, "account", "option")


CALENDAR = """account,product,tactic,start_week,weeks,status
B2,NA,T1,2026-02-16,1,proposed
B2,P1,T1,2026-02-23,1,proposed
"""


def tiny_plan(folder: Path, budgets: str = "") -> Path:
    """A tiny workspace with a plan of two events in results/plans/tiny/; returns the workspace.

    The calendar is given: nothing is searched, so nothing depends on how fast the machine is.
    """
    workspace, scenario, _ = tiny_workspace(folder, 3)
    if budgets:
        (workspace / "budgets.csv").write_text(budgets)
    calendar = folder.parent / "calendar.csv"
    calendar.write_text(CALENDAR)
    evaluate(workspace, scenario, calendar)
    return workspace
