"""Small workspaces written for tests, in any of the formats that the contract allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd
import yaml

Rows = Sequence[Mapping[str, object]]
Tables = Mapping[str, pd.DataFrame | Rows]
Format = Literal["csv", "parquet", "xlsx"]

SETTINGS: dict[str, object] = {
    "name": "test",
    "currency": "EUR",
    "country": "ES",
    "decimal": ".",
}


def write_workspace(
    folder: Path,
    tables: Tables,
    settings: Mapping[str, object] | None = None,
    format: Format = "csv",
    separator: str = ",",
) -> Path:
    """Write `tables` (frames, or lists of rows) and workspace.yaml into `folder`; returns it.

    `settings` are added to SETTINGS. CSV numbers are written exactly, with the decimal mark that
    the settings declare.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = {**SETTINGS, **(settings or {})}
    (folder / "workspace.yaml").write_text(yaml.safe_dump(said, sort_keys=False), "utf-8")
    frames = {name: _frame(table) for name, table in tables.items()}
    if format == "xlsx":
        with pd.ExcelWriter(folder / "workspace.xlsx", engine="openpyxl") as book:
            for name, frame in frames.items():
                frame.to_excel(book, sheet_name=name, index=False)
        return folder
    for name, frame in frames.items():
        if format == "parquet":
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        else:
            frame.to_csv(
                folder / f"{name}.csv",
                index=False,
                sep=separator,
                decimal=str(said["decimal"]),
                lineterminator="\n",
            )
    return folder


def _frame(table: pd.DataFrame | Rows) -> pd.DataFrame:
    return table if isinstance(table, pd.DataFrame) else pd.DataFrame(list(table))


def small_tables(weeks: int = 30, first: str = "2025-01-06") -> dict[str, pd.DataFrame]:
    """Every table of the contract, filled with a few plausible rows that no check objects to.

    Two accounts, three of our products and a competitor's, `weeks` weeks of sales.
    """
    accounts = ["0012", "NA"]
    products = ["P1", "P2", "P3"]
    mondays = pd.date_range(first, periods=weeks, freq="7D").strftime("%Y-%m-%d")
    sales = [
        {
            "account": account,
            "product": product,
            "week": week,
            "units": float(100 + 7 * a + 13 * p + (w * 5) % 11),
            "price": round(2.0 + 0.25 * p - (0.4 if w % 7 == 3 else 0.0), 2),
            "base_price": 2.0 + 0.25 * p,
            "feature": 1.0 if w % 7 == 3 else 0.0,
            "display": 0.5 if w % 14 == 3 else 0.0,
            "distribution": 0.9,
            "stockout": 0,
        }
        for a, account in enumerate(accounts)
        for p, product in enumerate([*products, "R1"])
        for w, week in enumerate(mondays)
    ]
    listings = [
        {
            "account": account,
            "product": product,
            "base_price": 2.0 + 0.25 * p,
            "list_price": 1.2 + 0.1 * p,
            "min_price": 1.0,
            "max_price": 4.0,
        }
        for account in accounts
        for p, product in enumerate(products)
    ]
    return {
        "accounts": pd.DataFrame(
            {
                "account": accounts,
                "name": ["Norte, S.A.", "Sur"],
                "chain": ["north", "south"],
                "market": ["ES-N", "ES-S"],
                "channel": ["hyper", "super"],
                "vat_rate": [0.10, 0.10],
                "handling_cost": [0.05, 0.04],
                "forward_buy": [0.0, 0.2],
                "promo_week_start": ["MON", "THU"],
                "stores": ["120", "85"],
            }
        ),
        "products": pd.DataFrame(
            {
                "product": [*products, "R1"],
                "name": ["Slices 200 g", "Slices 400 g", "Grated", "Rival"],
                "brand": ["Alba", "Alba", "Brisa", "Rival"],
                "category": ["cheese"] * 4,
                "size": [200.0, 400.0, 150.0, 200.0],
                "size_unit": ["g"] * 4,
                "unit_cost": [0.6, 0.65, 0.7, None],
                "line": ["slices", "slices", None, None],
                "own": [1, 1, 1, 0],
                "retailer_margin": [None, None, None, 0.25],
            }
        ),
        "sales": pd.DataFrame(sales),
        "listings": pd.DataFrame(listings),
        "tactics": pd.DataFrame(
            {
                "tactic": ["tpr", "feature", "feature"],
                "depth": [0.10, 0.20, 0.25],
                "feature": [0.0, 1.0, 1.0],
                "display": [0.0, 0.0, 0.5],
                "min_weeks": [1, 1, 2],
                "max_weeks": [2, 2, 3],
                "funding": ["scan_back", "off_invoice", "bill_back"],
                "funding_share": [0.5, 0.6, 0.7],
                "event_fee": [0.0, 100.0, 150.0],
                "weekly_fee": [0.0, 0.0, 10.0],
                "account": [None, None, "0012"],
                "brand": [None, None, "Alba"],
                "product": [None, None, "P1"],
            }
        ),
        "budgets": pd.DataFrame(
            {
                "budget": ["all", "north"],
                "amount": [5000.0, 100.5],
                "kind": ["ceiling", "floor"],
                "account": [None, "0012"],
                "brand": [None, "Alba"],
                "product": [None, None],
                "first_week": [None, "2026-W01"],
                "last_week": [None, "2026-06-30"],
            }
        ),
        "rebates": pd.DataFrame(
            {
                "account": ["0012", "0012"],
                "basis": ["net_sales", "net_sales"],
                "threshold": [1000.0, 5000.0],
                "rate": [0.01, 0.02],
                "reach": ["all", "excess"],
            }
        ),
        "supply": pd.DataFrame(
            {
                "product": ["P1", "P1"],
                "week": ["2026-W02", "2026-01-14"],
                "units": [5000.0, 4000.0],
                "carry_over": [1.0, 0.5],
            }
        ),
        "events": pd.DataFrame(
            {
                "account": ["0012", "0012", "NA"],
                "product": ["P1", "P1", "P2"],
                "tactic": ["tpr", "feature", "tpr"],
                "start_week": ["2025-12-22", "2026-02-02", "2026-03-02"],
                "weeks": [2, 2, 4],
                "status": ["actual", "pinned", "forbidden"],
            }
        ),
        "claims": pd.DataFrame(
            {
                "claim": ["C-002", "C-001"],
                "account": ["0012", "0012"],
                "product": ["P1", "P1"],
                "start_week": ["2026-02-02", "2026-W06"],
                "plan": [None, "base"],
                "received": ["2026-02-20", "2026-02-18"],
                "amount": [120.5, 80.0],
                "settled": [None, 75.25],
                "settled_on": [None, "2026-03-01"],
                "note": ["flyer", None],
            }
        ),
    }
