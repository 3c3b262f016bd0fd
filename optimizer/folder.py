"""A plan's folder: all files of contract section 6, and prices.csv where prices are planned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from optimizer.objective import gains
from optimizer.plan import Plan, versions
from optimizer.reports import budgets, calendar, guardrails, pnl, prices, sop, supply, weekly
from optimizer.reports.calendar import Ledger
from optimizer.reports.cells import write_table
from optimizer.reports.workbook.words import ENGLISH, Words
from optimizer.reports.workbook.workbook import write_workbook
from optimizer.risk import Attitude, Prospects
from optimizer.search_file import FILE as SEARCH
from optimizer.uncertainty import Uncertainty
from workspace.money import to_cents

FILES = (
    "plan.json",
    "calendar.csv",
    "weekly.csv",
    "budgets.csv",
    "pnl.csv",
    "supply.csv",
    "sop.csv",
    "guardrails.csv",
    "plan.xlsx",
)
PRICES = "prices.csv"  # where regular prices are planned
EVERY_FILE = (*FILES, PRICES, SEARCH)

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Origin:
    """Where a plan came from, as its folder says it: paths relative to that folder, with `/`.

    The hashes are those of the inputs before any what-if of the scenario; "": the plan's own.
    """

    scenario_file: str
    scenario_sha256: str
    workspace: str
    response: str
    inputs_sha256: str = ""
    response_sha256: str = ""


def write_plan(
    plan: Plan,
    uncertainty: Uncertainty | None,
    origin: Origin,
    folder: Path,
    words: Words | None = ENGLISH,
) -> None:
    """Write all files into `folder`, which must exist. The same plan, the same bytes but seconds.

    `uncertainty`: the plan's figures on draws, in the order of its calendar; None without draws.
    `words`: the language of the workbook; None: no workbook.
    """
    ledger = Ledger(plan)
    tables = {
        "calendar": (calendar.HEADER, calendar.calendar(plan, ledger, uncertainty)),
        "weekly": (weekly.HEADER, weekly.weekly(plan)),
        "budgets": (budgets.HEADER, budgets.budgets(plan, uncertainty)),
        "pnl": (pnl.HEADER, pnl.pnl(plan)),
        "supply": (supply.HEADER, supply.supply(plan)),
        "sop": (sop.HEADER, sop.sop(plan, uncertainty)),
        "guardrails": (guardrails.HEADER, guardrails.guardrails(plan)),
    }
    if plan.problem.ladder is not None:
        tables["prices"] = (prices.HEADER, prices.prices(plan, ledger, uncertainty))
    for name, (header, rows) in tables.items():
        write_table(folder / f"{name}.csv", header, rows)
    text = json.dumps(summary(plan, uncertainty, origin), ensure_ascii=False, indent=2)
    (folder / "plan.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    if words is not None:
        write_workbook(plan, folder, words)


def summary(plan: Plan, uncertainty: Uncertainty | None, origin: Origin) -> Mapping[str, Json]:
    """What plan.json says. `verified` is true because no folder leaves us that is not."""
    return {
        "scenario": plan.spec.scenario,
        "scenario_file": origin.scenario_file,
        "scenario_sha256": origin.scenario_sha256,
        "workspace": origin.workspace,
        "response": origin.response,
        "inputs_sha256": origin.inputs_sha256 or plan.workspace.sha256,
        "response_sha256": origin.response_sha256 or plan.response.sha256,
        "status": str(plan.status),
        "maximised": _maximised(plan),
        "objective": plan.objective,
        "bound": plan.ceiling,
        "gap": plan.gap,
        "verified": True,
        "seconds": round(plan.seconds, 3),
        "versions": dict(versions()),
        "violations": [str(violation) for violation in plan.violations],
        "totals": dict(totals(plan, uncertainty)),
        "risk": _risk(plan, uncertainty),
    }


def _risk(plan: Plan, uncertainty: Uncertainty | None) -> Json:
    """Expected profit over the draws and the mean of the worst of them; None without draws."""
    if uncertainty is None:
        return None
    asked = plan.spec.risk
    found = plan.prospects
    if found is None:
        found = Prospects(Attitude(asked.cvar, asked.weight), uncertainty.objective)
    neutral, price = found.neutral_cents, found.price_cents
    return {
        "draws": int(found.profits.size),
        "level": asked.cvar,
        "weight": asked.weight,
        "expected_profit": found.expected_cents / 100.0,
        "tail_profit": found.tail_cents / 100.0,
        "neutral_expected_profit": None if neutral is None else neutral[0] / 100.0,
        "neutral_tail_profit": None if neutral is None else neutral[1] / 100.0,
        "price": None if price is None else price / 100.0,
    }


def _maximised(plan: Plan) -> Json:
    """What the scenario maximises: its name, or the weights of its aims."""
    asked = plan.spec.maximised
    return asked if isinstance(asked, str) else dict(asked)


def totals(plan: Plan, uncertainty: Uncertainty | None) -> Mapping[str, Json]:
    """Sums of the weekly rows in units of currency, rebates apart."""
    outcome, horizon = plan.outcome, plan.problem.horizon
    cents = {
        "gross_sales": int(outcome.gross_sales.sum()),
        "gross_sales_no_promotion": int(outcome.gross_sales_no_promotion.sum()),
        "variable_spend": int(outcome.variable_spend.sum()),
        "fees": int(outcome.fees.sum()),
        "spend": outcome.spend_cents,
        "rebates": int(outcome.rebates.plan.sum()),
        "rebates_no_promotion": int(outcome.rebates.no_promotion.sum()),
        "profit": int(outcome.profit.sum()),
        "profit_no_promotion": int(outcome.profit_no_promotion.sum()),
        "retailer_profit": int(outcome.retailer_profit.sum()),
        "retailer_profit_no_promotion": int(outcome.retailer_profit_no_promotion.sum()),
    }
    found: dict[str, Json] = {
        "events": int(plan.calendar.block.size),
        "promoted_weeks": int(plan.calendar.weeks.sum()),
        "units": round(float(outcome.units[:, :horizon].sum()), 6),
        "units_no_promotion": round(float(outcome.reference_units[:, :horizon].sum()), 6),
    }
    cents["penalties"] = plan.penalty_cents
    cents["incremental_profit"], cents["retailer_incremental_profit"] = gains(outcome)
    found |= {name: amount / 100.0 for name, amount in cents.items()}
    for level in (10, 90):
        quantile = None
        if uncertainty is not None:
            amount = np.quantile(uncertainty.objective, level / 100.0)
            quantile = int(to_cents(np.array(amount))) / 100.0
        found[f"incremental_profit_p{level}"] = quantile
    return found
