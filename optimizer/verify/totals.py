"""The tables of sums: budgets, profit and loss, guardrails, supply."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.spec import Spec
from optimizer.verify.books import Books, select
from optimizer.verify.cents import rounded
from optimizer.verify.chance import Spread
from optimizer.verify.facts import Facts
from optimizer.verify.ledger import near_cent
from optimizer.verify.reading import Sheet
from optimizer.verify.rules import Ruling
from optimizer.verify.weekly import close
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

BUDGETS = ("budget", "amount", "planned", "left", "spend_p95", "marginal_profit")
GUARDRAILS = ("rule", "selection", "value", "worst", "slack", "penalty")
SUPPLY = ("product", "week", "units", "available")


def budget_weights(workspace: Workspace, facts: Facts) -> list[Floats]:
    """For each budget, which blocks and weeks it pays for: 1 or 0, (B, W)."""
    weights = []
    for row in workspace.budgets.itertuples():
        chosen = select(facts, row)
        weeks = np.zeros(facts.W)
        weeks[: facts.T] = chosen.weeks
        weights.append(np.outer(chosen.blocks, weeks))
    return weights


def budget_amounts(workspace: Workspace, spec: Spec) -> Floats:
    """The scenario's amounts in cents, unrounded."""
    return np.array(
        [
            100 * (spec.budgets[name] if name in spec.budgets else amount * spec.budget_scale)
            for name, amount in zip(
                workspace.budgets["budget"], workspace.budgets["amount"], strict=True
            )
        ]
    )


def planned_spend(books: Books, weights: list[Floats]) -> Floats:
    """What the plan spends of each budget, in cents."""
    spend = books.cents["variable_spend"] + books.cents["fees"]
    return np.array([float(np.sum(spend * weight)) for weight in weights])


def check_budgets(
    sheet: Sheet, workspace: Workspace, amounts: Floats, planned: Floats, spread: Spread | None
) -> None:
    """Every cell of budgets.csv; the dual price can only be finite."""
    if not _has_rows(sheet, "budget", workspace.budgets["budget"].tolist()):
        return
    amount = sheet.money("amount")
    sheet.wrong_where(~near_cent(amount, amounts), "amount", amounts / 100)
    sheet.wrong_where(sheet.money("planned") != planned, "planned", planned / 100)
    left = amount - planned
    sheet.wrong_where(~(sheet.money("left") == left), "left", left / 100)
    found = sheet.money("spend_p95", blank=True)
    if spread is None:
        expected = np.full(len(found), np.nan)
    else:
        expected = np.quantile(spread.spend, 0.95, axis=0) * 100
    right = near_cent(found, expected) | (np.isnan(found) & np.isnan(expected))
    sheet.wrong_where(~right, "spend_p95", expected / 100)
    marginal = sheet.number("marginal_profit", blank=True)
    floor = (workspace.budgets["kind"] == "floor").to_numpy()
    odd = np.where(floor, marginal > 1e-6, marginal < -1e-6)
    sheet.wrong_where(odd, "marginal_profit", np.zeros(len(found)))


def check_guardrails(
    sheet: Sheet, spec: Spec, rulings: list[Ruling], penalties: list[float | None]
) -> None:
    """Every cell of guardrails.csv; `penalties` of soft rules in currency, None for hard ones."""
    rules = spec.guardrails
    if not _has_rows(sheet, "rule", [rule.rule for rule in rules]):
        return
    sheet.same_text("selection", [rule.selection for rule in rules])
    for column, values in (
        ("value", [rule.value for rule in rules]),
        ("worst", [ruling.worst for ruling in rulings]),
        ("slack", [ruling.slack for ruling in rulings]),
    ):
        found = sheet.number(column, blank=True)
        expected = np.array([np.nan if v is None else float(v) for v in values])
        right = close(found, expected) | (np.isnan(found) & np.isnan(expected))
        sheet.wrong_where(~right, column, expected)
    paid = np.array([np.nan if amount is None else amount for amount in penalties])
    told = sheet.money("penalty", blank=True)
    right = near_cent(told, paid * 100) | (np.isnan(told) & np.isnan(paid))
    sheet.wrong_where(~right, "penalty", paid)


def check_supply(sheet: Sheet, workspace: Workspace, books: Books) -> None:
    """Units of every product and week of the horizon that has a row in `supply`."""
    facts = books.facts
    wanted = {week: t for t, week in enumerate(facts.week_texts[: facts.T])}
    supply = workspace.supply
    weeks = supply["week"].dt.strftime("%Y-%m-%d")
    here = weeks.isin(list(wanted)) & supply["product"].isin(facts.blocks["product"])
    supply, weeks = supply[here], weeks[here]
    if not _has_rows(sheet, "product", supply["product"].tolist()):
        return
    sheet.same_text("week", weeks.tolist())
    products = facts.blocks["product"].to_numpy()
    units = np.array(
        [
            float(books.units[products == product, wanted[week]].sum())
            for product, week in zip(supply["product"], weeks, strict=True)
        ]
    )
    sheet.wrong_where(~close(sheet.number("units"), units), "units", units)
    available = _available(supply, weeks.map(wanted).tolist(), units)
    sheet.wrong_where(~close(sheet.number("available"), available), "available", available)


def _available(supply: pd.DataFrame, weeks: list[int], units: Floats) -> Floats:
    """A week's own units and what may be carried over from the week before."""
    left: dict[tuple[str, int], float] = {}
    there = []
    for product, own, share, week, used in zip(
        supply["product"], supply["units"], supply["carry_over"], weeks, units, strict=True
    ):
        there.append(own + left.get((product, week - 1), 0.0))
        left[product, week] = share * max(0.0, there[-1] - used)
    return np.array(there, dtype=np.float64)


def _has_rows(sheet: Sheet, column: str, expected: list[str]) -> bool:
    if len(sheet) != len(expected):
        told = Text("{count} rows", count=len(expected))
        sheet.findings.fault(sheet.file, None, None, Text("{count} rows", count=len(sheet)), told)
        return False
    return sheet.same_text(column, expected)


PNL = ("account", "brand", "line", "no_promotion", "plan", "change")
LINES = (
    *("gross_sales", "variable_spend", "fees", "rebates", "net_sales"),
    *("cogs", "profit", "retailer_profit"),
)


def profit_and_loss(books: Books, rebates: dict[str, pd.Series]) -> pd.DataFrame:
    """Cents by account, brand and line, tail included; `rebates` by account and brand."""
    blocks, cents = books.facts.blocks, books.cents
    nothing = np.zeros_like(books.units)
    without = {
        "gross_sales": cents["gross_sales_no_promotion"],
        "variable_spend": nothing,
        "fees": nothing,
        "profit": cents["profit_no_promotion"],
        "retailer_profit": cents["retailer_profit_no_promotion"],
    }
    columns = {}
    for name, source in (("no_promotion", without), ("plan", cents)):
        sums = pd.DataFrame({line: source[line].sum(axis=1) for line in without})
        sums = sums.groupby([blocks["account"], blocks["brand"]]).sum().sort_index()
        sums["rebates"] = rebates[name].reindex(sums.index)
        sums["cogs"] = sums["gross_sales"] - sums["variable_spend"] - sums["fees"] - sums["profit"]
        sums["net_sales"] = (
            sums["gross_sales"] - sums["variable_spend"] - sums["fees"] - sums["rebates"]
        )
        sums["profit"] -= sums["rebates"]
        sums["retailer_profit"] += sums["rebates"]
        columns[name] = sums[list(LINES)].stack()  # noqa: PD013
    table = pd.DataFrame(columns)
    table["change"] = table["plan"] - table["no_promotion"]
    return table


def check_pnl(sheet: Sheet, table: pd.DataFrame) -> None:
    """Every cell of pnl.csv."""
    if not _has_rows(sheet, "account", table.index.get_level_values(0).tolist()):
        return
    sheet.same_text("brand", table.index.get_level_values(1).tolist())
    sheet.same_text("line", table.index.get_level_values(2).tolist())
    for column in ("no_promotion", "plan", "change"):
        expected = table[column].to_numpy(dtype=np.float64)
        sheet.wrong_where(sheet.money(column) != expected, column, expected / 100)


def sums_of(
    books: Books,
    units_without: Floats,
    rebates: dict[str, float],
    spread: Spread | None,
    penalties: list[float | None],
) -> dict[str, float | None]:
    """The totals of plan.json, in currency and units; `rebates` in cents."""
    horizon = slice(books.facts.T)
    cents = {name: float(values.sum()) for name, values in books.cents.items()}
    cents["spend"] = cents["variable_spend"] + cents["fees"]
    cents["rebates"] = rebates["plan"]
    cents["rebates_no_promotion"] = rebates["no_promotion"]
    totals: dict[str, float | None] = {name: amount / 100 for name, amount in cents.items()}
    totals["penalties"] = float(rounded(np.array([p or 0.0 for p in penalties])).sum()) / 100.0
    totals["events"] = float(len(books.events))
    totals["promoted_weeks"] = float(sum(event.weeks for event in books.events))
    totals["units"] = float(books.units[:, horizon].sum())
    totals["units_no_promotion"] = float(units_without[:, horizon].sum())
    for level in (10, 90):
        quantile = None if spread is None else float(np.quantile(spread.total, level / 100))
        totals[f"incremental_profit_p{level}"] = quantile
    return totals
