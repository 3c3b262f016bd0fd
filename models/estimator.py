"""One member fitted to a panel: terms chosen, coefficients with their signs, recent levels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models import structure, terms
from models.base_price import RegularPrices
from models.calendar_terms import carried_options
from models.crossed import Crossed, fit_crossed
from models.design import Design, design_of
from models.level import Levels, levels_of
from models.member import Member
from models.moments import Moments
from models.panel import Panel
from models.truncation import Truncated, truncate
from models.variances import CrossedPriors, Variances

Floats = NDArray[np.float64]

# A structural term stays where the data speak for it: the gain in log marginal likelihood.
EVIDENCE = 3.0


@dataclass(frozen=True)
class Estimate:
    """What one member believes about N own series."""

    panel: Panel  # own series only
    regular: RegularPrices
    design: Design
    crossed: Crossed
    truncated: Truncated
    levels: Levels
    share: Floats  # (N,) of the units of account and category
    # (N, 3) first coefficients of -ln(1 - depth), feature, display: the measure of `pressure`
    effects: Floats
    refused: tuple[str, ...]  # options of the season that the history cannot carry
    unidentified: tuple[str, ...]  # structural terms that the data do not show

    @property
    def coefficients(self) -> Floats:
        """(N, K)."""
        return self.truncated.mean

    @property
    def covariance(self) -> Floats:
        """(N, K, K)."""
        return self.truncated.covariance

    @property
    def noise(self) -> Floats:
        """(N,) variance of ln units around the prediction."""
        return self.crossed.variances.noise

    @property
    def own_price(self) -> int:
        """The position of the term whose coefficient is the elasticity of the regular price."""
        names = (terms.PRICE.name, terms.BASE_PRICE.name)
        return next(k for k, term in enumerate(self.design.terms) if term.name in names)

    def coefficient(self, name: str) -> Floats | None:
        """(N,) coefficients of a term, None where the member has not got it."""
        index = self.design.index(name)
        return None if index is None else self.coefficients[:, index]

    def prior_share(self, name: str) -> Floats:
        """(N,) how much of a series' coefficient comes from other series and priors, 0..1."""
        index = self.design.index(name)
        if index is None:
            return np.ones(self.panel.series)
        return np.clip(self.crossed.posterior.pull[:, index, index], 0.0, 1.0)


def estimate(panel: Panel, regular: RegularPrices, member: Member, country: str) -> Estimate:
    """Fit a member to the weeks that `panel.used` allows; own products only.

    Twice: without structural terms, which gives the lifts that these are made of, and with those
    of them that the data show.
    """
    share = structure.shares(panel)[panel.own]
    regular = replace(regular, price=regular.price[panel.own])
    panel = panel.only(panel.own)
    options = carried_options(member.season, int(panel.used.any(axis=0).sum()))
    plain = design_of(panel, regular, options, country)
    first = fit_crossed(_moments(panel, plain), _priors(plain))
    signed = _signed(first, plain)
    effects = deal_effects(signed.mean, plain)
    added = _structural(panel, regular, effects, share)
    design = plain.with_columns(added)
    moments = _moments(panel, design)
    crossed, kept = _choose(first, moments, design, len(plain.terms))
    design = design.keep(kept)
    truncated = _signed(crossed, design)
    levels = levels_of(panel, design, truncated.mean, crossed.variances.noise, member.level)
    names = {term.name for term in design.terms}
    return Estimate(
        panel=panel,
        regular=regular,
        design=design,
        crossed=crossed,
        truncated=truncated,
        levels=levels,
        share=share,
        effects=effects,
        refused=tuple(option for option in member.season if option not in options),
        unidentified=tuple(term.name for term, _ in added if term.name not in names),
    )


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


def _structural(
    panel: Panel, regular: RegularPrices, effects: Floats, share: Floats
) -> tuple[tuple[terms.Term, Floats], ...]:
    """The columns of the dip and of the siblings' pulls, where there are any siblings."""
    pressure = structure.pressures(
        regular.depth_log(panel.price),
        np.nan_to_num(panel.feature),
        np.nan_to_num(panel.display),
        effects,
    )
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
