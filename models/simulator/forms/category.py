"""The households of a category: some choose among its products, some are loyal to one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.forms.cupboards import Households
from models.simulator.truth import Floats, Ints, Tastes

LOYAL = 0.5  # share of households that buy one product or nothing
CROWD = 1.5  # households per unit of the category's potential
SENSITIVITY = 0.7  # beta over the elasticity of the tastes
SETTLING = 400  # weeks without deals after which stocks stand still
CLOSE = 1e-11
Stocks = tuple[Floats, Floats]  # of the choosers, of the loyal


@dataclass(frozen=True)
class Category:
    """A accounts by N products; the loyal are a group of their own for each of the A x N pairs."""

    choosers: Households  # A groups
    loyal: Households  # A x N groups with one product each

    @staticmethod
    def of(tastes: Tastes, products: Ints) -> Category:
        """The category that these products make up."""
        sensitivity = -SENSITIVITY * tastes.elasticity[:, products]
        homes = CROWD * tastes.potential[:, products[0]]
        faithful = (LOYAL * homes[:, None] * tastes.share[:, products]).ravel()
        return Category(
            Households.of((1.0 - LOYAL) * homes, sensitivity),
            Households.of(faithful, sensitivity.reshape(-1, 1)),
        )

    def empty(self) -> Stocks:
        """Nothing in any cupboard."""
        return self.choosers.empty(), self.loyal.empty()

    def week(self, stocks: Stocks, liked: Floats, price: Floats) -> tuple[Floats, Stocks]:
        """Units bought (A, N), and the stocks afterwards; `liked` and `price` (A, N)."""
        some, first = self.choosers.week(stocks[0], liked, price)
        others, second = self.loyal.week(stocks[1], liked.reshape(-1, 1), price.reshape(-1, 1))
        return some + others.reshape(some.shape), (first, second)

    def settled(self, liked: Floats) -> Stocks:
        """Stocks after many weeks at listed prices."""
        stocks, price = self.empty(), np.ones(liked.shape)
        for _ in range(SETTLING):
            _, after = self.week(stocks, liked, price)
            moved = _farthest(stocks, after)
            stocks = after
            if moved < CLOSE:
                break
        return stocks

    def attracted(self, typical: Floats) -> Floats:
        """Attractions (A, N) with which `typical` units (A, N) a week are sold without deals."""
        liked, stocks, price = np.zeros(typical.shape), self.empty(), np.ones(typical.shape)
        for _ in range(10 * SETTLING):
            sold, after = self.week(stocks, liked, price)
            error = np.log(typical / sold)
            done = max(float(np.abs(error).max()), _farthest(stocks, after)) < CLOSE
            stocks = after
            if done:
                break
            liked = liked + 0.5 * error
        return liked

    def alone(self, liked: Floats, shown: Floats, price: Floats) -> Floats:
        """Log change of a product's units by each of its deals, all others and stocks at rest.

        `liked` (A, N); deals `shown` and `price` (A, N, any).
        """
        stocks, rest = self.settled(liked), np.ones(liked.shape)
        before, _ = self.week(stocks, liked, rest)
        change = np.zeros(shown.shape)
        for product in range(liked.shape[1]):
            for deal in range(shown.shape[2]):
                more, cut = liked.copy(), rest.copy()
                more[:, product] += shown[:, product, deal]
                cut[:, product] = price[:, product, deal]
                after, _ = self.week(stocks, more, cut)
                change[:, product, deal] = np.log(after[:, product] / before[:, product])
        return change


def _farthest(before: Stocks, after: Stocks) -> float:
    return max(float(np.abs(b - a).max()) for a, b in zip(before, after, strict=True))
