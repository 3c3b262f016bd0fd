"""Whether a fit should be trusted: what is measured, where the limits are, and why not.

A response always comes out: a hierarchical prior sees to that. These measures say whether the data
had anything to do with it. Each limit is far from what sound markets show (docs/demand.md), so that
a fit is refused trust for a reason that a reader can check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import terms
from models.calibration import LEVELS, WIDEST, Calibration
from models.estimator import Estimate
from models.residuals import autocorrelation, residuals
from models.suspicions import Suspicion
from workspace.text import Text

Floats = NDArray[np.float64]

LEAST_WEEKS = 39  # three quarters: less says nothing of a year
LEAST_PRICE_VARIATION = 0.01  # sd of ln price: a percent moves no shopper that noise would not hide
MOST_AUTOCORRELATION = 0.6  # of residuals a week apart, after levels and shocks
MOST_PRIOR = 0.5  # of the typical lift
MOST_SUSPICIONS = 0.1  # of all series, each counted once
NINETY = LEVELS.index(0.9)


@dataclass(frozen=True)
class Trust:
    """Reasons not to trust a fit, none where it may be, and what they rest on (JSON-able)."""

    reasons: tuple[Text, ...]
    measured: dict[str, float | None]

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons

    @property
    def fields(self) -> dict[str, object]:
        """JSON-able, reasons in English."""
        return {
            "trusted": self.trusted,
            "reasons": [str(reason) for reason in self.reasons],
            "measured": self.measured,
        }


def trust_of(
    estimate: Estimate, calibration: Calibration, suspicions: Sequence[Suspicion]
) -> Trust:
    """Measure, and compare with the limits above."""
    used = estimate.panel.used
    learned = used.any(axis=1)
    weeks = float(np.median(used[learned].sum(axis=1)))
    variation = _price_variation(estimate)
    prior = lift_from_prior(estimate)
    apart = autocorrelation(residuals(estimate), used)
    width = max(calibration.widths[NINETY], calibration.promoted_widths[NINETY])
    suspect = {(s.account, s.product) for s in suspicions if s.account and s.product}
    share = len(suspect) / max(int(learned.sum()), 1)
    measured = {
        "weeks": weeks,
        "price_variation": variation,
        "lift_from_prior": prior,
        "residual_autocorrelation": apart,
        "interval_width": width,
        "suspected_series": share,
    }
    reasons = []
    if weeks < LEAST_WEEKS:
        reasons.append(
            Text("only {weeks:.0f} weeks of sales in the typical series (at least {least} needed)",
                 weeks=weeks, least=LEAST_WEEKS)
        )  # fmt: skip
    if variation < LEAST_PRICE_VARIATION:
        reasons.append(
            Text("prices hardly ever change: they vary by {share:.1%} in the typical series",
                 share=variation)
        )  # fmt: skip
    if prior > MOST_PRIOR:
        reasons.append(
            Text("{share:.0%} of the typical lift comes from prior opinion, not from these data",
                 share=prior)
        )  # fmt: skip
    if apart is not None and apart > MOST_AUTOCORRELATION:
        reasons.append(
            Text("what the model does not explain lasts from week to week (autocorrelation"
                 " {value:.2f}): something that moves sales is missing", value=apart)
        )  # fmt: skip
    if width >= WIDEST:
        reasons.append(
            Text("intervals had to be made {times:.1f} times as wide, and may still not hold",
                 times=width)
        )  # fmt: skip
    if share > MOST_SUSPICIONS:
        reasons.append(
            Text("{share:.0%} of the series look wrong: see what 'check' says of them", share=share)
        )
    return Trust(tuple(reasons), measured)


def _price_variation(estimate: Estimate) -> float:
    """The median over series of the standard deviation of ln price paid."""
    used = estimate.panel.used
    count = np.maximum(used.sum(axis=1), 1)
    logs = np.where(used, np.log(np.where(used, estimate.panel.price, 1.0)), 0.0)
    mean = logs.sum(axis=1) / count
    variance = np.where(used, (logs - mean[:, None]) ** 2, 0.0).sum(axis=1) / count
    return float(np.median(np.sqrt(variance[used.any(axis=1)])))


def lift_from_prior(estimate: Estimate) -> float:
    """How much of the typical deal's effect is prior opinion: its variance over the prior's, 0..1.

    The mean over members. A series that borrows from others borrows from data; this is about what
    nobody's data have told.
    """
    own = estimate.design.terms[estimate.own_price]
    term = terms.DEAL if estimate.regular.separate else own
    index = estimate.design.index(term.name)
    if index is None:
        return 1.0
    shares = [
        float(member.crossed.posterior.solid_cov[place, place]) / term.mean_sd**2
        for member in estimate.members
        for place in np.flatnonzero(member.kept == index)
    ]
    return float(np.clip(np.mean(shares), 0.0, 1.0)) if shares else 1.0
