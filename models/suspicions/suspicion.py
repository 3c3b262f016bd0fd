"""One suspicion: sound by every rule of the tables, and still hardly what was meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workspace.faults import place
from workspace.text import Text
from workspace.workspace import Workspace


@dataclass(frozen=True)
class Suspicion:
    """What looks wrong, where. It stops nothing: only people know whether it is.

    `row` is the first row concerned, 1-based as an editor shows the file; `account`, `product` and
    `week` (ISO date, the first one) are "" where the suspicion is not about one of them.
    """

    kind: str  # a name of its own for programs, e.g. price_scale
    file: str
    row: int | None
    column: str | None
    account: str
    product: str
    week: str
    message: Text

    def __str__(self) -> str:
        return f"{place(self.file, self.row, self.column)}: {self.message}"

    @property
    def fields(self) -> dict[str, object]:
        """JSON-able, the message in English."""
        names = ("kind", "file", "row", "column", "account", "product", "week")
        return {**{name: getattr(self, name) for name in names}, "message": str(self.message)}


class Places:
    """Finds the rows of a workspace's files."""

    def __init__(self, workspace: Workspace) -> None:
        """Tables are looked up by their keys."""
        self._workspace = workspace

    def sales(
        self,
        kind: str,
        column: str,
        message: Text,
        account: str = "",
        product: str = "",
        week: np.datetime64 | None = None,
    ) -> Suspicion:
        """About the first row of sales with this account, product and week (blank: any)."""
        found = np.ones(len(self._workspace.sales), dtype=np.bool_)
        sales = self._workspace.sales
        if account:
            found &= (sales["account"] == account).to_numpy()
        if product:
            found &= (sales["product"] == product).to_numpy()
        if week is not None:
            found &= sales["week"].to_numpy() == week.astype("datetime64[s]")
        shown = "" if week is None else str(week.astype("datetime64[D]"))
        row = self._first("sales", found)
        file = self._workspace.source("sales")
        return Suspicion(kind, file, row, column, account, product, shown, message)

    def table(self, kind: str, table: str, i: int, column: str, message: Text) -> Suspicion:
        """About row `i` of a table's frame."""
        frame = self._workspace.table(table)
        account, product = (
            str(frame[name].iloc[i]) if name in frame else "" for name in ("account", "product")
        )
        file = self._workspace.source(table)
        row = self._workspace.row(table, i)
        return Suspicion(kind, file, row, column, account, product, "", message)

    def _first(self, table: str, found: np.ndarray) -> int | None:
        rows = np.flatnonzero(found)
        return min(self._workspace.row(table, int(i)) for i in rows) if len(rows) else None


def weeks_text(weeks: np.ndarray) -> str:
    """How a run of weeks is named: one date, or the first and the last."""
    days = pd.to_datetime(np.unique(weeks)).strftime("%Y-%m-%d")
    return str(days[0]) if len(days) == 1 else f"{days[0]} … {days[-1]}"
