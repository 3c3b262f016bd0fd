from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.base_price import regular_prices
from models.panel import Panel
from models.peers import PEERS
from tests.models.simulated import Simulated


def expected(name: str, panel: Panel) -> np.ndarray:
    return PEERS[name](panel, regular_prices(panel))


def test_moving_average_of_steady_sales_with_deals(simulated: Simulated) -> None:
    panel = simulated.panel
    depth = np.zeros(panel.units.shape)
    depth[:, ::5] = 0.2
    units = np.where(depth > 0.0, 300.0, 100.0)
    steady = replace(panel, units=units, price=panel.base_price * (1 - depth), feature=depth * 0.0)
    np.testing.assert_allclose(expected("moving_average", steady), units)


def test_regressions_find_exact_demand(simulated: Simulated) -> None:
    panel = simulated.panel
    units = 50.0 * panel.price**-2.0 * np.exp(0.5 * panel.feature)
    exact = replace(panel, units=units)
    for name in ("account_ols", "pooled_ols"):
        np.testing.assert_allclose(expected(name, exact), units, rtol=1e-6)


@pytest.mark.parametrize("name", list(PEERS))
def test_series_without_weeks_and_without_variation(name: str, simulated: Simulated) -> None:
    panel = simulated.panel
    used = panel.used.copy()
    used[0] = False
    used[1, 2:] = False
    flat = replace(panel, price=panel.price * 0.0 + 2.0, feature=panel.feature * 0.0).learning(used)
    found = expected(name, flat)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()


def test_no_forecast_explodes(simulated: Simulated) -> None:
    panel = simulated.panel
    price = panel.price.copy()
    price[:, 60:] = 1e-6
    used = panel.used.copy()
    used[:, 60:] = False
    wild = replace(panel, price=price).learning(used)
    for name in ("account_ols", "pooled_ols"):
        assert (expected(name, wild) <= 5.0 * panel.units.max(axis=1)[:, None] + 1e-9).all()
