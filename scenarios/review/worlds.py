"""The worlds between a plan and what came of it, week by week of its events.

    promised      as the plan has it
    rebuilt       the plan's deals on the baseline that the weeks really had
    around        with the deals of ours that really ran before and beside it
    priced        at the regular price that really stood
    executed      with the event as it really ran, selling as the plan believed
    actual        what was sold

Each differs from the one before it in one thing. The baseline and what deals around it did come
from an estimate that never saw the events' own weeks; lifts are the plan's, moved to what ran in
the proportion of that estimate's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import structure
from models.context import Context
from models.forecast import MOST_VARIANCE, variance_of
from models.otherwise import Cells, Deals, Otherwise
from scenarios.review.elsewhere import own_rows
from scenarios.review.promised import Promised
from scenarios.review.seen import Window

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Below this a planned lift is no measure of what a part of the deal does.
LEAST_LIFT = 0.05
# The ways to mix what was planned and what ran of depth, feature and display, one bit each.
MIXES = 8


@dataclass(frozen=True)
class Weeks:
    """All weeks of all windows, M of them, in order of events; every array (M, ...)."""

    cells: Cells
    window: Ints  # place in the list of windows
    pair: Ints
    place: Ints  # week of the plan; beyond its ends the nearest
    planned: Bools
    ran: Bools
    units: Floats  # sold
    out: Bools  # nothing sold, or out of stock
    promised: Floats  # units
    lift: Floats  # ln lift that the plan believed in
    quiet: Floats  # (M, K) rows without any deal of ours, at the planned price
    priced: Floats  # (M, K) what the actual regular price changes
    before: Floats  # (M, K) what other planned deals change in rows without any
    after: Floats  # (M, K) what the other deals that ran change in rows without any
    # (M, K) what the event's own earlier weeks change, as planned and as they ran
    planned_dip: Floats
    dip: Floats
    mixes: Floats  # (M, 8, K) own deal: bit 1 the actual depth, 2 the feature, 4 the display
    context: Floats  # deviation of ln units around it
    context_variance: Floats
    unsure: Floats  # variance of the quiet week's expectation, coefficients and context
    noise: Floats  # variance of a quiet week
    promoted_noise: Floats

    def own_lifts(self, coefficients: Floats) -> Floats:
        """ln lifts (M, 8) of the mixes at coefficients (N, K), never below 0."""
        found = np.einsum("mjk,mk->mj", self.mixes, coefficients[self.cells.series])
        return np.asarray(np.maximum(found, 0.0))

    def log(self, rows: Floats, coefficients: Floats) -> Floats:
        """Rows (M, K) at coefficients (N, K): (M,)."""
        return np.asarray(np.einsum("mk,mk->m", rows, coefficients[self.cells.series]))


def weeks_of(
    promised: Promised, windows: list[Window], otherwise: Otherwise, context: Context,
    first: int, learnable: Bools,
) -> Weeks:  # fmt: skip
    """Everything about the weeks of the windows, at least one, that does not depend on a draw.

    `learnable` (N, T): weeks with stock and units, before those of events were taken out.
    """
    estimate = otherwise.estimate
    window = np.repeat(np.arange(len(windows)), [len(w.weeks) for w in windows])
    series = np.array([windows[i].series for i in window], dtype=np.int64)
    week = np.concatenate([w.weeks for w in windows])
    pair = np.array([windows[i].pair for i in window], dtype=np.int64)
    cells, at = Cells(series, week), (series, week)
    place = np.clip(week - first, 0, len(promised.weeks) - 1)
    wanted = (pair, place)
    plan = planned_deals(promised, otherwise, first)
    horizon = np.arange(len(estimate.panel.weeks)) >= first
    none = otherwise.actual.where(np.broadcast_to(~horizon, estimate.panel.units.shape))
    quiet = otherwise.rows(cells, none, planned_price=True)
    without = otherwise.around(cells, none)
    planned_dip = _dips(windows, otherwise, plan, of_plan=True)
    dip = _dips(windows, otherwise, otherwise.actual, of_plan=False)
    before, after = otherwise.around(cells, plan) - without - planned_dip, -without - dip
    multiplier = np.log(promised.units[wanted] / promised.baseline[wanted])
    coefficients = estimate.coefficients
    around = np.einsum("mk,mk->m", before + planned_dip, coefficients[series])
    planned = np.concatenate([w.planned for w in windows])
    return Weeks(
        cells=cells,
        window=window,
        pair=pair,
        place=place,
        planned=planned,
        ran=np.concatenate([w.ran for w in windows]),
        units=estimate.panel.units[at],
        out=~learnable[at],
        promised=promised.units[wanted],
        lift=np.where(planned, multiplier - around, 0.0),
        quiet=quiet,
        priced=otherwise.rows(cells, none, planned_price=False) - quiet,
        before=before,
        after=after,
        planned_dip=planned_dip,
        dip=dip,
        mixes=_mixes(cells, otherwise, plan),
        context=context.mean[at],
        context_variance=context.variance[at],
        unsure=variance_of(quiet[:, None, :], estimate.covariance[series])[:, 0]
        + context.variance[at],
        noise=estimate.noise[series],
        promoted_noise=context.promoted_noise[series],
    )


def planned_deals(promised: Promised, otherwise: Otherwise, first: int) -> Deals:
    """The plan's deals in the panel's shape; before the plan those that ran."""
    panel = otherwise.estimate.panel
    row = {panel.codes(i): i for i in range(panel.series)}
    series = [row[key] for key in zip(promised.account, promised.product, strict=True)]
    stop = max(first, min(len(panel.weeks), first + len(promised.weeks)))
    depth, feature, display = (np.zeros(panel.units.shape) for _ in range(3))
    for cells, given in (
        (depth, promised.depth), (feature, promised.feature), (display, promised.display)
    ):  # fmt: skip
        cells[series, first:stop] = given[:, : stop - first]
    planned = np.zeros(panel.units.shape, dtype=np.bool_)
    planned[:, first:] = True
    return otherwise.actual.instead(planned, Deals(-np.log1p(-depth), feature, display))


def _dips(windows: list[Window], otherwise: Otherwise, deals: Deals, *, of_plan: bool) -> Floats:
    """What each event's own weeks of `deals` change in its own later ones: (M, K)."""
    effects = otherwise.estimate.effects
    pressure = structure.pressures(deals.cut, deals.feature, deals.display, effects)
    found = []
    for window in windows:
        ran = window.weeks[window.planned if of_plan else window.ran]
        rows = own_rows(pressure[window.series], ran, otherwise.names)
        nothing = np.zeros(len(otherwise.names))
        found += [rows.get(week, nothing) for week in window.weeks.tolist()]
    return np.array(found)


def _mixes(cells: Cells, otherwise: Otherwise, plan: Deals) -> Floats:
    at = (cells.series, cells.week)
    rows = []
    for mix in range(MIXES):
        cut, feature, display = (
            getattr(otherwise.actual if mix & bit else plan, name)[at]
            for bit, name in ((1, "cut"), (2, "feature"), (4, "display"))
        )
        rows.append(otherwise.lift(cells, cut, feature, display))
    return np.stack(rows, axis=1)


def expected_baseline(weeks: Weeks, coefficients: Floats) -> Floats:
    """Expected units without any deal of ours in the horizon, at the planned price: (M,)."""
    spread = weeks.noise + np.minimum(weeks.unsure, MOST_VARIANCE)
    return np.asarray(np.exp(weeks.log(weeks.quiet, coefficients) + weeks.context + 0.5 * spread))


def believed_lifts(weeks: Weeks, lifts: Floats) -> Floats:
    """The plan's belief about each mix: (M, 8), from the estimate's `lifts` (M, 8).

    A part of the planned deal lifts in proportion; where the estimate sees hardly any lift in what
    was planned, or nothing was, the difference is added.
    """
    planned = lifts[:, [0]]
    ratio = lifts / np.maximum(planned, LEAST_LIFT)
    scaled = weeks.lift[:, None] * ratio
    return np.where(planned >= LEAST_LIFT, scaled, weeks.lift[:, None] + lifts - planned)
