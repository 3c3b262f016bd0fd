"""Series that have ended: accounts that closed, products delisted. Nothing is forecast of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel
from workspace.text import Text
from workspace.workspace import Workspace

Bools = NDArray[np.bool_]

# As long without a unit, up to the end of everybody's history, is no gap any more.
ENDED = 8  # weeks


@dataclass(frozen=True)
class End:
    """One series that sold and no longer does; `listed`: it is meant to be sold all the same."""

    account: str
    product: str
    last_week: str  # with a unit sold, ISO date
    listed: bool
    closed: bool  # the whole account has ended

    @property
    def fields(self) -> dict[str, object]:
        """JSON-able."""
        return {
            "account": self.account,
            "product": self.product,
            "last_week": self.last_week,
            "listed": self.listed,
            "account_closed": self.closed,
        }


def ended(panel: Panel) -> Bools:
    """Series that sold, and sold nothing in the last ENDED weeks of the panel: (N,).

    None where the whole panel is shorter than twice that, or where nobody sold.
    """
    with np.errstate(invalid="ignore"):
        sold = panel.units > 0.0
    if sold.shape[1] < 2 * ENDED or not sold[:, -ENDED:].any():
        return np.zeros(panel.series, dtype=np.bool_)
    return np.asarray(sold.any(axis=1) & ~sold[:, -ENDED:].any(axis=1))


def ends_of(workspace: Workspace, panel: Panel) -> tuple[End, ...]:
    """Every series of ours that has ended, by account and product."""
    panel = panel.only(panel.own)
    listed = set(workspace.listings[["account", "product"]].itertuples(index=False, name=None))
    gone = ended(panel)
    alive = set(panel.account[~gone & panel.used.any(axis=1)].tolist())
    found: list[End] = []
    for series in np.flatnonzero(gone).tolist():
        account, product = panel.codes(series)
        last = int(np.flatnonzero(panel.units[series] > 0.0)[-1])
        week = str(panel.weeks[last].astype("datetime64[D]"))
        closed = int(panel.account[series]) not in alive
        found.append(End(account, product, week, (account, product) in listed, closed))
    return tuple(found)


def ends_told(ends: tuple[End, ...]) -> tuple[Text, ...]:
    """What a reader must know: which accounts closed, what is no longer forecast, what still is."""
    told: list[Text] = []
    closed = sorted({end.account for end in ends if end.closed})
    if closed:
        accounts = ", ".join(closed)
        told.append(Text("accounts that no longer sell anything: {accounts}", accounts=accounts))
    gone = sum(not end.listed for end in ends)
    if gone:
        told.append(
            Text(
                "{count} series ended {weeks} weeks or more before the history does: no forecast",
                count=gone,
                weeks=ENDED,
            )
        )
    back = len(ends) - gone
    if back:
        told.append(
            Text(
                "{count} listed pairs have sold nothing in the last {weeks} weeks: their forecast "
                "is of what they sold before",
                count=back,
                weeks=ENDED,
            )
        )
    return tuple(told)
