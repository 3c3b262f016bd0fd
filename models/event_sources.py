"""Where the lift of every past event came from: later weeks, our products, competitors', or new.

The decomposition says what deals added to a week and what they took from it. What was taken is sent
back to the deals that took it: ln effects are sums of coefficient x weight x pressure (or pull) of
earlier weeks, and every unit of ln effect is worth the same units in a week (`decomposition.py`),
so the parts of all events add up to `carry_over` and `cannibalisation` of that table.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import structure, terms
from models.decomposition import effects, overlap_by_pull
from models.estimator import Estimate
from models.structural import pressure_of
from models.terms import Term

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SOURCES = ("later_weeks", "own_products", "own_products_later", "competitors", "new")
COLUMNS = (
    "account", "product", "start_week", "weeks", "depth", "feature", "display", "units", "gain",
    *SOURCES,
)  # fmt: skip
THOUSANDTHS = 1000.0


def event_sources(estimate: Estimate) -> pd.DataFrame:
    """One row for each run of promoted weeks with sales, COLUMNS: units, `gain` summing exactly.

    `gain` is what cut, feature and display added, net of the event's own dip in its weeks; of it so
    much came from the product's own later weeks, from our other products in the same weeks and
    later, from competitors' recorded ones, and the rest is new. Weeks after history are not
    counted. Empty where deals cannot be told from regular prices.
    """
    panel = estimate.panel
    deals = estimate.promoted & panel.recorded
    if not estimate.regular.separate or not deals.any():
        return none()
    _, weight, logs = effects(estimate)
    weight = np.where(panel.recorded, weight, 0.0)
    gain = weight * (logs["depth"] + logs["feature"] + logs["display"])
    pressure = pressure_of(panel, estimate.regular, estimate.effects)
    pull = structure.pulls(pressure, estimate.share)
    shelf = structure.shelves(panel)
    same, later = _to_siblings(estimate, weight)
    all_later = -pressure * _own_later(estimate, weight)
    # What an event takes from its own later weeks is no loss elsewhere: its gain is the less.
    within = -pressure * _own_later(estimate, weight, deals)
    parts = {
        "later_weeks": all_later - within,
        "own_products": -pull * structure.of_others(same, shelf),
        "own_products_later": -pull * structure.of_others(later, shelf),
        "competitors": -pull * _to_competitors(estimate, pull),
    }
    return _table(estimate, deals, gain - within, parts)


def none() -> pd.DataFrame:
    """No events."""
    kinds = {"account": "str", "product": "str", "start_week": "datetime64[s]", "weeks": "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, "float64")) for name in COLUMNS})


def _own_later(estimate: Estimate, weight: Floats, run: Bools | None = None) -> Floats:
    """Units of later weeks that a unit of pressure takes from the product: (N, T), at most 0.

    With `run` (N, T) only of weeks up to which every one is in it.
    """
    return _ahead(estimate, weight, terms.DIP, structure.DIP_WEIGHTS, run) + _ahead(
        estimate, weight, terms.LONG_DIP, structure.STOCK_WEIGHTS, run
    )


def _to_siblings(estimate: Estimate, weight: Floats) -> tuple[Floats, Floats]:
    """Units that a unit of a sibling's pull takes from each series, then and later: (N, T) each."""
    now = estimate.coefficient(terms.SIBLINGS.name)
    same = np.zeros_like(weight) if now is None else now[:, None] * weight
    overlap = estimate.coefficient(terms.OVERLAP.name)
    if overlap is not None:
        same = same + overlap[:, None] * overlap_by_pull(estimate) * weight
    later = _ahead(estimate, weight, terms.AFTER, structure.DIP_WEIGHTS) + _ahead(
        estimate, weight, terms.STOCK, structure.STOCK_WEIGHTS
    )
    return same, later


def _ahead(
    estimate: Estimate,
    weight: Floats,
    term: Term,
    weights: tuple[float, ...],
    run: Bools | None = None,
) -> Floats:
    """The term's coefficient times the weighted units of the weeks after: (N, T)."""
    coefficient = estimate.coefficient(term.name)
    if coefficient is None:
        return np.zeros_like(weight)
    return np.asarray(coefficient[:, None] * _following(weight, weights, run))


def _following(cells: Floats, weights: tuple[float, ...], run: Bools | None = None) -> Floats:
    """Weighted cells of the weeks after, 0 past the end: (N, T); of `run` as `_own_later` says."""
    found = np.zeros_like(cells)
    on = np.ones_like(cells, dtype=np.bool_) if run is None else run.copy()
    for lag, weight in enumerate(weights, start=1):
        if run is not None:
            on[:, :-lag] &= run[:, lag:]
            on[:, -lag:] = False
        found[:, :-lag] += weight * cells[:, lag:] * on[:, :-lag]
    return found


def _to_competitors(estimate: Estimate, pull: Floats) -> Floats:
    """Units that a unit of pull takes from competitors on each series' shelf: (N, T)."""
    theirs, panel = estimate.competitors.panel, estimate.panel
    names = [term.name for term in estimate.design.terms]
    if not theirs.series:
        return np.zeros_like(pull)
    kinds = (
        (terms.SIBLINGS.name, None),
        (terms.AFTER.name, structure.DIP_WEIGHTS),
        (terms.STOCK.name, structure.STOCK_WEIGHTS),
    )
    width = int(max(panel.category.max(), theirs.category.max())) + 1
    mine, other = (p.account * width + p.category for p in (panel, theirs))
    ours = np.zeros((int(max(mine.max(), other.max())) + 1, pull.shape[1]))
    np.add.at(ours, mine, pull)
    effect = np.zeros((theirs.series, pull.shape[1]))
    known = [(names.index(name), weights) for name, weights in kinds if name in names]
    for place, weights in known:
        column = ours[other] if weights is None else structure.weighted_past(ours[other], weights)
        effect += estimate.competitors.coefficients[:, [place]] * column
    small = np.abs(effect) < 1e-9
    units = np.where(theirs.recorded, np.nan_to_num(theirs.units), 0.0)
    # The logarithmic mean of units with our deals and without.
    weight = units * np.where(small, 1.0, -np.expm1(-effect) / np.where(small, 1.0, effect))
    lost = np.zeros_like(ours)
    for place, weights in known:
        coming = weight if weights is None else _following(weight, weights)
        np.add.at(lost, other, estimate.competitors.coefficients[:, [place]] * coming)
    return np.asarray(lost[mine])


def _table(
    estimate: Estimate, deals: Bools, gain: Floats, parts: dict[str, Floats]
) -> pd.DataFrame:
    """Sums over runs of promoted weeks, in whole thousandths."""
    panel = estimate.panel
    before = np.zeros_like(deals)
    before[:, 1:] = deals[:, :-1]
    series, start = np.nonzero(deals & ~before)
    at = np.cumsum((deals & ~before).ravel())[deals.ravel()] - 1

    def summed(cells: Floats) -> Floats:
        return np.bincount(at, cells[deals], len(series)).astype(np.float64)

    weeks = np.bincount(at, minlength=len(series))
    gained = np.round(summed(gain) * THOUSANDTHS)
    taken = {name: np.round(summed(cells) * THOUSANDTHS) for name, cells in parts.items()}
    rest = gained - sum(taken.values(), np.zeros_like(gained))
    depth = -np.expm1(-estimate.regular.depth_log(panel.price))
    accounts, products = np.array(panel.accounts, object), np.array(panel.products, object)
    means = {
        "depth": depth,
        "feature": np.nan_to_num(panel.feature),
        "display": np.nan_to_num(panel.display),
    }
    cells: dict[str, object] = {
        "account": pd.Series(accounts[panel.account[series]], dtype="str"),
        "product": pd.Series(products[panel.product[series]], dtype="str"),
        "start_week": panel.weeks[start].astype("datetime64[s]"),
        "weeks": weeks.astype(np.int64),
        **{name: np.round(summed(values) / weeks, 4) for name, values in means.items()},
        "units": np.round(summed(panel.units) * THOUSANDTHS) / THOUSANDTHS,
        "gain": gained / THOUSANDTHS,
        **{name: values / THOUSANDTHS + 0.0 for name, values in taken.items()},
        "new": rest / THOUSANDTHS + 0.0,
    }
    return pd.DataFrame(cells, columns=list(COLUMNS))
