from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.base_price import regular_prices
from models.design import design_of, optional_columns
from models.panel import Panel
from tests.models.simulated import Simulated


def column(panel: Panel, name: str) -> np.ndarray | None:
    regular = replace(regular_prices(panel), separate=False)
    found = optional_columns(panel, regular, design_of(panel, regular, (), "ES"))
    return {term.name: cells for term, cells in found}.get(name)


def test_a_fresh_cut_is_how_far_the_price_fell_this_week(simulated: Simulated) -> None:
    panel = simulated.panel
    price = np.full(panel.price.shape, 4.0)
    price[0, 5:8] = 3.0
    price[1, 9] = np.nan
    price[1, 10:] = 2.0
    found = column(replace(panel, price=price), "fresh_cut")
    assert found is not None
    expected = np.zeros(price.shape)
    expected[0, 5] = np.log(3.0 / 4.0)
    # After a week without a price nobody knows when it fell.
    np.testing.assert_allclose(found, expected, atol=1e-12)
    flat = replace(panel, price=np.full(price.shape, 4.0))
    assert column(flat, "fresh_cut") is None
