"""The verdict on a plan's folder: every claim in it compared with what the inputs say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.response import Response
from optimizer.spec import PriceLadder, Spec
from optimizer.verify import rebates
from optimizer.verify.books import Books
from optimizer.verify.chance import Spread, spread
from optimizer.verify.credit import Shares
from optimizer.verify.effects import Belief, Effects, best_estimate, effects_of
from optimizer.verify.facts import Facts, gather
from optimizer.verify.goal import GAINS, gained, objective
from optimizer.verify.happened import (
    CALENDAR,
    broken_standing,
    check_possible,
    history_of,
    read_events,
)
from optimizer.verify.ledger import check_calendar, check_prices
from optimizer.verify.penalties import penalty
from optimizer.verify.prices import PRICES, Change, Regular, broken_prices, read_changes
from optimizer.verify.prospects import check_prospects, told_aim, weighs, worth_of
from optimizer.verify.reading import Sheet, read_sheet
from optimizer.verify.record import Record, check_proof, check_totals, read_record
from optimizer.verify.rules import Ruling, judge
from optimizer.verify.sop import SOP, check_sop
from optimizer.verify.totals import (
    BUDGETS,
    GUARDRAILS,
    PNL,
    SUPPLY,
    budget_amounts,
    budget_weights,
    check_budgets,
    check_guardrails,
    check_pnl,
    check_supply,
    planned_spend,
    profit_and_loss,
    sums_of,
)
from optimizer.verify.violated import (
    broken_budgets,
    broken_rules,
    broken_supply,
    check_violations,
)
from optimizer.verify.weekly import WEEKLY, Deals, check_weekly
from optimizer.verify.what_if import suppose
from optimizer.verify.workbook import check_there, check_workbook
from workspace.faults import Fault, Findings
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Finding = Fault
"""What was found in a file of the plan, and what the inputs say should be there."""

TABLES = {
    "calendar.csv": CALENDAR,
    "weekly.csv": WEEKLY,
    "budgets.csv": BUDGETS,
    "pnl.csv": PNL,
    "supply.csv": SUPPLY,
    "sop.csv": SOP,
    "guardrails.csv": GUARDRAILS,
}
ALSO = {"plan.json", "plan.xlsx", "search.npz"}  # the last says nothing of the plan


@dataclass(frozen=True)
class Case:
    """What the verdict is about: the files of a plan and the inputs they must follow from."""

    folder: Path
    sheets: dict[str, Sheet]
    record: Record
    workspace: Workspace
    response: Response
    spec: Spec
    facts: Facts
    workbook: bool  # whether it has to have one


@dataclass(frozen=True)
class Account:
    """The plan worked out again. Arrays (B, W)."""

    books: Books
    units_without: Floats
    shares: Shares
    spread: Spread | None
    weights: list[Floats]  # of each budget
    changes: list[Change]  # of regular prices


def verify(
    plan_folder: Path,
    workspace: Workspace,
    response: Response,
    spec: Spec,
    scenario_sha256: str | None = None,
    workbook: bool = True,
) -> tuple[Finding, ...]:
    """Recompute a plan from its folder and the inputs alone; no finding: accepted.

    Every file of contract section 6 is compared cell by cell with what sections
    2 to 4 and docs/readings.md make of the calendar in it. `scenario_sha256` is compared too when
    given. A calendar that breaks rules is accepted only if the plan lists exactly those as its
    violations. `workbook`: the folder has to have one, as every folder that people are given has; a
    plan on its way into the store has none yet. Findings name the file, its row as an editor
    counts it, and the column or key.
    """
    findings = Findings()
    record = read_record(plan_folder, findings)
    sheets = {}
    tables = TABLES
    if isinstance(spec.prices, PriceLadder):
        tables = {**TABLES, "prices.csv": PRICES}
    for file, columns in tables.items():
        sheet = read_sheet(plan_folder, file, columns, findings)
        if sheet is not None:
            sheets[file] = sheet
    _check_names(plan_folder, findings, {*tables, *ALSO})
    if record is None or len(sheets) < len(tables):
        return findings.faults
    _check_origin(record, workspace, response, spec, scenario_sha256)
    workspace, response = suppose(workspace, response, spec)
    facts = gather(workspace, response, spec)
    case = Case(plan_folder, sheets, record, workspace, response, spec, facts, workbook)
    account = _account(case)
    if account is not None:
        _compare(case, account)
    return findings.faults


def _check_names(folder: Path, findings: Findings, known: set[str]) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            findings.fault(path.name, None, None, Text("an unknown file"), Text("no such file"))


def _check_origin(
    record: Record, workspace: Workspace, response: Response, spec: Spec, scenario: str | None
) -> None:
    record.must_be("scenario", spec.scenario)
    record.must_be("inputs_sha256", workspace.sha256)
    record.must_be("response_sha256", response.sha256)
    record.must_be("verified", True)
    if scenario is not None:
        record.must_be("scenario_sha256", scenario)


def _account(case: Case) -> Account | None:
    """Work the plan out from the events of its calendar; None where that is not possible."""
    facts, calendar = case.facts, case.sheets["calendar.csv"]
    events = read_events(calendar, facts)
    if events is None or not check_possible(calendar, facts, events):
        return None
    changes = read_changes(case.sheets.get("prices.csv"), facts, case.spec, case.workspace)
    if changes is None:
        return None
    history, regular = history_of(case.workspace, facts), Regular.of(facts, changes)
    effects = effects_of(facts, case.response, events, history, regular.change, len(changes))
    belief = best_estimate(facts, case.response, regular.price)
    if not np.isfinite(belief.log_baseline).all():
        case.record.wrong("response", Text("a baseline with gaps"), Text("every week's baseline"))
        return None
    sizes = effects.sizes(belief)
    units, without = effects.units(belief, sizes)
    deals = Deals.of(facts, events, regular.price)
    cents = check_weekly(case.sheets["weekly.csv"], facts, deals, events, units, without)
    if cents is None:
        return None
    weights = budget_weights(case.workspace, facts)
    holder = np.where(regular.change >= 0, len(events) + regular.change, -1)
    holder = np.where(deals.promoted, deals.running, holder)
    books = Books(facts, events, history, deals, units, cents, len(changes))
    return Account(
        books,
        without,
        Shares.of(effects, sizes, holder),
        _spread(case, belief, effects, deals, holder, weights, books.causes),
        weights,
        changes,
    )


def _spread(
    case: Case,
    best: Belief,
    effects: Effects,
    deals: Deals,
    holder: Ints,
    weights: list[Floats],
    causes: int,
) -> Spread | None:
    steps = rebates.steps_of(case.workspace.rebates)
    return spread(
        case.facts,
        case.response,
        best,
        effects,
        deals,
        holder,
        case.spec.risk.draws,
        weights,
        causes,
        steps,
    )


def _compare(case: Case, account: Account) -> None:
    """Hold the other files against the account."""
    books, sheets, spec, workspace = account.books, case.sheets, case.spec, case.workspace
    profit = check_calendar(
        sheets["calendar.csv"], books, account.units_without, account.shares, account.spread
    )
    if "prices.csv" in sheets:
        moved = check_prices(
            sheets["prices.csv"], books, account.units_without, account.shares, account.spread
        )
        profit = np.concatenate([profit, moved])
    amounts, planned = budget_amounts(workspace, spec), planned_spend(books, account.weights)
    check_budgets(sheets["budgets.csv"], workspace, amounts, planned, account.spread)
    rulings: list[Ruling] = [judge(books, rule) for rule in spec.guardrails]
    penalties = [penalty(books, rule) for rule in spec.guardrails]
    check_guardrails(sheets["guardrails.csv"], spec, rulings, penalties)
    check_supply(sheets["supply.csv"], workspace, books)
    check_sop(sheets["sop.csv"], workspace, books, account.units_without, account.spread)
    given = _rebates(case, account)
    check_pnl(sheets["pnl.csv"], profit_and_loss(books, given))
    broken = [
        *broken_standing(workspace, books, broken_prices(spec, account.changes, books.events)),
        *broken_rules(spec, rulings),
        *broken_budgets(
            workspace,
            amounts,
            planned,
            None if account.spread is None else account.spread.spend,
            spec.risk.budget_confidence,
        ),
        *broken_supply(workspace, books),
    ]
    check_violations(case.record, broken)
    change = float(given["plan"].sum() - given["no_promotion"].sum())
    gains = gained(books, change)
    gains["incremental_profit"] = float(profit.sum()) - change
    units_change = float((books.units - account.units_without).sum())
    _check_worth(case, account, objective(spec.objective, gains, units_change), bool(broken))
    rebated = {name: float(series.sum()) for name, series in given.items()}
    sums = sums_of(books, account.units_without, rebated, account.spread, penalties)
    sums |= {name: gains[name] / 100 for name in GAINS}
    check_totals(case.record, sums, slack=float(len(workspace.rebates)))
    if case.workbook:
        check_there(case.folder, sheets, case.record.findings)
    if not case.record.findings.faults:  # else its tables are no measure for a workbook
        check_workbook(case.folder, sheets, case.record, workspace, books.facts, books.cents, given)


def _check_worth(case: Case, account: Account, plain: float, broken: bool) -> None:
    """Objective, bound and what is said of the draws; `plain`: the objective were all sure."""
    record, spec, spread = case.record, case.spec, account.spread
    record.must_be("maximised", told_aim(spec, spread))
    exact = spec.objective == "profit" and not weighs(spec, spread)
    if spread is not None and weighs(spec, spread):
        plain = worth_of(spec, spread)
    check_proof(record, spec, plain, broken, exact)
    check_prospects(record, spec, spread, float(len(case.workspace.rebates)), not broken)


def _rebates(case: Case, account: Account) -> dict[str, rebates.ByBrand]:
    """Whole cents of rebates by account and brand, with the plan and without."""
    facts, cents, horizon = case.facts, account.books.cents, slice(case.facts.T)
    spend = cents["variable_spend"] + cents["fees"]
    steps = rebates.steps_of(case.workspace.rebates)
    return {
        "plan": rebates.by_brand(
            steps,
            facts,
            account.books.units[:, horizon],
            (cents["gross_sales"] - spend)[:, horizon],
        ),
        "no_promotion": rebates.by_brand(
            steps,
            facts,
            account.units_without[:, horizon],
            cents["gross_sales_no_promotion"][:, horizon],
        ),
    }
