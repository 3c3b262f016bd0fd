"""What a shopper meets in a week: own price and merchandising, as columns of the design.

History and the tactics of a plan go through the same functions, so that a tactic's lift is the
difference of two rows and can never be another formula than the one that was estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import terms
from models.terms import Term

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Offer:
    """Own price and merchandising; arrays of one shape.

    With `separate` prices `regular` is the ln regular price and `cut` is -ln(1 - depth); else the
    two are one, ln of the price paid is regular - cut. Both against a series' own centre.
    """

    separate: bool
    regular: Floats
    cut: Floats  # >= 0
    feature: Floats  # 0..1
    display: Floats  # 0..1

    def price_columns(self) -> list[tuple[Term, Floats]]:
        """The terms of own price that every member has."""
        if self.separate:
            return [(terms.BASE_PRICE, self.regular), (terms.DEAL, self.cut)]
        return [(terms.PRICE, self.regular - self.cut)]

    def merchandising_columns(self) -> list[tuple[Term, Floats]]:
        """Feature and display."""
        return [(terms.FEATURE, self.feature), (terms.DISPLAY, self.display)]

    def optional_columns(self) -> list[tuple[Term, Floats]]:
        """Curvature in the deal, or in the price, and what a deal adds to feature and display."""
        deal = self.cut if self.separate else self.cut - self.regular
        return [
            (terms.CURVE, deal**2),
            (terms.DEAL_DISPLAY, deal * self.display),
            (terms.DEAL_FEATURE, deal * self.feature),
        ]

    def row(self, names: tuple[str, ...]) -> Floats:
        """The columns with these names, others 0: the offer's shape with (K,) added."""
        columns = (
            *self.price_columns(),
            *self.merchandising_columns(),
            *self.optional_columns(),
            # A price that has lasted was last week's too.
            (terms.LAST_PRICE, self.regular),
        )
        cells = {term.name: column for term, column in columns}
        nothing = np.zeros(np.shape(self.cut))
        return np.stack([cells.get(name, nothing) for name in names], axis=-1)
