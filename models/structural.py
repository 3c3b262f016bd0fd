"""Structural terms found with the lifts that they are made of: each tells the other, in rounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import structure, terms
from models.base_price import RegularPrices
from models.crossed import Crossed
from models.design import Design
from models.member_fit import carried, deal_effects, fit_terms, moments_of, signed
from models.moments import Moments
from models.panel import Panel
from models.shock import shock_column
from models.terms import Term

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Lifts, shocks and what is taken from siblings explain each other; after this many rounds they
# hardly move: half as many left a third of the credit for shocks with the lifts.
ROUNDS = 8
ROUNDS_AGAIN = 3  # from where they stood still for weeks believed a little otherwise
DEAL = 0.02  # a lift of so much makes a week one that was chosen for a deal
# A term is shown if its mean over series is so many posterior deviations on the right side of 0.
# What deals take in the week and the weeks after is known to exist; longer memories have to show.
CLEAR = 1.0
CLEARER = 2.0
LONGER = (terms.LONG_DIP.name, terms.AFTER.name, terms.STOCK.name)
SHOCKS = (terms.SHOCK.name, terms.SHELF_SHOCK.name)


@dataclass(frozen=True)
class Structural:
    """The terms that every member has, the structural ones last, and a fit of them."""

    design: Design
    crossed: Crossed
    effects: Floats  # (N, 3) coefficients of -ln(1 - depth), feature, display: `pressure`'s measure
    share: Floats  # (N,) of the units of the shelf
    unidentified: tuple[str, ...]  # structural terms that the data do not show


def pressure_of(panel: Panel, regular: RegularPrices, effects: Floats) -> Floats:
    """The pressure of each week's deal: (N, T)."""
    return structure.pressures(
        regular.depth_log(panel.price),
        np.nan_to_num(panel.feature),
        np.nan_to_num(panel.display),
        effects,
    )


def structural_terms(
    panel: Panel, regular: RegularPrices, plain: Design, begin: Structural | None = None
) -> Structural:
    """Add the structural terms to a design without them, in ROUNDS rounds of estimation.

    Then those go that the data do not show, the least shown first. From `begin`, found on the same
    weeks believed otherwise, ROUNDS_AGAIN go on.
    """
    share, shelf = structure.shares(panel), structure.shelves(panel)
    if begin is None:
        design = plain
        crossed = fit_terms(moments_of(panel, design), design, list(range(len(design.terms))))
    else:
        design, crossed = begin.design, begin.crossed
    for _ in range(ROUNDS if begin is None else ROUNDS_AGAIN):
        mean = signed(crossed, design).mean
        effects = deal_effects(mean, design)
        pressure = pressure_of(panel, regular, effects)
        added = deal_columns(pressure, share, shelf)
        chosen = panel.own[:, None] & (pressure > DEAL)
        added += _shocks(_residual(panel, design, mean), panel, shelf, chosen)
        last = design
        design = plain.with_columns(
            tuple((term, column) for term, column in added if np.any(column[panel.used] != 0.0))
        )
        moments = moments_of(panel, design)
        start = carried(crossed.variances, last.terms, design.terms)
        crossed = fit_terms(moments, design, list(range(len(design.terms))), start)
    kept, crossed = _shown(moments, design, crossed, len(plain.terms))
    dropped = (term.name for k, term in enumerate(design.terms) if k not in kept)
    names = tuple(name for name in dropped if name != terms.OVERLAP.name)
    return Structural(design.keep(kept), crossed, effects, share, names)


def _shown(
    moments: Moments, design: Design, crossed: Crossed, plain: int
) -> tuple[list[int], Crossed]:
    """The terms that stay, all `plain` first ones among them; the least shown goes first."""
    kept = list(range(len(design.terms)))
    while len(kept) > plain:
        posterior = crossed.posterior
        deviation = np.sqrt(np.diag(posterior.solid_cov)[: len(kept)])
        signs = np.array([design.terms[k].sign for k in kept])
        asked = np.array([CLEARER if design.terms[k].name in LONGER else CLEAR for k in kept])
        beyond = (signs * posterior.solid[: len(kept)] / deviation - asked)[plain:]
        least = plain + int(np.argmin(beyond))
        if beyond.min() >= 0.0:
            break
        gone = _with_it(design.terms[kept[least]].name)
        rest = [p for p, k in enumerate(kept) if design.terms[k].name not in gone]
        kept = [kept[place] for place in rest]
        crossed = fit_terms(moments, design, kept, crossed.variances.keep(rest))
    return kept, crossed


def _with_it(name: str) -> tuple[str, ...]:
    """The terms that go with a term: what siblings do not take cannot overlap."""
    return (name, terms.OVERLAP.name) if name == terms.SIBLINGS.name else (name,)


def _residual(panel: Panel, design: Design, mean: Floats) -> Floats:
    """ln units less everything but shocks: (N, T)."""
    residual = panel.logs - np.einsum("ntk,nk->nt", design.x, mean)
    for name in SHOCKS:
        shock = design.index(name)
        if shock is not None:
            residual = residual + design.x[:, :, shock] * mean[:, [shock]]
    return np.asarray(residual)


def usual_columns(panel: Panel, regular: RegularPrices, found: Structural) -> dict[str, Floats]:
    """What competitors' usual deals make of the columns of the shelf's others: (N,) by term.

    A week without any promotion of ours still has theirs.
    """
    pressure = pressure_of(panel, regular, found.effects)
    theirs = np.where(panel.own[:, None], 0.0, pressure)
    columns = deal_columns(theirs, found.share, structure.shelves(panel))
    learned = panel.used.any(axis=0)
    weeks = max(int(learned.sum()), 1)
    return {
        term.name: column[:, learned].sum(axis=1) / weeks
        for term, column in columns
        if term not in (terms.DIP, terms.LONG_DIP)
    }


def deal_columns(pressure: Floats, share: Floats, shelf: Ints) -> list[tuple[Term, Floats]]:
    """The dips, what the shelf's other deals take now and later, and what of them is in stock."""
    others = structure.of_others(structure.pulls(pressure, share), shelf)
    return [
        (terms.DIP, structure.weighted_past(pressure, structure.DIP_WEIGHTS)),
        (terms.LONG_DIP, structure.weighted_past(pressure, structure.STOCK_WEIGHTS)),
        (terms.SIBLINGS, others),
        (terms.OVERLAP, structure.overlaps(pressure, share, shelf)),
        (terms.AFTER, structure.weighted_past(others, structure.DIP_WEIGHTS)),
        (terms.STOCK, structure.weighted_past(others, structure.STOCK_WEIGHTS)),
    ]


def _shocks(residual: Floats, panel: Panel, shelf: Ints, deals: Bools) -> list[tuple[Term, Floats]]:
    """The shock of the account, and what is left of it on the shelf."""
    if panel.weight is not None:
        residual = residual * panel.weight  # a slip in one product is no shock
    account = shock_column(residual, panel.used, panel.account, deals)
    rest = shock_column(residual - account, panel.used, shelf, deals)
    return [(terms.SHOCK, account), (terms.SHELF_SHOCK, rest)]
