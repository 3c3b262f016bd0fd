"""One member fitted to a design: its sums, its priors, its signs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models import terms
from models.average import Fitted
from models.crossed import Crossed, fit_crossed
from models.design import Design
from models.level import levels_of
from models.member import Member
from models.moments import Moments
from models.panel import Panel
from models.terms import Term
from models.truncation import Truncated, truncate
from models.variances import CrossedPriors, Variances

Floats = NDArray[np.float64]

MOST_SERIES = 2000  # that variances are learned from: a few thousand tell them as well as all


def moments_of(panel: Panel, design: Design) -> Moments:
    """The sums over the weeks that `panel.used` allows."""
    account = np.unique(panel.account, return_inverse=True)[1].astype(np.int64)
    product = np.unique(panel.product, return_inverse=True)[1].astype(np.int64)
    return Moments.of(design.x, panel.logs, panel.used, account, product, panel.weight)


def fit_terms(
    moments: Moments, design: Design, kept: list[int], start: Variances | None = None
) -> Crossed:
    """Fit the terms at these positions of the design whose sums are `moments`.

    Of more than MOST_SERIES series the variances are learned from those of evenly spread accounts,
    and one step more from all.
    """
    chosen = [design.terms[k] for k in kept]
    priors = CrossedPriors(
        effect_scale=np.array([term.spread**2 for term in chosen]),
        mean=np.array([term.mean for term in chosen]),
        mean_precision=np.array([term.mean_sd**-2 for term in chosen]),
    )
    these = moments.keep(kept)
    sampled = these.of_accounts(MOST_SERIES)
    few = these.only(sampled)
    if sampled.all() or few.products < min(these.products, 2):
        return fit_crossed(these, priors, start=start)
    near = None if start is None else replace(start, noise=start.noise[sampled])
    some = fit_crossed(few, priors, start=near)
    noise = start.noise.copy() if start else np.full(len(sampled), some.variances.common_noise)
    noise[sampled] = some.variances.noise
    found = fit_crossed(these, priors, start=replace(some.variances, noise=noise), steps=1)
    return replace(found, converged=some.converged)


def carried(variances: Variances, old: tuple[Term, ...], new: tuple[Term, ...]) -> Variances:
    """Variances of the `new` terms to start from: those of the `old` ones, the others' spreads."""
    place = {term.name: k for k, term in enumerate(old)}
    here = [k for k, term in enumerate(new) if term.name in place]
    there = [place[new[k].name] for k in here]
    wide = np.array([term.spread**2 for term in new])
    pair = np.diag(wide)
    pair[np.ix_(here, here)] = variances.pair[np.ix_(there, there)]

    def effects(known: Floats | None) -> Floats | None:
        if known is None:
            return None
        cells = wide.copy()
        cells[here] = known[there]
        return cells

    account, product = effects(variances.account), effects(variances.product)
    return replace(variances, pair=pair, account=account, product=product)


def signed(crossed: Crossed, design: Design) -> Truncated:
    """The posterior with the terms' signs on."""
    posterior = crossed.posterior
    signs = tuple(term.sign for term in design.terms)
    return truncate(posterior.coefficients, posterior.covariance, signs)


def fit_members(
    panel: Panel, full: Design, always: int, members: tuple[Member, ...], start: Variances
) -> tuple[Fitted, ...]:
    """Every member once; all have the first `always` terms of the design.

    Members that differ only in terms that the data cannot have are one. `start` are variances of
    the first `always` terms to start from.
    """
    moments = moments_of(panel, full)
    optional = [term.name for term in full.terms[always:]]
    wanted = {
        (tuple(name in member.optional for name in optional), member.level): None
        for member in members
    }
    begin = carried(start, full.terms[:always], full.terms)
    fitted: dict[tuple[bool, ...], Crossed] = {}
    found: list[Fitted] = []
    for has, level in sorted(wanted, key=lambda key: -sum(key[0])):
        kept = [*range(always), *(always + k for k, on in enumerate(has) if on)]
        design = full.keep(kept)
        if has not in fitted:
            fitted[has] = fit_terms(moments, full, kept, begin.keep(kept))
            if all(has):
                begin = fitted[has].variances
        crossed = fitted[has]
        truncated = signed(crossed, design)
        levels = levels_of(panel, design, truncated.mean, crossed.variances.noise, level)
        found.append(Fitted(np.array(kept, dtype=np.int64), crossed, truncated, levels))
    return tuple(found)


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
