"""What is signed: a plan by its hash, its inputs by theirs, and the money that it draws."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from optimizer.assumption import CHANGES, Target
from scenarios.outcomes import VerificationFailed
from scenarios.signoff.deposit import deposit
from scenarios.signoff.refused import Refused
from scenarios.signoff.signed_hash import RECORD, read_files, signed_sha256
from scenarios.store.store import Store
from scenarios.verify import Inputs, inputs_of, verify_on
from workspace.faults import Fault, InputError
from workspace.fingerprint import combined
from workspace.settings import Approval, Settings
from workspace.text import Text
from workspace.workspace import Workspace

LONGEST = 200  # characters that the store keeps of a name
# Suppositions about facts make money that nobody will be billed; those about demand do not.
FACTS = (Target.PRODUCTS, Target.LISTINGS, Target.ACCOUNTS, Target.TACTICS)


@dataclass(frozen=True)
class Fund:
    """A budget's ceiling as the workspace has it, and what the plan draws from it, in cents."""

    name: str  # workspace/budget
    limit: int
    amount: int


@dataclass(frozen=True)
class Signed:
    """The thing that people say yes to. Amounts in cents, excl. VAT, without rebates."""

    name: str  # workspace/plan
    plan_sha256: str
    inputs_sha256: str  # of workspace, response, scenario and rules of approval, as they are now
    spend: int
    funds: tuple[Fund, ...]
    policy: Approval = field(default_factory=Approval)

    @property
    def needed(self) -> int:
        """How many people have to approve."""
        above = self.spend > round(self.policy.threshold * 100)
        return self.policy.people if above else 1


def signed(folder: Path, inputs: Inputs) -> Signed:
    """What a plan's folder asks to be signed, on the inputs as they are now.

    Raises InputError where it is no plan.
    """
    files = _files(folder)
    workspace, policy = inputs.workspace, inputs.workspace.settings.approval
    try:
        record = json.loads(files[RECORD])
        rows = csv.DictReader(io.StringIO(files["budgets.csv"].decode("utf-8"), newline=""))
        planned = {row["budget"]: cents_of(row["planned"]) for row in rows}
        spend = cents_of(record["totals"]["spend"])
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise InputError([_no_plan(folder)]) from error
    parts = (
        ("workspace", workspace.sha256),
        ("response", inputs.response.sha256),
        ("scenario", inputs.scenario.key),
        ("approval", policy.model_dump_json()),
    )
    return Signed(
        name=subject_of(workspace.settings, folder.resolve().name),
        plan_sha256=signed_sha256(files),
        inputs_sha256=combined(parts),
        spend=spend,
        funds=tuple(_funds(workspace, planned)),
        policy=policy,
    )


def signable(store: Store, folder: Path, workspace: Path | None = None) -> Signed:
    """What is to be signed, after the verifier has accepted it; a copy of it is in the store.

    Raises InputError where it is no plan, VerificationFailed where the verifier does not accept
    it, Refused where it breaks rules or rests on supposed facts, or changed in the meantime.
    """
    inputs = inputs_of(folder, workspace)
    before = signed(folder, inputs)
    files = _files(folder)
    findings = verify_on(folder, inputs)
    if findings:
        raise VerificationFailed(folder, findings)
    if signed_sha256(files) != before.plan_sha256 or signed(folder, inputs) != before:
        changed = Text("a folder that changed while it was verified")
        raise Refused(before.name, "submit", changed, Text("one that stays as it is"))
    broken = json.loads(files[RECORD]).get("violations") or []
    if broken:
        found = Text("a calendar that breaks {rules}", rules="; ".join(map(str, broken)))
        raise Refused(before.name, "submit", found, Text("one that keeps all rules and budgets"))
    supposed = sorted(
        {a.change for a in inputs.scenario.spec.what_if if CHANGES[a.change][0] in FACTS}
    )
    if supposed:
        found = Text("a plan that supposes another {facts}", facts=", ".join(supposed))
        raise Refused(before.name, "submit", found, Text("the facts of the workspace"))
    deposit(store, files)
    return before


def subject_of(settings: Settings, plan: str) -> str:
    """The name of a plan that no other workspace of a store has."""
    name = f"{settings.name}/{plan}"
    if len(name) > LONGEST:
        expected = Text("at most {count} characters", count=LONGEST)
        raise InputError([Fault(plan, None, None, Text("the name {name}", name=name), expected)])
    return name


def fund_of(workspace: Workspace, budget: str) -> str:
    """The name of a budget that no other workspace of a store has."""
    return subject_of(workspace.settings, budget)


def _files(folder: Path) -> dict[str, bytes]:
    try:
        return read_files(folder)
    except OSError as error:
        raise InputError([_no_plan(folder)]) from error


def _no_plan(folder: Path) -> Fault:
    return Fault(str(folder), None, None, Text("no readable plan"), Text("a plan's folder"))


def _funds(workspace: Workspace, planned: Mapping[str, int]) -> Iterator[Fund]:
    # The limit is the workspace's own: a scenario may suppose more, and gets no more.
    table = workspace.budgets[workspace.budgets["kind"] != "floor"]
    for name, amount in zip(table["budget"], table["amount"], strict=True):
        if planned.get(name, 0) > 0:
            yield Fund(fund_of(workspace, name), cents_of(amount), planned[name])


def cents_of(amount: object) -> int:
    """Whole cents of a written amount; parts of a cent that a budget may have are cut off."""
    return int(Decimal(str(amount)) * 100)
