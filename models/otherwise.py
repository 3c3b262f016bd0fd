"""What weeks of the past would have sold otherwise: under no deals of ours, or under others.

Everything that was not ours stays as it was: the calendar, competitors' deals, the regular price
where it is asked for, and the context that other products and weeks tell of (`context.py`). Rows
are those of the design (`offer.py`, `structural.py`), so that a world that did not happen is
described by the same terms as the one that did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models import structure, terms
from models.base_price import RegularPrices
from models.estimator import Estimate
from models.offer import Offer
from models.panel import Panel
from models.structural import SHOCKS, deal_columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Deals:
    """What ran: arrays (N, T), 0 where nothing did."""

    cut: Floats  # -ln(1 - depth)
    feature: Floats
    display: Floats

    def where(self, kept: Bools) -> Deals:
        """The same deals where `kept` (N, T) is true, none elsewhere."""
        return Deals(*(np.where(kept, a, 0.0) for a in (self.cut, self.feature, self.display)))

    def instead(self, place: Bools, other: Deals) -> Deals:
        """The deals of `other` where `place` (N, T) is true."""
        return Deals(
            np.where(place, other.cut, self.cut),
            np.where(place, other.feature, self.feature),
            np.where(place, other.display, self.display),
        )


def deals_seen(panel: Panel, regular: RegularPrices, base_price: Floats) -> Deals:
    """The deals that sales show: cuts off the regular price, or off `base_price` (N, T).

    The latter where regular prices cannot be told from prices paid.
    """
    if regular.separate:
        cut = regular.depth_log(panel.price)
    else:
        cut = np.nan_to_num(np.maximum(np.log(base_price / panel.price), 0.0))
    return Deals(cut, np.nan_to_num(panel.feature), np.nan_to_num(panel.display))


@dataclass(frozen=True)
class Cells:
    """Weeks of series that are asked about: arrays (M,)."""

    series: Ints  # index into the estimate's panel
    week: Ints  # index into its weeks


@dataclass(frozen=True)
class Otherwise:
    """An estimate, and the base price of each series and week at which "no deal" is meant.

    `base_price` (N, T) VAT included, NaN where the actual regular price is to stand. Where averages
    paid are all there is, what was paid below it was a deal.
    """

    estimate: Estimate
    base_price: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """Terms of the design, (K,)."""
        return tuple(term.name for term in self.estimate.design.terms)

    @cached_property
    def planned_regular(self) -> Floats:
        """ln `base_price` against the series' centre: (N, T), NaN where it is not given."""
        return np.asarray(np.log(self.base_price) - self.estimate.design.centre[:, None])

    @cached_property
    def regular(self) -> Floats:
        """ln of the actual regular price against the centre: (N, T), the planned where unknown."""
        given = self.planned_regular
        if self.estimate.regular.separate:
            price = np.log(self.estimate.regular.price) - self.estimate.design.centre[:, None]
            return np.nan_to_num(np.where(np.isfinite(price), price, given))
        paid = self._paid
        return np.asarray(np.where(np.isfinite(given), np.fmax(paid, given), np.nan_to_num(paid)))

    @cached_property
    def actual(self) -> Deals:
        """Deals of ours as the sales show them."""
        return deals_seen(self.estimate.panel, self.estimate.regular, self.base_price)

    @cached_property
    def _paid(self) -> Floats:
        return np.asarray(np.log(self.estimate.panel.price) - self.estimate.design.centre[:, None])

    def rows(self, cells: Cells, deals: Deals, planned_price: bool) -> Floats:
        """The design (M, K) had `deals` run; at the planned regular price, or the actual one.

        Shocks are left out, they are the context's. What deals before history did is unknown, 0.
        """
        names, at = self.names, (cells.series, cells.week)
        x = self.estimate.design.x[at] + self.around(cells, deals)
        regular = self.regular[at]
        meant = self.planned_regular[at] if planned_price else regular
        meant = np.where(np.isfinite(meant), meant, regular)
        x = x + self._offer(meant, deals, at) - self._offer(regular, self.actual, at)
        for name in (*SHOCKS, terms.FRESH_CUT.name):
            if name in names:
                x[:, names.index(name)] = 0.0
        if terms.LAST_PRICE.name in names:
            x[:, names.index(terms.LAST_PRICE.name)] = meant
        return x

    def around(self, cells: Cells, deals: Deals) -> Floats:
        """How `deals` instead of the actual ones change structural terms of cells: (M, K).

        Own earlier weeks and siblings; competitors' deals stay.
        """
        found = np.zeros((len(cells.series), len(self.names)))
        for name, column in self._structural(deals).items():
            if name in self.names:
                change = column - self._happened[name]
                found[:, self.names.index(name)] = change[cells.series, cells.week]
        return found

    def lift(self, cells: Cells, cut: Floats, feature: Floats, display: Floats) -> Floats:
        """Rows (M, K) of what deals (M,) add in their own week, as a tactic's lift is made."""
        base = np.nan_to_num(self.planned_regular[cells.series, cells.week])
        nothing = np.zeros_like(base)
        deal = Offer(self.estimate.regular.separate, base, cut, feature, display)
        return deal.row(self.names) - replace(
            deal, cut=nothing, feature=nothing, display=nothing
        ).row(self.names)

    def _offer(self, regular: Floats, deals: Deals, at: tuple[Ints, Ints]) -> Floats:
        separate = self.estimate.regular.separate
        offer = Offer(separate, regular, deals.cut[at], deals.feature[at], deals.display[at])
        return offer.row(self.names)

    @cached_property
    def _happened(self) -> dict[str, Floats]:
        return self._structural(self.actual)

    def _structural(self, deals: Deals) -> dict[str, Floats]:
        estimate = self.estimate
        pressure = structure.pressures(deals.cut, deals.feature, deals.display, estimate.effects)
        shelf = structure.shelves(estimate.panel)
        return {term.name: column for term, column in deal_columns(pressure, estimate.share, shelf)}
