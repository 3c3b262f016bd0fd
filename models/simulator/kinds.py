"""Markets whose demand is of another form than the estimator's: what it is judged on.

All have six accounts, eight products of ours and two of competitors, two years of history, and
promotions that were timed on demand to some degree, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.simulator.market import MarketOptions

_COMMON = MarketOptions(
    accounts=6, brands=(5, 3), competitors=2, timing=0.5, shock=0.12, noise=0.15, cross_lags=1
)
KINDS: Mapping[str, MarketOptions] = {
    # Shoppers choose one product, or none: what a deal takes is in the denominator.
    "switching": replace(_COMMON, form="logit"),
    # Small cuts go unnoticed, large ones saturate.
    "thresholds": replace(_COMMON, form="s-shaped", ceiling=2.0),
    # Households store what is cheap and eat it for weeks.
    "stockpiling": replace(_COMMON, form="stockpiling"),
    # Levels shift for good; single weeks are far off; a hard price threshold.
    "shocks": replace(
        _COMMON, form="threshold", noise_freedom=3.0, noise=0.12, level_shifts=1.0, shock=0.15
    ),
    # Deals were put where demand was high already.
    "timed": replace(_COMMON, form="saturating", timing=1.3, shock=0.20, ceiling=2.5),
}
