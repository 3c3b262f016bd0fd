"""What the other products, and the weeks around it, tell of a week that was not learned from.

A week left out of the learning still had its context: a shock that the account's other products
show, and a level that the series has drifted to in the weeks before and after. Both are what the
week would have had without its deal, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import structure, terms
from models.estimator import Estimate
from models.shock import ShockModel, smoothed
from models.structural import SHOCKS

Floats = NDArray[np.float64]

HALF_LIFE = 4.0  # weeks in which a residual loses half its say, on both sides
PRIOR_WEEKS = 4.0  # of evidence for no deviation
# Promoted weeks vary more than quiet ones; this many weeks of evidence for no difference.
SHARED_WEEKS = 100.0
MOST_RATIO = 4.0


@dataclass(frozen=True)
class Context:
    """Deviations of ln units from the terms that prices, deals and the calendar explain: (N, T)."""

    mean: Floats
    variance: Floats  # of the deviation, given what is known around it
    promoted_noise: Floats  # (N,) variance of a promoted week's ln units around its expectation


def context_of(estimate: Estimate) -> Context:
    """The context of every week of an estimate's panel, whether it was learned from or not."""
    panel, used = estimate.panel, estimate.panel.used
    names = [term.name for term in estimate.design.terms]
    explained = np.einsum("ntk,nk->nt", estimate.design.x, _without_shocks(estimate))
    logs = np.log(np.where(used, panel.units, 1.0))
    rest = np.where(used, logs - explained, 0.0)
    mean, variance = np.zeros_like(rest), np.zeros_like(rest)
    groups = {terms.SHOCK.name: panel.account, terms.SHELF_SHOCK.name: structure.shelves(panel)}
    left = rest
    for name, group in groups.items():
        model = ShockModel.of(left, used, group)
        if name not in names or model.common == 0.0:
            continue
        total = structure.of_others(np.where(used, left, 0.0), group)
        count = structure.of_others(used.astype(np.float64), group)
        shock, unsure = smoothed(total, count, model)
        effect = estimate.coefficients[:, [names.index(name)]]
        mean += effect * shock
        variance += effect**2 * unsure
        left = left - shock
    left = np.where(used, rest - mean, 0.0)
    weeks = np.arange(used.shape[1])
    weight = 0.5 ** (np.abs(weeks[:, None] - weeks[None, :]) / HALF_LIFE)
    evidence = used @ weight + PRIOR_WEEKS
    mean += left @ weight / evidence
    variance += estimate.noise[:, None] / evidence
    return Context(mean, variance, estimate.noise * _promoted_ratio(estimate, left))


def _without_shocks(estimate: Estimate) -> Floats:
    coefficients = estimate.coefficients.copy()
    for k, term in enumerate(estimate.design.terms):
        if term.name in SHOCKS:
            coefficients[:, k] = 0.0
    return coefficients


def _promoted_ratio(estimate: Estimate, left: Floats) -> float:
    """How much more promoted weeks vary than all, shrunk towards no more: at least 1."""
    used, deals = estimate.panel.used, estimate.promoted & estimate.panel.used
    standard = left**2 / estimate.noise[:, None]
    if not deals.any():
        return 1.0
    count = float(deals.sum())
    ratio = float(standard[deals].mean()) / max(float(standard[used].mean()), 1e-9)
    shrunk = (count * ratio + SHARED_WEEKS) / (count + SHARED_WEEKS)
    return float(np.clip(shrunk, 1.0, MOST_RATIO))
