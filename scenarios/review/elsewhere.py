"""What an event that ran did outside its own weeks: its own later weeks, and its shelf's products.

Linear in the terms of the design: a deal's pressure so many weeks ago is in the product's dip, its
pull in its siblings' losses, with the weights of `models.structure`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import structure, terms
from models.otherwise import Otherwise
from scenarios.review.seen import Window

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

REACH = len(structure.STOCK_WEIGHTS)
OWN = {terms.DIP.name: structure.DIP_WEIGHTS, terms.LONG_DIP.name: structure.STOCK_WEIGHTS}
SIBLINGS = {
    terms.SIBLINGS.name: {0: 1.0},
    terms.AFTER.name: dict(enumerate(structure.DIP_WEIGHTS, start=1)),
    terms.STOCK.name: dict(enumerate(structure.STOCK_WEIGHTS, start=1)),
}


@dataclass(frozen=True)
class Elsewhere:
    """C cells that events had an effect on; a cell may be there for several events. Arrays (C,)."""

    window: Ints  # place in the list of windows
    series: Ints  # whose units changed
    own: Bools  # the event's own product
    same_week: Bools
    units: Floats  # sold, or promised where no sales are yet; 0 past the plan
    worth: Floats  # invoice price less cost and funding of a unit in that week, currency
    rows: Floats  # (C, K) what the event changed in the design

    def lost(self, coefficients: Floats) -> Floats:
        """Change of units by the event at coefficients (N, K), mostly negative: (C,)."""
        effect = np.einsum("ck,ck->c", self.rows, coefficients[self.series])
        return np.asarray(self.units * -np.expm1(-effect))


def taken_from_competitors(windows: list[Window], otherwise: Otherwise) -> Floats:
    """Units that events took from competitors' products on their shelves, all weeks: (E,).

    Of weeks with sales; at the mean of their coefficients. Nothing where none is recorded.
    """
    estimate, deals = otherwise.estimate, otherwise.actual
    pressure = structure.pressures(deals.cut, deals.feature, deals.display, estimate.effects)
    pull = structure.pulls(pressure, estimate.share)
    panel, theirs = estimate.panel, estimate.competitors.panel
    found = np.zeros(len(windows))
    for place, window in enumerate(windows):
        mine = window.series
        shelf = (theirs.account == panel.account[mine]) & (theirs.category == panel.category[mine])
        rows = _sibling_rows(pull[mine], window.weeks[window.ran], otherwise.names)
        for series in np.flatnonzero(shelf).tolist():
            for week, row in rows.items():
                if week < len(theirs.weeks) and theirs.recorded[series, week]:
                    effect = float(row @ estimate.competitors.coefficients[series])
                    found[place] += theirs.units[series, week] * np.expm1(-effect)
    return found


@dataclass(frozen=True)
class Surroundings:
    """What cells sold and what a unit in them is worth: (N, T + REACH), the panel's series."""

    units: Floats
    worth: Floats


def elsewhere_of(windows: list[Window], otherwise: Otherwise, around: Surroundings) -> Elsewhere:
    """The cells of all events that ran, but their own weeks: those are counted there."""
    estimate, deals = otherwise.estimate, otherwise.actual
    pressure = structure.pressures(deals.cut, deals.feature, deals.display, estimate.effects)
    pull = structure.pulls(pressure, estimate.share)
    shelf = structure.shelves(estimate.panel)
    names = otherwise.names
    keys: list[tuple[int, int, int]] = []
    rows: list[Floats] = []
    for place, window in enumerate(windows):
        ran = window.weeks[window.ran]
        for week, row in own_rows(pressure[window.series], ran, names).items():
            if week not in window.weeks:
                keys.append((place, window.series, week))
                rows.append(row)
        others = np.flatnonzero(shelf == shelf[window.series])
        lost = _sibling_rows(pull[window.series], ran, names)
        for other in others[others != window.series].tolist():
            keys += [(place, other, week) for week in lost]
            rows += list(lost.values())
    table = np.array(keys, dtype=np.int64).reshape(-1, 3)
    at, series, then = table[:, 0], table[:, 1], table[:, 2]
    ran_then = [set(w.weeks[w.ran].tolist()) for w in windows]
    same = [w in ran_then[p] for p, w in zip(at.tolist(), then.tolist(), strict=True)]
    return Elsewhere(
        window=at,
        series=series,
        own=series == np.array([w.series for w in windows], dtype=np.int64)[at],
        same_week=np.array(same, dtype=np.bool_),
        units=around.units[series, then],
        worth=around.worth[series, then],
        rows=np.array(rows).reshape(-1, len(names)),
    )


def own_rows(pressure: Floats, ran: Ints, names: tuple[str, ...]) -> dict[int, Floats]:
    """By later week: what deals of pressures (T,) in the weeks `ran` add to the own dips."""
    found: dict[int, Floats] = {}
    for name, weights in OWN.items():
        if name in names:
            for week in ran.tolist():
                for lag, weight in enumerate(weights, start=1):
                    row = found.setdefault(week + lag, np.zeros(len(names)))
                    row[names.index(name)] += weight * pressure[week]
    return dict(sorted(found.items()))


def _sibling_rows(pull: Floats, ran: Ints, names: tuple[str, ...]) -> dict[int, Floats]:
    """By week: what deals of pulls (T,) in the weeks `ran` add to the columns of a sibling."""
    found: dict[int, Floats] = {}
    for name, weights in SIBLINGS.items():
        if name in names:
            for week in ran.tolist():
                for lag, weight in weights.items():
                    row = found.setdefault(week + lag, np.zeros(len(names)))
                    row[names.index(name)] += weight * pull[week]
    return dict(sorted(found.items()))
