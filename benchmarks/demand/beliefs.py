"""What a peer believes, as a response that one can plan with: its forecasts of deals not yet run.

The peer learns from the history and forecasts weeks that have not been: a horizon without any
deal, and for each tactic a few weeks with it. The difference is its lift. Peers know no dips and no
cannibalisation, as those who plan with them do not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.base_price import RegularPrices, regular_prices
from models.panel import Panel, panel_of
from models.peers import Peer
from models.response import Response
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

AHEAD = 106  # weeks of baseline, as the estimator's
TRIED = (4, 17, 30, 43)  # weeks ahead in which a tactic is tried; its lift is their mean


def beliefs(workspace: Workspace, peer: Peer) -> Response:
    """The peer's response for every listed pair of ours."""
    panel = panel_of(workspace)
    regular = regular_prices(panel)
    own = panel.only(panel.own)
    prices = replace(regular, price=regular.price[panel.own])
    kinds = workspace.tactics.drop_duplicates("tactic").sort_values("tactic")
    deals = kinds[["depth", "feature", "display"]].to_numpy(dtype=np.float64)
    base = _listed(workspace, own)
    wider, wider_prices = _ahead(own, prices, base, deals)
    made = np.maximum(peer(wider, wider_prices), 1e-6)[:, len(own.weeks) :]
    quiet, tried = made[:, :AHEAD], made[:, AHEAD:]
    log_lift = np.log(tried.reshape(own.series, len(kinds), len(TRIED)))
    log_lift = (log_lift - np.log(quiet[:, list(TRIED)])[:, None, :]).mean(axis=2)
    return _response(own, np.isfinite(base), kinds["tactic"].to_numpy(), quiet, log_lift)


def _listed(workspace: Workspace, own: Panel) -> Floats:
    """Base prices at the start of the horizon, NaN where a pair is not listed: (N,)."""
    table = workspace.listings.set_index(["account", "product"])["base_price"]
    keys = pd.MultiIndex.from_tuples([own.codes(i) for i in range(own.series)])
    return table.reindex(keys).to_numpy(dtype=np.float64)


def _ahead(
    own: Panel, prices: RegularPrices, base: Floats, deals: Floats
) -> tuple[Panel, RegularPrices]:
    """The panel with AHEAD quiet weeks and len(TRIED) weeks of each tactic after its history."""
    future = own.weeks[-1] + 7 * np.arange(1, AHEAD + 1)
    weeks = np.concatenate([own.weeks, future, np.tile(future[list(TRIED)], len(deals))])
    each = np.concatenate([np.zeros((AHEAD, 3)), np.repeat(deals, len(TRIED), axis=0)])
    regular = np.broadcast_to(base[:, None], (own.series, len(each)))

    def wider(cells: Floats, added: Floats) -> Floats:
        return np.concatenate([cells, np.broadcast_to(added, (own.series, len(each)))], axis=1)

    blank = np.full(len(each), np.nan)
    panel = replace(
        own,
        weeks=weeks,
        units=wider(own.units, blank),
        price=wider(own.price, regular * (1 - each[:, 0])),
        base_price=wider(own.base_price, regular),
        feature=wider(own.feature, each[:, 1]),
        display=wider(own.display, each[:, 2]),
        distribution=wider(own.distribution, blank),
        used=np.concatenate([own.used, np.zeros((own.series, len(each)), dtype=np.bool_)], axis=1),
    )
    return panel, replace(prices, price=wider(prices.price, regular))


def _response(
    own: Panel, listed: NDArray[np.bool_], tactics: NDArray[np.object_], quiet: Floats, lift: Floats
) -> Response:
    pairs = pd.DataFrame([own.codes(i) for i in range(own.series)], columns=["account", "product"])
    chosen = np.flatnonzero(listed)
    future = (own.weeks[-1] + 7 * np.arange(1, AHEAD + 1)).astype("datetime64[s]")
    baseline = pairs.iloc[np.repeat(chosen, AHEAD)].reset_index(drop=True)
    baseline["week"] = np.tile(future, len(chosen))
    baseline["units"] = quiet[chosen].ravel()
    lifts = pairs.iloc[np.repeat(chosen, len(tactics))].reset_index(drop=True)
    lifts["tactic"] = np.tile(tactics, len(chosen))
    lifts["log_lift"] = lift[chosen].ravel()
    lifts["pressure"] = 0.0
    return Response.of(baseline=baseline, lift=lifts)
