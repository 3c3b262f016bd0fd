"""The average fitted to a panel: what every member has, what some have, what all say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models import average, terms
from models.average import Fitted
from models.base_price import RegularPrices
from models.calendar_terms import carried_options
from models.counts import counted, small_counts
from models.design import Design, design_of, optional_columns
from models.feasts import seen_too_rarely
from models.level import Levels
from models.likeness import likeness
from models.member import Member
from models.member_fit import fit_members
from models.panel import Panel
from models.robust import Belief, belief_of, wholly
from models.structural import SHOCKS, Structural, pressure_of, structural_terms, usual_columns

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Errors of promoted weeks have a size of their own; a lift of a tenth makes a week one of them.
PROMOTED = 0.1
# Fits with weeks weighed by what the last fit left.
ROUNDS = 2
COUNT_ROUNDS = 4  # where there are small counts


@dataclass(frozen=True)
class Competitors:
    """The competitors' series of an estimate: C of them, in the design's K terms."""

    panel: Panel
    coefficients: Floats  # (C, K)


@dataclass(frozen=True)
class Estimate:
    """What an average of members believes about N own series."""

    panel: Panel  # own series only
    regular: RegularPrices
    design: Design  # the terms of all members
    members: tuple[Fitted, ...]
    share: Floats  # (N,) of the units of account and category
    # (N, 3) first coefficients of -ln(1 - depth), feature, display: the measure of `pressure`
    effects: Floats
    # (N,) what a week without our deals has in a column, by term: competitors' usual deals
    usual: Mapping[str, Floats]
    refused: tuple[str, ...]  # options of the season, and feasts, that the history cannot carry
    unidentified: tuple[str, ...]  # structural terms that the data do not show
    competitors: Competitors
    belief: Belief  # how far weeks are believed
    counts: Bools  # (N,) small counts: the prediction is of ln mean units

    @cached_property
    def coefficients(self) -> Floats:
        """(N, K)."""
        return average.mean_coefficients(self.members, len(self.design.terms))

    @cached_property
    def covariance(self) -> Floats:
        """(N, K, K)."""
        return average.total_covariance(self.members, self.coefficients)

    @cached_property
    def noise(self) -> Floats:
        """(N,) variance of ln units around the prediction."""
        return self.belief.tails * average.mean_noise(self.members)

    @property
    def mean_noise(self) -> Floats:
        """(N,) what of `noise` raises the mean of units above exp(prediction)."""
        return np.where(self.counts, 0.0, self.noise)

    @cached_property
    def shocks(self) -> Floats:
        """(N,) variance that shocks gave ln units while learning; none to come is known."""
        places = [k for k, term in enumerate(self.design.terms) if term.name in SHOCKS]
        if not places:
            return np.zeros(self.panel.series)
        effect = np.einsum("ntk,nk->nt", self.design.x[:, :, places], self.coefficients[:, places])
        weeks = np.maximum(self.panel.used.sum(axis=1), 1)
        return np.asarray((np.where(self.panel.used, effect, 0.0) ** 2).sum(axis=1) / weeks)

    @cached_property
    def levels(self) -> Levels:
        """Recent levels of the series."""
        return average.mean_levels(self.members)

    @cached_property
    def wrong(self) -> Floats:
        """(N, K) probability of the wrong sign, had none been put on."""
        return average.wrong_signs(self.members, len(self.design.terms))

    @cached_property
    def promoted(self) -> Bools:
        """(N, T) weeks whose deal lifts ln units by PROMOTED at least."""
        return np.asarray(pressure_of(self.panel, self.regular, self.effects) > PROMOTED)

    @property
    def converged(self) -> bool:
        """Whether every member's estimation did."""
        return all(member.crossed.converged for member in self.members)

    @property
    def own_price(self) -> int:
        """The position of the term whose coefficient is the elasticity of the regular price."""
        names = (terms.PRICE.name, terms.BASE_PRICE.name)
        return next(k for k, term in enumerate(self.design.terms) if term.name in names)

    def coefficient(self, name: str) -> Floats | None:
        """(N,) coefficients of a term, None where no member has it."""
        index = self.design.index(name)
        return None if index is None else self.coefficients[:, index]

    def prior_share(self, name: str) -> Floats:
        """(N,) how much of a series' coefficient comes from other series and priors, 0..1."""
        index = self.design.index(name)
        if index is None:
            return np.ones(self.panel.series)
        return average.prior_shares(self.members, len(self.design.terms))[:, index]


def estimate(
    panel: Panel, regular: RegularPrices, members: tuple[Member, ...], country: str
) -> Estimate:
    """Fit the average of `members` to the weeks that `panel.used` allows.

    Competitors' products are series like ours: their deals take from ours, and their quiet weeks
    tell of shocks. What comes back has our own series only. Members must agree on the season.
    """
    (season,) = {member.season for member in members}
    options = carried_options(season, int((panel.used & panel.own[:, None]).any(axis=0).sum()))
    plain = design_of(panel, regular, options, country)
    alike = likeness(panel, plain.centre)
    if alike is not None:
        column = np.repeat(alike[:, None], panel.units.shape[1], axis=1)
        plain = plain.with_columns(((terms.LIKENESS, column),))
    every = _fitted(panel, regular, plain, members)
    belief, small = wholly(panel.used), small_counts(panel)
    large = panel.used & ~small[:, None]
    # Logarithms were fitted first: the mean of counts is above their exponential.
    above = np.where(small, 0.5 * average.mean_noise(every.members), 0.0)[:, None]
    for _ in range(COUNT_ROUNDS if small.any() else ROUNDS):
        explained, noise = every.explained, average.mean_noise(every.members)
        belief = belief_of(panel.logs - explained, large, noise)
        if belief.whole and not small.any():
            break
        learned = panel.believed(belief.weight)
        if small.any():
            learned = counted(panel, small, explained + above, noise, belief.weight)
        every = _fitted(learned, regular, plain, members, every.base)
        above = np.zeros_like(above)
    base, own = every.base, panel.own
    usual = usual_columns(panel, regular, base)
    coefficients = average.mean_coefficients(every.members, len(every.design.terms))
    return Estimate(
        panel=panel.only(own),
        regular=replace(regular, price=regular.price[own]),
        design=every.design.only(own),
        members=tuple(member.only(own) for member in every.members),
        share=base.share[own],
        effects=base.effects[own],
        usual={name: cells[own] for name, cells in usual.items()},
        refused=_refused(panel, season, options, country),
        unidentified=base.unidentified,
        competitors=Competitors(panel.only(~own), coefficients[~own]),
        belief=belief.only(own),
        counts=small[own],
    )


@dataclass(frozen=True)
class _Every:
    """The members fitted to all series, competitors' among them."""

    base: Structural
    design: Design
    members: tuple[Fitted, ...]

    @property
    def explained(self) -> Floats:
        """What the terms explain of ln units: (N, T)."""
        mean = average.mean_coefficients(self.members, len(self.design.terms))
        return np.asarray(np.einsum("ntk,nk->nt", self.design.x, mean))


def _fitted(
    panel: Panel,
    regular: RegularPrices,
    plain: Design,
    members: tuple[Member, ...],
    begin: Structural | None = None,
) -> _Every:
    """Structural terms, then every member, with the weeks believed as far as the panel has it.

    From `begin`, the structural terms of the same weeks believed otherwise, it is not as far.
    """
    base = structural_terms(panel, regular, plain, begin)
    full = base.design.with_columns(optional_columns(panel, regular, base.design))
    always = len(base.design.terms)
    return _Every(base, full, fit_members(panel, full, always, members, base.crossed.variances))


def _refused(
    panel: Panel, season: tuple[str, ...], options: tuple[str, ...], country: str
) -> tuple[str, ...]:
    """What was asked for and cannot be learned: options of the season, feasts seen too rarely."""
    short = tuple(option for option in season if option not in options)
    rare = seen_too_rarely(panel.weeks, np.any(panel.used, axis=0), country)
    return (*short, *(rare if "holidays" in options else ()))
