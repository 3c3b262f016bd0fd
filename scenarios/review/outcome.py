"""What came of every event: steps from promise to actual, lift by source, profit, on draws too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scenarios.review.bridge import CAUSES, EXECUTION, Bridge, Terms, bridge
from scenarios.review.elsewhere import Elsewhere
from scenarios.review.worlds import Weeks

Floats = NDArray[np.float64]

SOURCES = ("later_weeks", "own_products", "own_products_later", "competitors", "new")


@dataclass(frozen=True)
class Outcome:
    """Sums over the weeks of each of E windows, unrounded. Money in currency, excl. VAT."""

    units: Floats  # (E, causes) change from promised to sold, by cause
    money: Floats  # (E, causes) change of what the weeks earned
    gain: Floats  # (E,) units over those without the event, in its own weeks
    sources: Floats  # (E, sources) of the gain
    spend: Floats  # (E,) variable spend and fees
    incremental: Floats  # (E,) profit over that without the event, everywhere


@dataclass(frozen=True)
class Facts:
    """All that an outcome is computed from but the coefficients."""

    weeks: Weeks
    terms: Terms
    elsewhere: Elsewhere
    competitors: Floats  # (E,) units taken from their products
    windows: int


def outcome_of(facts: Facts, coefficients: Floats) -> Outcome:
    """The outcome as it is reported, at the posterior mean (N, K)."""
    return _outcome(facts, coefficients, bridge(facts.weeks, facts.terms, coefficients))


def drawn(facts: Facts, coefficients: Iterable[Floats], seed: int) -> list[Outcome]:
    """The outcome on each draw of the coefficients: what could have been true.

    Besides the coefficients, a window's context is drawn, and the luck of every week sold: causes
    are about expected units.
    """
    random = np.random.default_rng([seed, 2])
    weeks, found = facts.weeks, []
    size = len(weeks.units)
    for draw in coefficients:
        shared = random.standard_normal(facts.windows)[weeks.window]
        luck = np.sqrt(weeks.promoted_noise) * random.standard_normal(size)
        # Coefficients are drawn already: what is left is the context's own variance.
        context = weeks.context + np.sqrt(weeks.context_variance) * shared
        moved = replace(
            weeks,
            context=context - 0.5 * weeks.context_variance,
            unsure=weeks.context_variance,
            units=weeks.units * np.exp(luck),
        )
        there = replace(facts, weeks=moved)
        found.append(_outcome(there, draw, bridge(moved, facts.terms, draw, truly=True)))
    return found


def _outcome(facts: Facts, coefficients: Floats, steps: Bridge) -> Outcome:
    weeks, terms, elsewhere = facts.weeks, facts.terms, facts.elsewhere
    count = facts.windows

    def by_event(cells: Floats) -> Floats:
        total = np.zeros((count, *cells.shape[1:]))
        np.add.at(total, weeks.window, cells)
        return total

    gain = by_event(weeks.units - steps.without)
    lost = elsewhere.lost(coefficients)
    own, then = elsewhere.own, elsewhere.same_week
    kinds = (own, ~own & then, ~own & ~then)
    taken: list[Floats] = [
        -np.bincount(elsewhere.window, np.where(k, lost, 0.0), count).astype(np.float64)
        for k in kinds
    ]
    taken.append(facts.competitors)
    sources = np.stack([*taken, gain - sum(taken, np.zeros(count))], axis=1)
    outlay = terms.funding * weeks.units + terms.fees
    earned = by_event(terms.margin * (weeks.units - steps.without) - outlay)
    far = np.bincount(elsewhere.window, elsewhere.worth * lost, count)
    return Outcome(
        units=by_event(steps.units),
        money=by_event(steps.money),
        gain=gain,
        sources=sources,
        spend=by_event(outlay),
        incremental=earned + far,
    )


def quantiles(draws: list[Outcome], name: str, level: float) -> Floats:
    """A quantile over draws of a field of outcomes, of its shape."""
    return np.asarray(np.quantile([getattr(draw, name) for draw in draws], level, axis=0))


def executed(cells: Floats) -> Floats:
    """The sum over the causes that are execution: (E, causes) to (E,)."""
    return np.asarray(cells[:, [CAUSES.index(name) for name in EXECUTION]].sum(axis=1))
