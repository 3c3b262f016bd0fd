"""How far a lift may be believed beyond what was ever run.

A log-linear lift is a straight line in -ln(1 - depth): told of cuts of a fifth, asked about nine
tenths, it says a hundredfold, and its draws say a millionfold. No forecast is above five times the
best week that a series ever had (`forecast.most_units`); so no lift takes a usual week above that,
nor, where the best week was a usual one, above twenty times. Neither is reached by deals like those
of the past. Means, draws and pressures are held alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.estimator import Estimate
from models.forecast import most_units
from models.response import Response
from models.response_schema import LARGEST_LOG
from workspace.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT_LEAST = float(np.log(20.0))  # no limit below this many times a usual week


def most_log_lift(estimate: Estimate, series: Ints) -> Floats:
    """The limit of ln lifts of these series (P,) of the estimate's panel: (P,)."""
    panel = estimate.panel
    logs = np.log(np.where(panel.used, panel.units, 1.0))
    count = np.maximum(panel.used.sum(axis=1), 1)
    usual = np.where(panel.used, logs, 0.0).sum(axis=1) / count
    most = most_units(estimate)
    limit = np.where(np.isfinite(most), np.log(np.where(np.isfinite(most), most, 1.0)) - usual, 0.0)
    return np.clip(limit, AT_LEAST, LARGEST_LOG)[series]


def held_lifts(estimate: Estimate, response: Response) -> tuple[Text, ...]:
    """A warning where tactics, or half of their draws, are held at the limit."""
    panel = estimate.panel
    accounts, products = np.array(panel.accounts), np.array(panel.products)
    limits = pd.DataFrame(
        {
            "account": accounts[panel.account],
            "product": products[panel.product],
            "limit": most_log_lift(estimate, np.arange(panel.series)),
        }
    ).astype({"account": "str", "product": "str"})
    lifts = response.lift.merge(limits, on=["account", "product"], how="left")
    held = lifts[lifts["log_lift"] >= lifts["limit"] - 1e-9]
    if not len(held):
        return ()
    names = ", ".join(sorted(set(held["tactic"]))[:5])
    return (
        Text(
            "{count} lifts lie so far beyond what was ever run that they are held at a limit, not"
            " estimated: {names}",
            count=len(held),
            names=names,
        ),
    )
