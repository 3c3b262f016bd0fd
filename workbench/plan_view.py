"""A plan as it is shown: read back from its folder, beside the workspace's names for codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from workbench.session import Json
    from workspace import Workspace


@dataclass(frozen=True)
class PlanView:
    """What the screens need of a plan's folder (section 6 of the contract).

    Money is in `currency`; frames have the contract's columns, codes as text with "" for blank.
    """

    folder: Path
    plan: dict[str, Json]  # plan.json
    calendar: pd.DataFrame
    budgets: pd.DataFrame
    guardrails: pd.DataFrame
    pnl: pd.DataFrame
    weeks: tuple[date, ...]  # Mondays of the horizon
    blocks: tuple[tuple[str, str], ...]  # (account, product) pairs of the problem, sorted
    account_names: dict[str, str]
    product_names: dict[str, str]
    currency: str
    prices: pd.DataFrame | None = None  # where regular prices are planned

    def number(self, key: str) -> float | None:
        """A number of plan.json or of its totals; None where the plan has none."""
        totals = self.plan.get("totals")
        found = self.plan.get(key)
        if found is None and isinstance(totals, dict):
            found = totals.get(key)
        return float(found) if isinstance(found, int | float) else None

    def word(self, key: str) -> str:
        """A text of plan.json, "" where there is none."""
        found = self.plan.get(key)
        return found if isinstance(found, str) else ""


def read_view(folder: Path, workspace: Workspace) -> PlanView:
    """Read a plan's folder that this program has just written and verified."""
    weekly = _table(folder, "weekly", ["account", "product", "week", "tail"])
    horizon = weekly[weekly["tail"].astype(int) == 0]
    blocks = horizon[["account", "product"]].drop_duplicates()
    accounts, products = workspace.accounts, workspace.products
    return PlanView(
        folder=folder,
        plan=json.loads((folder / "plan.json").read_text(encoding="utf-8")),
        calendar=_table(folder, "calendar"),
        budgets=_table(folder, "budgets"),
        guardrails=_table(folder, "guardrails"),
        pnl=_table(folder, "pnl"),
        weeks=tuple(date.fromisoformat(week) for week in sorted(set(horizon["week"]))),
        blocks=tuple(sorted(zip(blocks["account"], blocks["product"], strict=True))),
        account_names=_names(accounts["account"], accounts["name"]),
        product_names=_names(products["product"], products["name"]),
        currency=workspace.settings.currency,
        prices=_table(folder, "prices") if (folder / "prices.csv").is_file() else None,
    )


_TEXTS = (
    "event", "account", "product", "tactic", "start_week", "week", "reason",
    "budget", "rule", "selection", "line", "brand", "change",
)  # fmt: skip


def _table(folder: Path, name: str, columns: list[str] | None = None) -> pd.DataFrame:
    import pandas as pd

    path = folder / f"{name}.csv"
    types = dict.fromkeys(_TEXTS, "str")
    frame = pd.read_csv(path, dtype=types, usecols=columns, keep_default_na=False, na_values=[""])
    texts = [column for column in frame.columns if column in _TEXTS]
    frame[texts] = frame[texts].fillna("")
    return frame


def _names(codes: pd.Series, names: pd.Series) -> dict[str, str]:
    return {code: name or code for code, name in zip(codes, names, strict=True)}
