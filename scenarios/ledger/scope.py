"""What a budget is for: which account, brand, product and weeks its money may be spent on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from scenarios.signoff.dossier import cents_of
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Scope:
    """A ceiling of `budgets`, its limit in cents. Blank selectors select everything."""

    budget: str
    limit: int
    account: str
    brand: str
    product: str
    first: date | None
    last: date | None
    brands: Mapping[str, str]  # product -> brand

    def holds(self, account: str, product: str, week: date) -> bool:
        """Whether the money of an account, product and week (its Monday) is this budget's."""
        return (
            self.account in ("", account)
            and self.product in ("", product)
            and self.brand in ("", self.brands.get(product))
            and (self.first is None or self.first <= week)
            and (self.last is None or week <= self.last)
        )


def scopes_of(workspace: Workspace) -> Iterator[Scope]:
    """Every ceiling of a workspace, in the order of its budgets."""
    products = workspace.products
    brands = dict(zip(products["product"], products["brand"], strict=True))
    for row in workspace.budgets.to_dict("records"):
        if row["kind"] != "floor":
            yield Scope(
                budget=row["budget"],
                limit=cents_of(row["amount"]),
                account=row["account"],
                brand=row["brand"],
                product=row["product"],
                first=day_of(row["first_week"]),
                last=day_of(row["last_week"]),
                brands=brands,
            )


def day_of(cell: pd.Timestamp | None) -> date | None:
    """The day of a cell of a frame; None where it is blank."""
    return None if pd.isna(cell) else pd.Timestamp(cell).date()
