"""From coefficients to the tables of a response: what each tactic would do, and without any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import structure, terms
from models.calendar_terms import calendar_columns
from models.draws import average_draws
from models.ends import ended
from models.estimator import Estimate
from models.forecast import MOST_VARIANCE, most_units, variance_of
from models.lift_limit import most_log_lift
from models.offer import Offer
from models.response import Response
from models.tactics import InForce, in_force
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Weeks = NDArray[np.datetime64]

AHEAD = 106  # weeks of baseline after history: two years and the tail
RECENT = 8  # weeks whose regular price is today's


@dataclass(frozen=True)
class Pairs:
    """The P pairs of the response, and where an estimate has them."""

    account: NDArray[np.object_]  # (P,) codes
    product: NDArray[np.object_]
    series: Ints  # (P,) index in the estimate's panel
    base_price: Floats  # (P,) regular price at the start of the future, VAT included
    tactics: InForce


def response_of(workspace: Workspace, estimate: Estimate, draws: int, seed: int) -> Response:
    """The response that an estimate implies, with `draws` joint posterior draws.

    Listed pairs of our products, or all that still sell where nothing is listed. `log_lift` is the
    posterior mean. A response's expected units keep the uncertainty of the baseline (the mean of
    a log-normal), not that of lifts: among many tactics the least known would look best.
    """
    pairs = _pairs(workspace, estimate)
    weeks = future_weeks(workspace)
    row = _base_row(estimate, pairs)
    unsure = _unsure(estimate, pairs, row)
    tables = {
        "baseline": _baseline(estimate, pairs, weeks, row, unsure, workspace.settings.country),
        "lift": _lift(estimate, pairs),
        "carry": _carry(estimate, pairs),
        "cross": _cross(estimate, pairs),
        "price": _price(estimate, pairs),
        "draws": _draws(estimate, pairs, row, unsure, draws, seed),
    }
    return Response.of(**tables)


def future_weeks(workspace: Workspace) -> Weeks:
    """The Mondays after the last week of history: (AHEAD,)."""
    last = np.datetime64(workspace.settings.history_to, "D")
    return last + 7 * np.arange(1, AHEAD + 1)


def _pairs(workspace: Workspace, estimate: Estimate) -> Pairs:
    panel = estimate.panel
    accounts = np.array(panel.accounts, dtype=object)[panel.account]
    products = np.array(panel.products, dtype=object)[panel.product]
    frame = pd.DataFrame({"account": accounts, "product": products}).astype("str")
    listed = workspace.listings[["account", "product", "base_price"]]
    brands = workspace.products[["product", "brand"]]
    table = frame.merge(listed, on=["account", "product"], how="left")
    table = table.merge(brands, on="product", how="left")
    known = table["base_price"].notna().to_numpy()
    alive = panel.recorded.any(axis=1) & ~ended(panel)
    chosen = np.flatnonzero(known if len(listed) else alive)
    regular = estimate.regular.recent(RECENT)
    base = np.where(known, table["base_price"].to_numpy(dtype=np.float64), regular)
    base = np.where(np.isfinite(base), base, np.exp(estimate.design.centre))
    return Pairs(
        account=accounts[chosen],
        product=products[chosen],
        series=chosen.astype(np.int64),
        base_price=base[chosen],
        tactics=in_force(workspace.tactics, table.iloc[chosen]),
    )


def _base_price(estimate: Estimate, pairs: Pairs) -> Floats:
    """ln base price of the pairs against their series' centre: (P,)."""
    return np.log(pairs.base_price) - estimate.design.centre[pairs.series]


def _base_row(estimate: Estimate, pairs: Pairs) -> Floats:
    """The design of a week without any promotion, calendar terms at 0: (P, K)."""
    design = estimate.design
    base = _base_price(estimate, pairs)
    nothing = np.zeros_like(base)
    offer = Offer(estimate.regular.separate, base, nothing, nothing, nothing)
    row = offer.row(tuple(term.name for term in design.terms))
    row[:, 0] = 1.0
    index = design.index(terms.DISTRIBUTION.name)
    if index is not None:
        row[:, index] = design.distribution[pairs.series]
    index = design.index(terms.LIKENESS.name)
    if index is not None:
        row[:, index] = design.x[pairs.series, -1, index]
    for name, usual in estimate.usual.items():
        index = design.index(name)
        if index is not None:
            row[:, index] = usual[pairs.series]
    return row


def _deal_rows(estimate: Estimate, pairs: Pairs) -> Floats:
    """What each tactic changes in the design of a week: (P, tactics, K)."""
    cut, feature, display = _deals(pairs.tactics)
    base = np.broadcast_to(_base_price(estimate, pairs)[:, None], cut.shape)
    names = tuple(term.name for term in estimate.design.terms)
    nothing = np.zeros_like(cut)
    separate = estimate.regular.separate
    deal = Offer(separate, base, cut, feature, display).row(names)
    return deal - Offer(separate, base, nothing, nothing, nothing).row(names)


def _unsure(estimate: Estimate, pairs: Pairs, row: Floats) -> Floats:
    """The posterior variance of ln baseline, capped: (P,)."""
    covariance = estimate.covariance[pairs.series]
    return np.minimum(variance_of(row[:, None, :], covariance)[:, 0], MOST_VARIANCE)


def _baseline(
    estimate: Estimate, pairs: Pairs, weeks: Weeks, row: Floats, unsure: Floats, country: str
) -> pd.DataFrame:
    design, series = estimate.design, pairs.series
    coefficients = estimate.coefficients[series]
    spread = unsure + estimate.mean_noise[series] + estimate.shocks[series]
    fixed = np.einsum("pk,pk->p", row, coefficients) + 0.5 * spread
    ahead = len(estimate.panel.weeks) + np.arange(len(weeks))
    logs = fixed[:, None] + estimate.levels.ahead(ahead)[series]
    for name, column in calendar_columns(design.season, weeks, design.end, country).items():
        index = design.index(name)
        if index is not None:
            logs = logs + coefficients[:, [index]] * column[None, :]
    units = np.minimum(np.exp(logs), most_units(estimate)[series, None])
    return pd.DataFrame(
        {
            "account": np.repeat(pairs.account, len(weeks)),
            "product": np.repeat(pairs.product, len(weeks)),
            "week": np.tile(weeks.astype("datetime64[s]"), len(series)),
            "units": units.ravel(),
        }
    )


def _deals(tactics: InForce) -> tuple[Floats, Floats, Floats]:
    """-ln(1 - depth), feature and display of each pair's tactics: (P, K) each."""
    return -np.log1p(-tactics.depth), tactics.feature, tactics.display


def _log_lifts(rows: Floats, coefficients: Floats, most: Floats) -> Floats:
    """(P, tactics) from what tactics change (P, tactics, K), coefficients (P, K) and limits (P,).

    Never below 0: curvature beyond the depths of the history must not turn a deal into a loss.
    """
    found = np.einsum("ptk,pk->pt", rows, coefficients)
    return np.asarray(np.clip(found, 0.0, most[:, None]))


def _lift(estimate: Estimate, pairs: Pairs) -> pd.DataFrame:
    most = most_log_lift(estimate, pairs.series)
    lifts = _log_lifts(_deal_rows(estimate, pairs), estimate.coefficients[pairs.series], most)
    pressure = structure.pressures(*_deals(pairs.tactics), estimate.effects[pairs.series])
    pressure = np.minimum(pressure, most[:, None])
    pull = structure.pulls(pressure, estimate.share[pairs.series])
    pair, tactic = np.nonzero(pairs.tactics.allowed)
    return pd.DataFrame(
        {
            "account": pairs.account[pair],
            "product": pairs.product[pair],
            "tactic": np.array(pairs.tactics.names, dtype=object)[tactic],
            "log_lift": lifts[pair, tactic],
            "pressure": pressure[pair, tactic],
            "pull": pull[pair, tactic],
        }
    )


def _carry(estimate: Estimate, pairs: Pairs) -> pd.DataFrame:
    by_lag = np.zeros((estimate.panel.series, len(structure.STOCK_TOLD)))
    for term, weights in (
        (terms.DIP, structure.DIP_WEIGHTS),
        (terms.LONG_DIP, structure.STOCK_TOLD),
    ):
        dip = estimate.coefficient(term.name)
        if dip is not None:
            by_lag[:, : len(weights)] -= dip[:, None] * np.array(weights)
    lags = int(by_lag.any(axis=0).sum())  # weights fade: the first ones are there
    by_lag = by_lag[:, :lags]
    if not lags:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "account": np.repeat(pairs.account, lags),
            "product": np.repeat(pairs.product, lags),
            "lag": np.tile(np.arange(1, lags + 1), len(pairs.series)),
            "coefficient": by_lag[pairs.series].ravel(),
        }
    )


def _cross(estimate: Estimate, pairs: Pairs) -> pd.DataFrame:
    by_lag = _taken(estimate)
    if not by_lag:
        return pd.DataFrame()
    shelf = structure.shelves(estimate.panel)[pairs.series]
    members = pd.DataFrame({"shelf": shelf, "pair": np.arange(len(shelf))})
    both = members.merge(members, on="shelf", suffixes=("", "_by"))
    both = both[both["pair"] != both["pair_by"]]
    target, source = both["pair"].to_numpy(), both["pair_by"].to_numpy()
    lags = list(by_lag)
    coefficient = np.stack([by_lag[lag][pairs.series[target]] for lag in lags], axis=1)
    return pd.DataFrame(
        {
            "account": np.repeat(pairs.account[target], len(lags)),
            "product": np.repeat(pairs.product[target], len(lags)),
            "by_product": np.repeat(pairs.product[source], len(lags)),
            "coefficient": coefficient.ravel(),
            "lag": np.tile(lags, len(target)),
        }
    )


def _taken(estimate: Estimate) -> dict[int, Floats]:
    """What a sibling's pull so many weeks ago does to each series: (N,) by lag."""
    taken: dict[int, Floats] = {}
    for term, weights in (
        (terms.SIBLINGS, {0: 1.0}),
        (terms.AFTER, dict(enumerate(structure.DIP_WEIGHTS, start=1))),
        (terms.STOCK, dict(enumerate(structure.STOCK_TOLD, start=1))),
    ):
        coefficient = estimate.coefficient(term.name)
        if coefficient is not None:
            for lag, weight in weights.items():
                taken[lag] = taken.get(lag, 0.0) + weight * coefficient
    return taken


def _elasticities(estimate: Estimate, pairs: Pairs, coefficients: Floats) -> Floats:
    """Elasticity of the base price at the listed one (P,), of coefficients (P, K); at most 0.

    Where prices paid are all there is, the lasting effect counts: curvature and last week's price
    with it.
    """
    design = estimate.design
    found = coefficients[:, estimate.own_price].copy()
    curve, last = design.index(terms.CURVE.name), design.index(terms.LAST_PRICE.name)
    if not estimate.regular.separate and curve is not None:
        found += 2.0 * coefficients[:, curve] * _base_price(estimate, pairs)
    if last is not None:
        found += coefficients[:, last]
    return np.minimum(found, 0.0)


def _price(estimate: Estimate, pairs: Pairs) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account": pairs.account,
            "product": pairs.product,
            "elasticity": _elasticities(estimate, pairs, estimate.coefficients[pairs.series]),
        }
    )


def _draws(
    estimate: Estimate, pairs: Pairs, row: Floats, unsure: Floats, count: int, seed: int
) -> pd.DataFrame:
    """Each draw's lifts, then its elasticities and shifts of ln baseline.

    The shift keeps the mean of units: a draw's exponential is one in the mean over draws.
    """
    if count == 0:
        return pd.DataFrame()
    series = pairs.series
    pair, tactic = np.nonzero(pairs.tactics.allowed)
    mean = np.einsum("pk,pk->p", row, estimate.coefficients[series])
    drift = np.sqrt(estimate.levels.variance[series])
    random = np.random.default_rng([seed, 1])
    lifts: list[Floats] = []
    shifts: list[Floats] = []
    elasticities: list[Floats] = []
    rows, most = _deal_rows(estimate, pairs), most_log_lift(estimate, series)
    for coefficients in average_draws(estimate.members, len(estimate.design.terms), count, seed):
        drawn = coefficients[series]
        lifts.append(_log_lifts(rows, drawn, most)[pair, tactic])
        shift = np.einsum("pk,pk->p", row, drawn) - mean - 0.5 * unsure
        level = drift * random.standard_normal(len(series)) - 0.5 * drift**2
        shifts.append(shift + level)
        elasticities.append(_elasticities(estimate, pairs, drawn))
    by_tactic = pd.DataFrame(
        {
            "draw": np.repeat(np.arange(count), len(pair)),
            "account": np.tile(pairs.account[pair], count),
            "product": np.tile(pairs.product[pair], count),
            "tactic": np.tile(np.array(pairs.tactics.names, dtype=object)[tactic], count),
            "log_lift": np.concatenate(lifts),
        }
    )
    by_pair = pd.DataFrame(
        {
            "draw": np.repeat(np.arange(count), len(series)),
            "account": np.tile(pairs.account, count),
            "product": np.tile(pairs.product, count),
            "elasticity": np.concatenate(elasticities),
            "log_baseline": np.concatenate(shifts),
        }
    )
    return pd.concat([by_tactic, by_pair], ignore_index=True)
