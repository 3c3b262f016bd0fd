"""Legal limits on promotions, as data: country, goods, dates, sources.

Not legal advice: every one is shown as a note with its source, never enforced from here. Past its
last day a rule turns into a reminder to look the law up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workspace.text import Text


@dataclass(frozen=True)
class DepthLimit:
    """The deepest cut, as a share of the price, that a country's law allows for some goods."""

    country: str
    goods: Text
    deepest: float
    last: date | None  # the last day it is sure to hold; None: no end is known
    source: str


@dataclass(frozen=True)
class PriceFloor:
    """The lowest shelf price, as a multiple of the invoice price, both excluding VAT."""

    country: str
    multiple: float
    last: date | None
    source: str


_ASAP = "ASAP art. 125, loi 2025-337: economie.gouv.fr/dgccrf, oxymore-legal.com"
_ASAP_ENDS = date(2028, 4, 15)

DEPTH_LIMITS = (
    DepthLimit("FR", Text("food"), 0.34, _ASAP_ENDS, _ASAP),
    DepthLimit("FR", Text("non-food"), 0.40, _ASAP_ENDS, _ASAP),
)

PRICE_FLOORS = (
    PriceFloor("FR", 1.10, _ASAP_ENDS, _ASAP),
    PriceFloor(
        "ES",
        1.0,
        None,
        "Ley 7/1996 art. 14, Ley 12/2013 art. 12 ter: comerciodesegovia.es, lopezalonso.es",
    ),
)
