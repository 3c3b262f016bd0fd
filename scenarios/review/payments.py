"""What the weeks of events were to cost and did: funding per unit and fees, from the plan alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.otherwise import Otherwise
from optimizer.blocks import Pairs
from optimizer.tactics import offers
from scenarios.review.bridge import Terms
from scenarios.review.elsewhere import REACH, Surroundings
from scenarios.review.promised import Promised
from scenarios.review.seen import Window
from scenarios.review.worlds import Weeks
from workspace.workspace import Workspace

Floats = NDArray[np.float64]


def terms_of(
    workspace: Workspace, promised: Promised, windows: list[Window], weeks: Weeks,
    otherwise: Otherwise,
) -> Terms:  # fmt: skip
    """Funding follows the depth and the regular price that ran; a week that did not run pays none.

    The fee of the event is due once anything of it ran, the weekly one for every week that did.
    """
    at = (weeks.cells.series, weeks.cells.week)
    there = (weeks.pair, weeks.place)
    price = np.exp(otherwise.regular[at] + otherwise.estimate.design.centre[weeks.cells.series])
    off = np.where(weeks.ran, price * -np.expm1(-otherwise.actual.cut[at]), 0.0)
    share = _funded(promised, windows)[weeks.window]  # of a unit of shelf discount
    planned = np.where(weeks.planned, promised.funding[there], 0.0)
    dearer = price / promised.base_price[there]
    planned_fees = np.where(weeks.planned, promised.fees[there] / 100.0, 0.0)
    weekly, once = _fees(workspace, promised, windows)
    fees = np.where(weeks.ran, weekly[weeks.window], 0.0)
    first = np.flatnonzero(np.diff(weeks.window, prepend=-1))
    ran = np.zeros(len(windows), dtype=np.bool_)
    np.logical_or.at(ran, weeks.window, weeks.ran)
    fees[first] += np.where(ran, once, 0.0)[weeks.window[first]]
    return Terms(
        margin=promised.margin[weeks.pair],
        planned_funding=planned,
        priced_funding=planned * dearer,
        funding=share * off,
        planned_fees=planned_fees,
        fees=fees,
    )


def surroundings(promised: Promised, otherwise: Otherwise, first: int) -> Surroundings:
    """Units of all weeks, sold or else promised, and what one more would earn there."""
    panel = otherwise.estimate.panel
    shape = (panel.series, len(panel.weeks) + REACH)
    units, worth = np.zeros(shape), np.zeros(shape)
    row = {panel.codes(i): i for i in range(panel.series)}
    series = [row[key] for key in zip(promised.account, promised.product, strict=True)]
    stop = min(shape[1], first + len(promised.weeks))
    units[series, first:stop] = promised.units[:, : stop - first]
    worth[series] = promised.margin[:, None]
    worth[series, first:stop] -= promised.funding[:, : stop - first]
    sold = panel.recorded
    units[:, : len(panel.weeks)][sold] = panel.units[sold]
    return Surroundings(units, worth)


def _funded(promised: Promised, windows: list[Window]) -> Floats:
    """Of each event: what a unit of currency off the shelf price costs us, excl. VAT."""
    found = np.zeros(len(windows))
    for i, window in enumerate(windows):
        event = promised.events.iloc[window.event]
        pair, week = window.pair, int(event["first"])
        off = float(promised.base_price[pair, week] * promised.depth[pair, week])
        found[i] = promised.funding[pair, week] / off if off > 0.0 else 0.0
    return found


def _fees(workspace: Workspace, promised: Promised, windows: list[Window]) -> tuple[Floats, Floats]:
    """Of each event: the fee of a week, and the one of the event, currency."""
    offered = offers(workspace, Pairs(promised.account, promised.product))
    listed = offered.numbers("weekly_fee")
    tactic = offered.find(promised.events["tactic"])
    weekly, once = np.zeros(len(windows)), np.zeros(len(windows))
    for i, window in enumerate(windows):
        event = promised.events.iloc[window.event]
        pair, first, count = window.pair, int(event["first"]), int(event["weeks"])
        fees = promised.fees[pair] / 100.0
        if count > 1:
            weekly[i] = fees[first + 1]
        else:  # one week alone does not tell the two apart
            weekly[i] = min(fees[first], listed[pair, max(tactic[window.event], 0)])
        once[i] = fees[first] - weekly[i]
    return weekly, once
