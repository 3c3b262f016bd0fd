"""Variances of some accounts serve all; starts are carried from one set of terms to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import calibration, member_fit, terms
from models.base_price import regular_prices
from models.calibration import calibrate
from models.estimator import estimate
from models.member import members_of
from models.member_fit import carried
from models.variances import Variances
from tests.models.simulated import simulate


def test_variances_of_some_accounts_serve_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of the accounts: coefficients differ by little of what series differ by."""
    panel = simulate(accounts=60, products=3, weeks=60).panel
    regular, members = regular_prices(panel), members_of((), ())
    full = estimate(panel, regular, members, "ES")
    monkeypatch.setattr(member_fit, "MOST_SERIES", 60)
    found = estimate(panel, regular, members, "ES")
    assert found.converged
    for name in ("deal", "feature", "base_price"):
        one, other = full.coefficient(name), found.coefficient(name)
        assert one is not None
        assert other is not None
        assert np.sqrt(np.mean((one - other) ** 2)) < 0.15 * one.std()
        assert not np.array_equal(one, other)
    np.testing.assert_allclose(found.noise.mean(), full.noise.mean(), rtol=0.05)


def test_few_accounts_are_all_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = simulate(accounts=6, products=3, weeks=60).panel
    regular, members = regular_prices(panel), members_of((), ())
    full = estimate(panel, regular, members, "ES")
    monkeypatch.setattr(member_fit, "MOST_SERIES", 6)
    found = estimate(panel, regular, members, "ES")
    np.testing.assert_array_equal(full.coefficients, found.coefficients)


def test_intervals_of_many_series_rest_on_some(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = simulate(accounts=24, products=3, weeks=60).panel
    regular, members = regular_prices(panel), members_of((), ())
    fitted = estimate(panel, regular, members, "ES")
    full = calibrate(panel, regular, members, "ES", fitted)
    monkeypatch.setattr(calibration, "MOST_SERIES", 36)
    found = calibrate(panel, regular, members, "ES", fitted)
    assert found.points == full.points / 2
    np.testing.assert_allclose(found.widths, full.widths, atol=0.1)


def test_starts_are_carried_by_name() -> None:
    old, new = (terms.CONSTANT, terms.DEAL), (terms.DEAL, terms.DIP)
    pair = np.array([[1.0, 0.2], [0.2, 0.5]])
    effects = np.array([2.0, 3.0])
    found = carried(Variances(np.ones(3), 1.0, pair, effects, effects), old, new)
    np.testing.assert_array_equal(found.pair, np.diag([0.5, terms.DIP.spread**2]))
    np.testing.assert_array_equal(found.account, [3.0, terms.DIP.spread**2])
    alone = carried(replace(found, account=None, product=None), new, old)
    assert alone.account is None
    assert alone.pair[1, 1] == 0.5
