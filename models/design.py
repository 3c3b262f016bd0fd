"""The design: what every series saw in every week, column by column."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models import terms
from models.base_price import RegularPrices
from models.calendar_terms import calendar_columns
from models.feasts import feast_of, seen_too_rarely
from models.offer import Offer
from models.panel import Panel
from models.terms import Term

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Weeks = NDArray[np.datetime64]

LEAST_DISTRIBUTION = 0.01  # its logarithm must be finite
# Prices over less than this, in ln, tell nothing: rounding makes as much.
LEAST_VARIATION = 1e-6


@dataclass(frozen=True)
class Design:
    """N series by T weeks by K terms. Cells of weeks without data are 0."""

    terms: tuple[Term, ...]  # (K,)
    x: Floats  # (N, T, K)
    # (N,) the ln price at which the own-price term is 0: each series' mean while learning.
    centre: Floats
    # (N,) ln distribution at the end of history, 0 where the term is not there.
    distribution: Floats
    season: tuple[str, ...]  # options of the settings that have columns
    end: np.datetime64  # last week learned from, where a trend starts to fade

    def index(self, name: str) -> int | None:
        """The position of a term, None where the design has not got it."""
        names = [term.name for term in self.terms]
        return names.index(name) if name in names else None

    def with_columns(self, added: tuple[tuple[Term, Floats], ...]) -> Design:
        """More terms at the end: columns of shape (N, T)."""
        if not added:
            return self
        columns = np.stack([column for _, column in added], axis=2)
        return replace(
            self,
            terms=(*self.terms, *(term for term, _ in added)),
            x=np.concatenate([self.x, columns], axis=2),
        )

    def only(self, chosen: Bools) -> Design:
        """The series where `chosen` (N,) is true."""
        return replace(
            self,
            x=self.x[chosen],
            centre=self.centre[chosen],
            distribution=self.distribution[chosen],
        )

    def keep(self, kept: list[int]) -> Design:
        """Only the terms at these positions."""
        return replace(self, terms=tuple(self.terms[k] for k in kept), x=self.x[:, :, kept])


def design_of(
    panel: Panel, regular: RegularPrices, options: tuple[str, ...], country: str
) -> Design:
    """The columns that need no estimate: constant, own price, merchandising, calendar.

    Feature, display and distribution are there where the weeks to learn from have any of them.
    """
    centre = _centres(panel, regular.price if regular.separate else panel.price)
    offer = _history(panel, regular, centre)
    columns: list[tuple[Term, Floats]] = [(terms.CONSTANT, np.ones(panel.units.shape))]
    columns += offer.price_columns()
    for term, cells in offer.merchandising_columns():
        if np.any(cells[panel.used] > 0.0):
            columns.append((term, cells))
    distribution = _distribution(panel)
    seen = distribution[panel.used]
    if seen.max(initial=-np.inf) - seen.min(initial=np.inf) > LEAST_VARIATION:
        columns.append((terms.DISTRIBUTION, distribution))
        at_end = _last(distribution, panel.used)
    else:
        at_end = np.zeros(panel.series)
    last = panel.weeks[-1] if len(panel.weeks) else np.datetime64("1970-01-05")
    learned = np.flatnonzero(panel.used.any(axis=0))
    end = panel.weeks[learned[-1]] if len(learned) else last
    rare = seen_too_rarely(panel.weeks, np.any(panel.used, axis=0), country)
    for name, cells in calendar_columns(options, panel.weeks, end, country).items():
        if feast_of(name) in rare:
            continue
        shown = np.broadcast_to(cells, panel.units.shape)
        columns.append((terms.calendar_term(name), shown))
    x = np.stack([np.nan_to_num(cells) for _, cells in columns], axis=2)
    return Design(
        terms=tuple(term for term, _ in columns),
        x=x,
        centre=centre,
        distribution=at_end,
        season=options,
        end=end,
    )


def optional_columns(
    panel: Panel, regular: RegularPrices, design: Design
) -> tuple[tuple[Term, Floats], ...]:
    """The columns (N, T) of optional terms that the weeks to learn from tell anything about."""
    offer = _history(panel, regular, design.centre)
    columns = offer.optional_columns()
    if not regular.separate:
        before = np.zeros_like(offer.regular)
        before[:, 1:] = offer.regular[:, :-1]
        columns.append((terms.LAST_PRICE, before))
        with np.errstate(invalid="ignore"):
            both = panel.price > 0.0
        both[:, 1:] &= both[:, :-1].copy()
        both[:, 0] = False
        fallen = np.where(both, np.minimum(offer.regular - before, 0.0), 0.0)
        columns.append((terms.FRESH_CUT, fallen))
    return tuple(
        (term, cells)
        for term, cells in columns
        if float(np.abs(cells[panel.used]).max(initial=0.0)) > LEAST_VARIATION
    )


def _history(panel: Panel, regular: RegularPrices, centre: Floats) -> Offer:
    """What shoppers met in history: arrays (N, T), 0 where nothing is known."""
    paid = regular.price if regular.separate else panel.price
    with np.errstate(invalid="ignore", divide="ignore"):
        price = np.nan_to_num(np.log(paid) - centre[:, None])
    cut = regular.depth_log(panel.price) if regular.separate else np.zeros_like(price)
    return Offer(
        separate=regular.separate,
        regular=price,
        cut=cut,
        feature=np.nan_to_num(panel.feature),
        display=np.nan_to_num(panel.display),
    )


def _centres(panel: Panel, price: Floats) -> Floats:
    """Mean ln price while learning; of the product, then of all, where a series has none: (N,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(price)
    known = panel.used & np.isfinite(logs)
    centre = _mean(np.where(known, logs, 0.0), known)
    have = np.isfinite(centre)
    if have.all():
        return centre
    total = np.bincount(panel.product[have], centre[have], minlength=len(panel.products))
    count = np.bincount(panel.product[have], minlength=len(panel.products))
    overall = float(centre[have].mean()) if have.any() else 0.0
    by_product = np.where(count > 0, total / np.maximum(count, 1), overall)
    return np.where(have, centre, by_product[panel.product])


def _distribution(panel: Panel) -> Floats:
    """ln distribution, a series' mean where a week has none, 0 where it never has: (N, T)."""
    cells = np.log(np.maximum(panel.distribution, LEAST_DISTRIBUTION))
    known = np.isfinite(cells)
    mean = np.nan_to_num(_mean(np.where(known, cells, 0.0), known))
    return np.where(known, cells, mean[:, None])


def _mean(cells: Floats, known: Bools) -> Floats:
    count = known.sum(axis=1)
    return np.where(count > 0, cells.sum(axis=1) / np.maximum(count, 1), np.nan)


def _last(cells: Floats, used: Bools) -> Floats:
    """The value in the last week used of each series, 0 where there is none: (N,)."""
    weeks = cells.shape[1]
    last = weeks - 1 - np.argmax(used[:, ::-1], axis=1)
    return np.where(used.any(axis=1), cells[np.arange(len(cells)), last], 0.0)
