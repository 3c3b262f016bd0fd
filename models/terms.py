"""The terms of a member as data: what each is, which way it may go, how far series may differ."""

from __future__ import annotations

from dataclasses import dataclass

from models.feasts import feast_of


@dataclass(frozen=True)
class Term:
    """One column of the design, with weak prior opinions about its coefficient.

    Coefficients of all series: mu ~ N(mean, mean_sd^2) in the middle, effects of account, product
    and pair around it with standard deviations near `spread` until the data say otherwise. `sign`
    is the sign that every series' coefficient must have (0: any).
    """

    name: str
    sign: int
    mean: float
    mean_sd: float
    spread: float


CONSTANT = Term("constant", 0, mean=0.0, mean_sd=100.0, spread=1.0)
# Own price: the mean of 1,851 published elasticities is -2.6, of promotional ones -3.6
# (Bijmolt, van Heerde and Pieters 2005).
PRICE = Term("price", -1, mean=-2.6, mean_sd=2.0, spread=0.5)
# Spreads of a lift's terms are small on purpose: wide ones hold the variances of few accounts up,
# so that pairs shrink too little, and the most exaggerated lifts are those that a plan picks.
BASE_PRICE = Term("base_price", -1, mean=-2.6, mean_sd=1.5, spread=0.2)
DEAL = Term("deal", +1, mean=3.6, mean_sd=2.0, spread=0.15)
FEATURE = Term("feature", +1, mean=0.3, mean_sd=1.0, spread=0.1)
DISPLAY = Term("display", +1, mean=0.5, mean_sd=1.0, spread=0.1)
# What products like this one sell: all of it, as far as likeness tells anything.
LIKENESS = Term("likeness", +1, mean=0.6, mean_sd=0.5, spread=0.05)
DISTRIBUTION = Term("distribution", +1, mean=1.0, mean_sd=0.5, spread=0.2)
# Structural terms: sales that a deal borrows from the product's later weeks, and from siblings.
DIP = Term("dip", -1, mean=0.0, mean_sd=0.5, spread=0.1)
LONG_DIP = Term("long_dip", -1, mean=0.0, mean_sd=0.3, spread=0.1)
# A third of a deal's lift comes from other brands in the week: -.4 where the shelf is small.
SIBLINGS = Term("siblings", -1, mean=-0.4, mean_sd=0.25, spread=0.1)
# Deals that share a shelf and a week take from the same shoppers, so less than each would alone.
OVERLAP = Term("overlap", +1, mean=0.4, mean_sd=0.4, spread=0.1)
AFTER = Term("siblings_after", -1, mean=0.0, mean_sd=0.3, spread=0.1)
STOCK = Term("stock", -1, mean=0.0, mean_sd=0.3, spread=0.1)
# Shocks of the account and of a shelf, best predictions from other products: 1 if they are.
SHOCK = Term("shock", +1, mean=1.0, mean_sd=0.3, spread=0.1)
SHELF_SHOCK = Term("shelf_shock", +1, mean=1.0, mean_sd=0.3, spread=0.1)
# Nuisance terms: some members have them and some have not.
CURVE = Term("curve", 0, mean=0.0, mean_sd=1.5, spread=0.3)
DEAL_DISPLAY = Term("deal_display", 0, mean=0.0, mean_sd=1.0, spread=0.15)
DEAL_FEATURE = Term("deal_feature", 0, mean=0.0, mean_sd=1.0, spread=0.15)
# Last week's price: how slowly averages over shops follow a change. Nuisance, so of any sign; what
# a deal borrows from later weeks is the dip's.
LAST_PRICE = Term("last_price", 0, mean=0.0, mean_sd=1.0, spread=0.3)
# How far a price fell this week: the first week of a cut sells to those who had waited for it. A
# response cannot say which week of a deal it is, so this too improves forecasts alone.
FRESH_CUT = Term("fresh_cut", 0, mean=0.0, mean_sd=1.0, spread=0.3)
SEASON = Term("season", 0, mean=0.0, mean_sd=0.3, spread=0.05)
HOLIDAYS = Term("holidays", 0, mean=0.0, mean_sd=0.3, spread=0.05)
# The weeks around a feast that moves, Easter above all: some products sell twice as much.
FEAST = Term("feast", 0, mean=0.0, mean_sd=0.3, spread=0.1)
TREND = Term("trend", 0, mean=0.0, mean_sd=0.3, spread=0.1)

PROMOTIONS = ("deal", "feature", "display")
OPTIONAL = (CURVE, DEAL_DISPLAY, DEAL_FEATURE, LAST_PRICE, FRESH_CUT)


def calendar_term(column: str) -> Term:
    """The term of a column of `calendar_terms`."""
    other = FEAST if feast_of(column) else SEASON
    model = {"holidays": HOLIDAYS, "trend": TREND}.get(column, other)
    return Term(column, model.sign, model.mean, model.mean_sd, model.spread)
