"""Plans to be signed, made by hand: versions and inputs are numbers, amounts whole cents."""

from __future__ import annotations

from scenarios.signoff.dossier import Fund, Signed
from scenarios.signoff.person import Person
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
