"""A second reading of plans' folders, by nothing but csv, json and decimals."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

Table = list[dict[str, str]]


def table(path: Path) -> Table:
    """The rows of a CSV, as text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def figures(folder: Path) -> dict[str, Decimal]:
    """What a plan comes to, from its weekly rows and the rebates in its profit and loss."""
    total: dict[str, Decimal] = defaultdict(Decimal)
    for row in table(folder / "weekly.csv"):
        total["profit"] += Decimal(row["profit"])
        total["retailer_profit"] += Decimal(row["retailer_profit"])
        total["incremental_profit"] += Decimal(row["profit"]) - Decimal(row["profit_no_promotion"])
        total["spend"] += Decimal(row["variable_spend"]) + Decimal(row["fees"])
        if row["tail"] == "0":
            total["units"] += Decimal(row["units"])
    for row in table(folder / "pnl.csv"):
        if row["line"] == "rebates":
            total["profit"] -= Decimal(row["plan"])
            total["retailer_profit"] += Decimal(row["plan"])
            total["incremental_profit"] -= Decimal(row["change"])
    total["events"] = Decimal(len(table(folder / "calendar.csv")))
    return total


def differences(shown: Table, folders: dict[str, Path]) -> list[str]:
    """Where compare.csv says something else than the plans' own tables, and by how much."""
    found = []
    own = {name: figures(folder) for name, folder in folders.items()}
    base = shown[0]["base"]
    for row in shown:
        mine = own[row["scenario"]]
        for name, amount in mine.items():
            exact = Decimal("1e-5") if name == "units" else Decimal(0)
            if abs(Decimal(row[name]) - amount) > exact:
                found.append(f"{row['scenario']}.{name}: {row[name]}, not {amount}")
            change = row.get(f"{name}_change")
            if change and abs(Decimal(change) - (amount - own[base][name])) > exact:
                found.append(f"{row['scenario']}.{name}_change: {change}")
    return found


def record(folder: Path) -> dict[str, object]:
    """plan.json."""
    said: dict[str, object] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return said
