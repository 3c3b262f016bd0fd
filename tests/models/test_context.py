"""What the other products and the weeks around tell of a week that was left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.base_price import regular_prices
from models.context import context_of
from models.estimator import estimate
from models.member import members_of
from tests.models.simulated import simulate


def test_a_shock_of_the_account_is_seen_in_a_hidden_week() -> None:
    market = simulate(accounts=4, products=6, weeks=90, noise=0.1)
    panel = market.panel
    random = np.random.default_rng(5)
    shock = np.zeros((4, 90))
    for week in range(1, 90):
        shock[:, week] = 0.7 * shock[:, week - 1] + 0.15 * random.standard_normal(4)
    units = panel.units * np.exp(shock[panel.account])
    used = np.ones(units.shape, dtype=np.bool_)
    hidden = np.array([15, 35, 55, 75, 89])
    used[0, hidden] = False
    panel = replace(panel, units=units, used=used)
    fitted = estimate(panel, regular_prices(panel), members_of((), ()), "ES")
    found = context_of(fitted)
    error = found.mean[0, hidden] - (shock[0, hidden] - shock[0].mean())
    assert np.sqrt(np.mean(error**2)) < 0.6 * np.std(shock[0])  # knowing nothing: 1
    assert (found.variance[0, hidden] > 0.0).all()
    assert np.sqrt(np.mean(error**2 / found.variance[0, hidden])) < 3.0
    assert (found.promoted_noise >= fitted.noise).all()
