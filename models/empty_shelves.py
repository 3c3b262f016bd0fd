"""The weeks that a fit took for sold out: listed, and the clearest of them as suspicions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.estimator import Estimate
from models.residuals import residuals
from models.stockouts import SURE
from models.suspicions import Suspicion
from models.suspicions.suspicion import Places
from workspace.text import Text
from workspace.workspace import Workspace


def empty_shelves(estimate: Estimate) -> list[dict[str, object]]:
    """Weeks not believed for a drop between usual ones, by series and week; JSON-able.

    account, product, week, units, `expected` by the fit without it, `deviations` (negative, of the
    series' noise), promoted.
    """
    panel, rest = estimate.panel, residuals(estimate)
    found: list[dict[str, object]] = []
    for series, week in np.argwhere(panel.used & (estimate.belief.weight == 0.0)).tolist():
        account, product = panel.codes(series)
        units, away = float(panel.units[series, week]), float(rest[series, week])
        found.append(
            {
                "account": account,
                "product": product,
                "week": str(panel.weeks[week].astype("datetime64[D]")),
                "units": units,
                "expected": units * float(np.exp(-away)),
                "deviations": away / float(np.sqrt(estimate.noise[series])),
                "promoted": bool(estimate.promoted[series, week]),
            }
        )
    return found


def suspected(workspace: Workspace, shelves: list[dict[str, object]]) -> Iterator[Suspicion]:
    """One suspicion for each series with a drop of SURE deviations or more."""
    places = Places(workspace)
    told: set[tuple[str, str]] = set()
    for one in shelves:
        account, product = str(one["account"]), str(one["product"])
        if float(str(one["deviations"])) > SURE or (account, product) in told:
            continue
        told.add((account, product))
        message = Text(
            "{product} in {account} sold {units} where {expected} were to be expected, and as "
            "usual before and after: sold out, without a mark?",
            product=product,
            account=account,
            units=f"{float(str(one['units'])):.0f}",
            expected=f"{float(str(one['expected'])):.0f}",
        )
        week = np.datetime64(str(one["week"]), "D")
        yield places.sales("stockout_unmarked", "stockout", message, account, product, week)
