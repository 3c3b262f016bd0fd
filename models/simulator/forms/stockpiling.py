"""Households that keep stocks: what a deal sells today is eaten for weeks, whatever its brand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.category import Category
from models.simulator.truth import Deals, Floats, Ints, Tastes, Truth


@dataclass(frozen=True)
class Stockpiling:
    """Expected units of a population of households with cupboards: see `cupboards`, `category`.

    No parameter of this form is a lift, a dip or a cross effect. All three come from what
    households buy, store and eat; a deal's dip is felt by the whole category for as long as its
    units last.
    """

    name: str = "stockpiling"
    tabular: bool = False

    def own_effect(self, tastes: Tastes, deals: Deals) -> Floats:
        """Log effect of a deal alone on stocks as they are without deals; deals (A, N, any)."""
        price, shown = _seen(tastes, deals)
        shape = np.broadcast_shapes(price.shape, shown.shape)
        price, shown = np.broadcast_to(price, shape), np.broadcast_to(shown, shape)
        effect = np.zeros(shape)
        for shelf in _shelves(tastes):
            homes = Category.of(tastes, shelf)
            liked = tastes.attraction[:, shelf]
            effect[:, shelf] = homes.alone(liked, shown[:, shelf], price[:, shelf])
        return effect

    def units(self, truth: Truth) -> Floats:
        """Expected units (A, N, W). Households start from stocks as they are without deals."""
        tastes = truth.tastes
        price, shown = _seen(tastes, truth.deals)
        price = price * np.exp(truth.log_price)
        season = truth.log_base - truth.log_base.mean(axis=2, keepdims=True)
        liked = tastes.attraction[:, :, None] + season + shown
        units = np.zeros(truth.log_base.shape)
        for shelf in _shelves(tastes):
            homes = Category.of(tastes, shelf)
            stocks = homes.settled(tastes.attraction[:, shelf])
            for week in range(len(truth.weeks)):
                sold, stocks = homes.week(stocks, liked[:, shelf, week], price[:, shelf, week])
                units[:, shelf, week] = sold
        return units


def attractions(tastes: Tastes, typical: Floats) -> Floats:
    """The attractions (A, N) with which households without deals buy `typical` units (A, N)."""
    found = np.zeros(typical.shape)
    for shelf in _shelves(tastes):
        found[:, shelf] = Category.of(tastes, shelf).attracted(typical[:, shelf])
    return found


def _seen(tastes: Tastes, deals: Deals) -> tuple[Floats, Floats]:
    """The price in multiples of the listed one, and what is shown of deals: (A, N, any)."""
    shown = tastes.feature[:, :, None] * deals.feature + tastes.display[:, :, None] * deals.display
    return 1.0 - deals.depth, shown


def _shelves(tastes: Tastes) -> list[Ints]:
    """The products of each category: those with the same potential in every account."""
    _, shelf = np.unique(tastes.potential, axis=1, return_inverse=True)
    return [np.flatnonzero(shelf == number) for number in range(int(shelf.max()) + 1)]
