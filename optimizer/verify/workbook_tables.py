"""The tables of a workbook: what its formulas start from, and what they end in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.verify.facts import Facts
from optimizer.verify.reading import Sheet
from optimizer.verify.spreadsheet import Area
from optimizer.verify.totals import LINES
from optimizer.verify.workbook_cells import Reader, column_of, counted, day_of, numbered
from workspace.workspace import Workspace

Floats = NDArray[np.float64]


def check_constants(
    reader: Reader,
    sheets: dict[str, Sheet],
    workspace: Workspace,
    facts: Facts,
    cents: dict[str, Floats],
) -> None:
    """What formulas start from: weekly rows, events, budgets, supply, rules, tiers."""
    weekly = sheets["weekly.csv"]
    area = reader.area("tw_weeks", len(weekly))
    if area is not None:
        for column, name in enumerate(
            ("account", "product", "week", "tactic", "base_price", "shelf_price", "units",
             "baseline_units", "gross_sales", "variable_spend", "fees", "profit",
             "retailer_profit", "profit_no_promotion", "retailer_profit_no_promotion", "tail")
        ):  # fmt: skip
            column_of(reader, area, column, weekly, name)
        reader.numbers(area, 16, cents["gross_sales_no_promotion"].ravel() / 100)
        reader.numbers(area, 17, _funding(workspace, facts, weekly))
        for column, key in ((18, "account"), (19, "brand"), (20, "product")):
            reader.numbers(area, column, np.repeat(numbered(facts.blocks[key]), facts.W))
    calendar = sheets["calendar.csv"]
    area = reader.area("tw_calendar", len(calendar))
    if area is not None:
        for column, name in (
            (0, "event"), (1, "account"), (3, "product"), (5, "tactic"), (6, "start_week"),
            (7, "weeks"), (10, "depth"), (11, "feature"), (12, "display"), (13, "base_price"),
            (14, "shelf_price"), (15, "baseline_units"), (16, "units"), (17, "incremental_units"),
            (18, "spend"), (19, "incremental_profit"), (20, "retailer_incremental_profit"),
            (22, "incremental_profit_p10"), (23, "incremental_profit_p90"),
        ):  # fmt: skip
            column_of(reader, area, column, calendar, name)
        _check_shown_days(reader, area, calendar, workspace)
    if "prices.csv" in sheets:
        _check_prices(reader, sheets["prices.csv"])
    _check_small_tables(reader, sheets, workspace, facts)


def _check_prices(reader: Reader, prices: Sheet) -> None:
    """The changes of regular prices."""
    area = reader.area("tw_prices", len(prices))
    if area is None:
        return
    reader.texts(area, 0, prices.text("change"))
    for column, name in (
        (1, "account"), (3, "product"), (6, "weeks"), (7, "previous_price"), (8, "base_price"),
        (9, "incremental_units"), (10, "incremental_profit"),
        (11, "retailer_incremental_profit"), (12, "incremental_profit_p10"),
        (13, "incremental_profit_p90"),
    ):  # fmt: skip
        column_of(reader, area, column, prices, name)
    reader.numbers(area, 5, np.array([day_of(day) for day in prices.text("week")]))


def _check_small_tables(
    reader: Reader, sheets: dict[str, Sheet], workspace: Workspace, facts: Facts
) -> None:
    for name, file, columns in (
        ("tw_budgets", "budgets.csv", {0: "budget", 7: "amount", 8: "planned", 9: "left",
                                       10: "spend_p95", 11: "marginal_profit"}),
        ("tw_guardrails", "guardrails.csv", {0: "rule", 1: "selection", 2: "value", 3: "worst",
                                             4: "slack", 5: "penalty"}),
        ("tw_supply", "supply.csv", {0: "product", 2: "week", 3: "units", 4: "available"}),
    ):  # fmt: skip
        area = reader.area(name, len(sheets[file]))
        if area is None:
            continue
        for column, source in columns.items():
            column_of(reader, area, column, sheets[file], source)
        if name == "tw_budgets":
            _check_budget_keys(reader, area, workspace, facts)
    tiers = workspace.rebates[workspace.rebates["account"].isin(facts.blocks["account"])]
    tiers = tiers.sort_values(["account", "basis", "reach", "threshold"])
    area = reader.area("tw_tiers", len(tiers))
    if area is not None:
        for column, key in enumerate(("account", "basis", "reach")):
            reader.texts(area, column, tiers[key].tolist())
        reader.numbers(area, 3, tiers["threshold"].to_numpy(dtype=np.float64))
        reader.numbers(area, 4, tiers["rate"].to_numpy(dtype=np.float64))
        after = tiers.groupby(["account", "basis", "reach"])["threshold"].shift(-1)
        reader.numbers(area, 5, after.to_numpy(dtype=np.float64))
        names = sorted(set(facts.blocks["account"]))
        reader.numbers(area, 8, np.array([names.index(a) + 1.0 for a in tiers["account"]]))


def _check_budget_keys(reader: Reader, area: Area, workspace: Workspace, facts: Facts) -> None:
    budgets = workspace.budgets
    for column, name in ((2, "account"), (3, "brand"), (4, "product")):
        reader.texts(area, column, budgets[name].tolist())
        known = sorted(set(facts.blocks[name]))
        keys = [
            (known.index(code) + 1.0 if code in known else -1.0) if code else np.nan
            for code in budgets[name]
        ]
        reader.numbers(area, 10 + column, np.array(keys))
    for column, name in ((5, "first_week"), (6, "last_week")):
        days = [np.nan if pd.isna(day) else day_of(str(day)[:10]) for day in budgets[name]]
        reader.numbers(area, column, np.array(days))


def _funding(workspace: Workspace, facts: Facts, weekly: Sheet) -> Floats:
    """How each row's deal is paid: 0 none, 1 off-invoice, 2 scan-back, 3 bill-back."""
    kinds = ("", "off_invoice", "scan_back", "bill_back")
    found = []
    for row, tactic in enumerate(weekly.text("tactic")):
        if not tactic:
            found.append(0.0)
            continue
        funding = facts.terms[row // facts.W, facts.tactic_place[tactic]].funding
        found.append(float(kinds.index(funding)))
    return np.array(found)


def _check_shown_days(reader: Reader, area: Area, calendar: Sheet, workspace: Workspace) -> None:
    """First and last day of each event in the retailer's own week."""
    days = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
    accounts = workspace.accounts
    later = {
        code: days.index(day)
        for code, day in zip(accounts["account"], accounts["promo_week_start"], strict=True)
    }
    first = np.array([day_of(day) for day in calendar.text("start_week")])
    first += np.array([later[account] for account in calendar.text("account")], dtype=np.float64)
    weeks = np.array([float(n) for n in calendar.text("weeks")])
    reader.numbers(area, 8, first)
    reader.numbers(area, 9, first + 7 * weeks - 1)


def check_totals(
    reader: Reader, sheets: dict[str, Sheet], facts: Facts, rebates: dict[str, pd.Series]
) -> None:
    """What formulas end in: profit and loss, rebates, checks."""
    pnl = sheets["pnl.csv"]
    area = reader.area("tw_pnl", len(pnl))
    if area is not None:
        for column, name in ((0, "account"), (2, "brand"), (4, "no_promotion"), (5, "plan"),
                             (6, "change")):  # fmt: skip
            column_of(reader, area, column, pnl, name)
        reader.numbers(area, 7, np.array([LINES.index(x) + 1.0 for x in pnl.text("line")]))
        accounts, brands = (numbered(pd.Series(pnl.text(k))) for k in ("account", "brand"))
        reader.numbers(area, 8, accounts)
        reader.numbers(area, 9, brands)
        reader.numbers(area, 10, np.floor(np.arange(len(pnl)) / len(LINES)) + 1.0)
    pairs = rebates["plan"].index
    area = reader.area("tw_rebates_by_brand", len(pairs))
    if area is not None:
        reader.texts(area, 0, [account for account, _ in pairs])
        reader.texts(area, 1, [brand for _, brand in pairs])
        for column, key in ((7, "plan"), (13, "no_promotion")):
            reader.numbers(area, column, np.asarray(rebates[key], dtype=np.float64) / 100.0)
        reader.numbers(area, 14, counted(len(pairs)))
    names = sorted(set(facts.blocks["account"]))
    area = reader.area("tw_rebates", len(names))
    if area is not None:
        reader.texts(area, 0, names)
        reader.numbers(area, 10, counted(len(names)))
    area = reader.area("tw_retailers", len(names))
    if area is not None:
        reader.texts(area, 0, names)
        costs = facts.blocks.groupby("account")["handling"].first().sort_index()
        reader.numbers(area, 2, costs.to_numpy(dtype=np.float64))
    for name in ("tw_products", "tw_waterfall"):
        area = reader.area(name, len(facts.blocks))
        if area is not None:
            reader.texts(area, 0, facts.blocks["account"].tolist())
            reader.texts(area, 2, facts.blocks["product"].tolist())
    area = reader.area("tw_products", len(facts.blocks))
    if area is not None:
        reader.texts(area, 4, facts.blocks["brand"].tolist())
        reader.numbers(area, 25, numbered(facts.blocks["account"]))
        both = facts.blocks["account"] + "\0" + facts.blocks["brand"]
        order = {pair: i + 1.0 for i, pair in enumerate(sorted(set(zip(
            facts.blocks["account"], facts.blocks["brand"], strict=True))))}  # fmt: skip
        keys = [order[a, b] for a, _, b in (text.partition("\0") for text in both)]
        reader.numbers(area, 26, np.array(keys))
    area = reader.book.areas["tw_checks"]
    reader.numbers(area, 3, np.zeros(area.rows))
    reader.numbers(area, 4, np.ones(area.rows))
