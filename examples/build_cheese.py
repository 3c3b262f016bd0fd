"""Builds the tables of `examples/cheese` from the raw account-level data.

    python examples/build_cheese.py RAW.csv examples/cheese

The raw file has one row per account and week: account, market, chain, week_index, volume, price,
display_acv. Sales are copied as they are; everything else that planning needs is an assumption,
made by the rules below and listed in `examples/cheese/README.md`. No datum lives in this script.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

PRODUCT = "SLICED-CHEESE"
FIRST_WEEK = pd.Timestamp("2024-09-16")  # assumed Monday of block 1: block 68 ends 2026-01-04
LATE_START = {"DALLAS/FT. WORTH - WINN DIXIE": 12}  # blocks before the account's first row
RECENT_WEEKS = 26  # the regular price is read from an account's last half year
REGULAR_QUANTILE = 0.8  # deals are in the lower tail of prices, so an upper quantile is regular
UNIT_COST = 1.40
# Retailer's front margin excl. VAT grows with the shelf price: cheap chains live on thin margins.
MARGIN_PRICES = (2.40, 3.60)
MARGINS = (0.20, 0.30)
HANDLING_COST = 0.06
FORWARD_BUY = 0.20
SIZES = (1500.0, 3000.0, 6000.0)  # limits of the size tiers, median units a week
TIERS = ("small", "medium", "large", "very large")
FEE_SCALE = {"small": 0.4, "medium": 1.0, "large": 2.0, "very large": 4.0}
# tactic, depth, display, min_weeks, max_weeks, funding, funding_share, event_fee, weekly_fee
TACTICS: tuple[tuple[str, float, float, int, int, str, float, float, float], ...] = (
    ("TPR-10", 0.10, 0.00, 1, 3, "scan_back", 0.45, 0.0, 0.0),
    ("TPR-15", 0.15, 0.00, 1, 2, "scan_back", 0.45, 50.0, 0.0),
    ("BUY-IN-12", 0.12, 0.00, 2, 2, "off_invoice", 0.40, 0.0, 0.0),
    ("DISPLAY", 0.00, 0.35, 1, 2, "bill_back", 0.50, 200.0, 500.0),
    ("DISPLAY-10", 0.10, 0.35, 1, 2, "scan_back", 0.50, 200.0, 400.0),
    ("DISPLAY-20", 0.20, 0.50, 1, 2, "bill_back", 0.55, 250.0, 500.0),
)
# budget, amount (USD), account, first_week, last_week; the account is named as in the raw file
BUDGETS: tuple[tuple[str, float, str, str, str], ...] = (
    ("YEAR", 1_500_000.0, "", "", ""),
    ("FIRST-HALF", 800_000.0, "", "", "2026-07-05"),
    ("SECOND-HALF", 800_000.0, "", "2026-07-06", ""),
    ("JEWEL", 120_000.0, "CHICAGO - JEWEL", "", ""),
    ("SAFEWAY", 150_000.0, "BALTI/WASH - SAFEWAY", "", ""),
    ("VONS", 90_000.0, "LOS ANGELES - VONS", "", ""),
)


def code_of(name: str) -> str:
    """A code without commas, blanks or slashes: `ALBANY,NY - PRICE CHOPPER` -> `ALBANY-NY-...`."""
    return re.sub(r"[^A-Z0-9]+", "-", name.upper().replace("'", "")).strip("-")


def sales_of(raw: pd.DataFrame) -> pd.DataFrame:
    """Units and average prices paid, as in the raw file, with the assumed Mondays."""
    block = raw["week_index"] + raw["account"].map(LATE_START).fillna(0).astype("int64") - 1
    week = FIRST_WEEK + pd.to_timedelta(block * 7, unit="D")
    return pd.DataFrame(
        {
            "account": raw["account"].map(code_of),
            "product": PRODUCT,
            "week": week.dt.strftime("%Y-%m-%d"),
            "units": raw["volume"],
            "price": raw["price"],
            "display": raw["display_acv"],
        }
    ).sort_values(["account", "week"])


def accounts_of(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per account; `size_tier` is a profile column that sets the assumed fees."""
    typical = raw.groupby("account", sort=True)["volume"].median()
    first = raw.groupby("account", sort=True)[["market", "chain"]].first()
    tier = np.searchsorted(np.array(SIZES), typical.to_numpy(), side="right")
    return pd.DataFrame(
        {
            "account": [code_of(name) for name in typical.index],
            "name": typical.index,
            "chain": first["chain"].to_numpy(),
            "market": first["market"].to_numpy(),
            "channel": "GROCERY",
            "vat_rate": 0,
            "handling_cost": HANDLING_COST,
            "forward_buy": FORWARD_BUY,
            "size_tier": [TIERS[i] for i in tier],
        }
    ).sort_values("account")


def listings_of(raw: pd.DataFrame) -> pd.DataFrame:
    """Regular shelf price of the last half year, and the invoice price it suggests."""
    recent = raw.sort_values("week_index").groupby("account", sort=True).tail(RECENT_WEEKS)
    base = recent.groupby("account", sort=True)["price"].quantile(REGULAR_QUANTILE).round(2)
    margin = np.interp(base.to_numpy(), MARGIN_PRICES, MARGINS)
    return pd.DataFrame(
        {
            "account": [code_of(name) for name in base.index],
            "product": PRODUCT,
            "base_price": base.to_numpy(),
            "list_price": (base.to_numpy() * (1 - margin)).round(2),
        }
    ).sort_values("account")


def tactics_of(accounts: pd.DataFrame) -> pd.DataFrame:
    """Rows for any account (medium fees), then rows for each account of another size."""
    columns = ["tactic", "depth", "feature", "display", "min_weeks", "max_weeks", "funding"]
    columns += ["funding_share", "event_fee", "weekly_fee", "account"]
    scales = [("", 1.0)]
    for account, tier in zip(accounts["account"], accounts["size_tier"], strict=True):
        if tier != "medium":
            scales.append((account, FEE_SCALE[tier]))
    rows = []
    for name, depth, display, low, high, funding, share, event_fee, weekly_fee in TACTICS:
        for account, scale in scales:
            if account and event_fee == weekly_fee == 0.0:
                continue  # nothing to scale: the general row holds
            fees = (round(event_fee * scale, 2), round(weekly_fee * scale, 2))
            rows.append((name, depth, 0, display, low, high, funding, share, *fees, account))
    return pd.DataFrame(rows, columns=columns)


def budgets_of() -> pd.DataFrame:
    """Trade budgets of the year; halves and two accounts have ceilings of their own."""
    rows = [
        (name, amount, "ceiling", code_of(account), first, last)
        for name, amount, account, first, last in BUDGETS
    ]
    columns = ["budget", "amount", "kind", "account", "first_week", "last_week"]
    return pd.DataFrame(rows, columns=columns)


def build(raw_file: Path, folder: Path) -> None:
    """Write the tables of the example into `folder`, in the order of their keys."""
    raw = pd.read_csv(raw_file, keep_default_na=False)
    accounts = accounts_of(raw)
    product = {"product": [PRODUCT], "name": ["Borden sliced cheese"], "brand": ["BORDEN"]}
    product |= {"category": ["SLICED CHEESE"], "unit_cost": [UNIT_COST], "own": [1]}
    tables = {
        "accounts": accounts,
        "products": pd.DataFrame(product),
        "sales": sales_of(raw),
        "listings": listings_of(raw),
        "tactics": tactics_of(accounts),
        "budgets": budgets_of(),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
