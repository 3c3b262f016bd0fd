"""What a fit says about itself: `results/fit.json`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models import metrics, terms
from models.calibration import LEVELS, Calibration
from models.estimator import Estimate
from models.forecast import forecast
from models.response import Response
from workspace.text import Text

Floats = NDArray[np.float64]

QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
BINDS = 0.1  # a sign that one draw in ten would break without it
LITTLE = 0.8  # of an elasticity from elsewhere: the series itself says little


def fit_report(
    estimate: Estimate, calibration: Calibration, response: Response, warned: tuple[Text, ...]
) -> dict[str, object]:
    """A JSON-able summary: accuracy, elasticities, signs enforced, where data carry little."""
    panel = estimate.panel
    made = forecast(estimate, np.arange(len(panel.weeks)))
    actual, expected = panel.units[panel.used], made.expected[panel.used]
    elasticity = estimate.coefficients[:, estimate.own_price]
    learned = panel.used.any(axis=1)
    return {
        "estimator": "crossed hierarchical log-linear, empirical Bayes, averaged",
        "terms": [term.name for term in estimate.design.terms],
        "members": len(estimate.members),
        "own_price": "regular price and deal" if estimate.regular.separate else "price paid",
        "base_price": "given" if estimate.regular.given else "estimated",
        "weeks_at_regular_price": estimate.regular.at_regular,
        "series": int(learned.sum()),
        "counted_series": int(estimate.counts.sum()),
        "weeks": int(panel.used.sum()),
        "first_week": str(panel.weeks[0]),
        "last_week": str(panel.weeks[-1]),
        "wape_in_sample": metrics.wape(expected, actual),
        "bias_in_sample": metrics.bias(expected, actual),
        "elasticity": _quantiles(elasticity[learned]),
        "effects": {
            term.name: _quantiles(estimate.coefficients[learned, k])
            for k, term in enumerate(estimate.design.terms)
            if term.name in (*terms.PROMOTIONS, terms.DIP.name, terms.SIBLINGS.name)
        },
        "interval_widths": _by_level(calibration.widths),
        "interval_widths_promoted": _by_level(calibration.promoted_widths),
        "interval_weeks": calibration.points,
        "signs_enforced": _signs(estimate),
        "little_data": _little(estimate),
        "lift_prior_share": _lift_prior_share(estimate),
        "steps": sum(len(member.crossed.objective) for member in estimate.members),
        "converged": estimate.converged,
        "response_sha256": response.sha256,
        "warnings": [str(text) for text in warned],
    }


def _by_level(widths: tuple[float, ...]) -> dict[str, float]:
    return {f"{level * 100:.0f}": width for level, width in zip(LEVELS, widths, strict=True)}


def _quantiles(values: Floats) -> dict[str, float]:
    return {f"{q:g}": float(np.quantile(values, q)) for q in QUANTILES}


def _signs(estimate: Estimate) -> list[dict[str, object]]:
    """Where the data alone would have had a good chance of the wrong sign."""
    found: list[dict[str, object]] = []
    learned = np.flatnonzero(estimate.panel.used.any(axis=1))
    wrong = estimate.wrong
    for row, term in np.argwhere(wrong[learned] > BINDS).tolist():
        series = int(learned[row])
        account, product = estimate.panel.codes(series)
        found.append(
            {
                "account": account,
                "product": product,
                "term": estimate.design.terms[term].name,
                "probability_of_wrong_sign": float(wrong[series, term]),
            }
        )
    return found


def _little(estimate: Estimate) -> list[dict[str, object]]:
    """Series whose own-price coefficient comes mostly from other series and priors."""
    share = estimate.prior_share(estimate.design.terms[estimate.own_price].name)
    found: list[dict[str, object]] = []
    for series in np.flatnonzero(share > LITTLE):
        account, product = estimate.panel.codes(int(series))
        weight = float(share[series])
        found.append({"account": account, "product": product, "share_of_prior": weight})
    return found


def _lift_prior_share(estimate: Estimate) -> dict[str, float]:
    """By account: how much of its deals' effect comes from other series and priors, 0..1.

    Mean over the account's products, of the deal's coefficient, or the price's where they are one.
    """
    own = estimate.design.terms[estimate.own_price].name
    name = terms.DEAL.name if estimate.regular.separate else own
    share, panel = estimate.prior_share(name), estimate.panel
    return {
        code: float(share[panel.account == index].mean())
        for index, code in enumerate(panel.accounts)
        if (panel.account == index).any()
    }


def warnings_of(estimate: Estimate, calibration: Calibration) -> tuple[Text, ...]:
    """What a reader must know before trusting the response."""
    panel, regular = estimate.panel, estimate.regular
    names = {term.name for term in estimate.design.terms}
    found: list[Text] = []
    if not regular.separate:
        share = f"{100.0 * regular.at_regular:.0f}"
        found.append(
            Text(
                "no regular price is given, and only {share} % of weeks lie at an estimated one: "
                "prices look like averages paid, so deals and lasting price changes share one "
                "elasticity",
                share=share,
            )
        )
    elif not regular.given:
        found.append(Text("regular prices are estimated from the prices paid"))
    found += [
        Text("no {term} in the history: its effect cannot be known, 0 is used", term=name)
        for name in (terms.FEATURE.name, terms.DISPLAY.name)
        if name not in names
    ]
    found += [
        Text("the data do not show any effect of {term}: 0 is used", term=name)
        for name in estimate.unidentified
    ]
    found += [
        Text("the history is too short for {option}: left out", option=option)
        for option in estimate.refused
    ]
    large = ~estimate.counts[:, None]
    zero = int((panel.recorded & (panel.units <= 0.0) & large).sum())
    if zero:
        found.append(Text("{count} weeks without any unit sold are not learned from", count=zero))
    empty = int((panel.used & (estimate.belief.weight == 0.0)).sum())
    if empty:
        found.append(
            Text(
                "{count} weeks dropped and came back without a mark: taken for sold out, not "
                "learned from (stockouts_suspected in fit.json)",
                count=empty,
            )
        )
    unsold = int((~panel.used.any(axis=1)).sum())
    if unsold:
        found.append(
            Text("{count} listed pairs never sold: all they have is borrowed", count=unsold)
        )
    if not calibration.held_out:
        found.append(Text("the history is too short to check the intervals on weeks held out"))
    if not estimate.converged:
        found.append(Text("the estimation stopped before it had converged"))
    return tuple(found)
