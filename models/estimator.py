"""The average fitted to a panel: terms chosen, members estimated, coefficients with their signs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models import average, structure, terms
from models.average import Fitted
from models.base_price import RegularPrices
from models.calendar_terms import carried_options
from models.crossed import Crossed, fit_crossed
from models.design import Design, design_of, optional_columns
from models.level import Levels, levels_of
from models.member import Member
from models.moments import Moments
from models.panel import Panel
from models.truncation import Truncated, truncate
from models.variances import CrossedPriors, Variances

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# A structural term stays where the data speak for it: the gain in log marginal likelihood.
EVIDENCE = 3.0
# Errors of promoted weeks have a size of their own; a lift of a tenth makes a week one of them.
PROMOTED = 0.1


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
    refused: tuple[str, ...]  # options of the season that the history cannot carry
    unidentified: tuple[str, ...]  # structural terms that the data do not show

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
        return average.mean_noise(self.members)

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
        return np.asarray(_pressure(self.panel, self.regular, self.effects) > PROMOTED)

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
    """Fit the average of `members` to the weeks that `panel.used` allows; own products only.

    In three steps: without structural terms, which gives the lifts that these are made of; with
    those of them that the data show; then every member with its optional terms. All members are
    sub-blocks of the same sums over weeks. Members must agree on the season.
    """
    (season,) = {member.season for member in members}
    share = structure.shares(panel)[panel.own]
    regular = replace(regular, price=regular.price[panel.own])
    panel = panel.only(panel.own)
    options = carried_options(season, int(panel.used.any(axis=0).sum()))
    plain = design_of(panel, regular, options, country)
    first = fit_crossed(_moments(panel, plain), _priors(plain))
    effects = deal_effects(_signed(first, plain).mean, plain)
    added = _structural(panel, regular, effects, share)
    design = plain.with_columns(added)
    crossed, kept = _choose(first, _moments(panel, design), design, len(plain.terms))
    design = design.keep(kept)
    full = design.with_columns(optional_columns(panel, regular, design))
    names = {term.name for term in design.terms}
    return Estimate(
        panel=panel,
        regular=regular,
        design=full,
        members=_members(panel, full, len(design.terms), crossed, members),
        share=share,
        effects=effects,
        refused=tuple(option for option in season if option not in options),
        unidentified=tuple(term.name for term, _ in added if term.name not in names),
    )


def _members(
    panel: Panel, full: Design, always: int, smallest: Crossed, members: tuple[Member, ...]
) -> tuple[Fitted, ...]:
    """Every member once; `smallest` is the fit of the terms that all have.

    Members that differ only in terms that the data cannot have are one.
    """
    moments = _moments(panel, full)
    optional = [term.name for term in full.terms[always:]]
    wanted = {
        (tuple(name in member.optional for name in optional), member.level): None
        for member in members
    }
    start: Variances | None = None
    fitted: dict[tuple[bool, ...], Crossed] = {(False,) * len(optional): smallest}
    found: list[Fitted] = []
    for has, level in sorted(wanted, key=lambda key: -sum(key[0])):
        kept = [*range(always), *(always + k for k, on in enumerate(has) if on)]
        design = full.keep(kept)
        if has not in fitted:
            begin = start.keep(kept) if start is not None else None
            fitted[has] = _fit(moments, full, kept, begin)
            if all(has):
                start = fitted[has].variances
        crossed = fitted[has]
        signed = _signed(crossed, design)
        noise = crossed.variances.noise
        levels = levels_of(panel, design, signed.mean, noise, level)
        found.append(Fitted(np.array(kept, dtype=np.int64), crossed, signed, levels))
    return tuple(found)


def _moments(panel: Panel, design: Design) -> Moments:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(panel.units)
    account = np.unique(panel.account, return_inverse=True)[1].astype(np.int64)
    product = np.unique(panel.product, return_inverse=True)[1].astype(np.int64)
    return Moments.of(design.x, logs, panel.used, account, product)


def _priors(design: Design) -> CrossedPriors:
    return CrossedPriors(
        effect_scale=np.array([term.spread**2 for term in design.terms]),
        mean=np.array([term.mean for term in design.terms]),
        mean_precision=np.array([term.mean_sd**-2 for term in design.terms]),
    )


def _signed(crossed: Crossed, design: Design) -> Truncated:
    posterior = crossed.posterior
    signs = tuple(term.sign for term in design.terms)
    return truncate(posterior.coefficients, posterior.covariance, signs)


def deal_effects(coefficients: Floats, design: Design) -> Floats:
    """(N, 3) coefficients of -ln(1 - depth), feature, display; 0 where there is no such term."""
    effects = np.zeros((len(coefficients), 3))
    for place, name in enumerate(terms.PROMOTIONS):
        index = design.index(name)
        if index is not None:
            effects[:, place] = coefficients[:, index]
    price = design.index(terms.PRICE.name)
    if price is not None:
        effects[:, 0] = -coefficients[:, price]
    return effects


def _pressure(panel: Panel, regular: RegularPrices, effects: Floats) -> Floats:
    """The pressure of each week's deal: (N, T)."""
    return structure.pressures(
        regular.depth_log(panel.price),
        np.nan_to_num(panel.feature),
        np.nan_to_num(panel.display),
        effects,
    )


def _structural(
    panel: Panel, regular: RegularPrices, effects: Floats, share: Floats
) -> tuple[tuple[terms.Term, Floats], ...]:
    """The columns of the dip and of the siblings' pulls, where there are any siblings."""
    pressure = _pressure(panel, regular, effects)
    shelf = structure.shelves(panel)
    added = [(terms.DIP, structure.dip_column(pressure))]
    if len(np.unique(shelf)) < len(shelf):
        pull = structure.pulls(pressure, share)
        added.append((terms.SIBLINGS, structure.sibling_column(pull, shelf)))
    return tuple((term, column) for term, column in added if np.any(column[panel.used] > 0.0))


def _choose(
    first: Crossed, moments: Moments, design: Design, plain: int
) -> tuple[Crossed, list[int]]:
    """Drop the structural terms that the data do not show; `plain` terms always stay.

    The comparison is between marginal likelihoods, so a term without effect costs what its prior
    says; a mean coefficient of the wrong sign is no evidence either.
    """
    kept = list(range(len(design.terms)))
    best = first if len(kept) == plain else _fit(moments, design, kept)
    for term in range(plain, len(design.terms)):
        without = [k for k in kept if k != term]
        rest = [place for place, k in enumerate(kept) if k != term]
        other = (
            first
            if len(without) == plain
            else _fit(moments, design, without, best.variances.keep(rest))
        )
        gain = best.posterior.log_likelihood - other.posterior.log_likelihood
        mean = float(best.posterior.coefficients[:, kept.index(term)].mean())
        if gain < EVIDENCE or mean * design.terms[term].sign <= 0.0:
            best, kept = other, without
    return best, kept


def _fit(
    moments: Moments, design: Design, kept: list[int], start: Variances | None = None
) -> Crossed:
    return fit_crossed(moments.keep(kept), _priors(design.keep(kept)), start=start)
