from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.base_price import regular_prices, second_highest
from models.panel import panel_of
from tests.models.simulated import Simulated, simulate
from workspace import Workspace


@given(
    arrays(np.float64, (2, 9), elements=st.sampled_from([1.0, 2.0, 3.0, np.nan])),
    st.integers(0, 9),
)
def test_second_highest_by_sorting(values: np.ndarray, reach: int) -> None:
    found = second_highest(values, reach)
    for i in range(2):
        for t in range(9):
            near = values[i, max(0, t - reach) : t + reach + 1]
            known = sorted(near[~np.isnan(near)])
            expected = known[-2] if len(known) > 1 else known[0] if known else np.nan
            np.testing.assert_equal(found[i, t], expected)


def test_reach_beyond_the_history() -> None:
    np.testing.assert_array_equal(second_highest(np.array([[3.0, 1.0]]), 6), [[1.0, 1.0]])


def test_given_prices_are_kept(simulated: Simulated) -> None:
    regular = regular_prices(simulated.panel)
    assert regular.given
    assert regular.separate
    np.testing.assert_array_equal(regular.price, simulated.panel.base_price)


def test_estimate_finds_the_regular_price_of_shelf_prices() -> None:
    hidden = simulate(given=False).panel
    truth = simulate(given=True).panel.base_price
    regular = regular_prices(hidden)
    assert regular.separate
    assert not regular.given
    # Wrong only near changes of the regular price, which come every 25 weeks.
    assert np.mean(np.abs(regular.price / truth - 1.0) < 1e-9) > 0.75


def test_averages_paid_have_no_regular_price(cheese: Workspace) -> None:
    regular = regular_prices(panel_of(cheese))
    assert not regular.separate
    assert regular.at_regular < 0.4


def test_noise_on_prices_hides_it_too() -> None:
    panel = simulate(given=False).panel
    noise = np.exp(np.random.default_rng(1).normal(0.0, 0.02, panel.price.shape))
    assert not regular_prices(replace(panel, price=panel.price * noise)).separate


def test_depth_and_recent(simulated: Simulated) -> None:
    panel = simulated.panel
    regular = regular_prices(panel)
    depth = 1.0 - np.exp(-regular.depth_log(panel.price))
    np.testing.assert_allclose(depth, 1.0 - panel.price / panel.base_price, atol=1e-12)
    assert (regular.depth_log(panel.price * 2.0) == 0.0).all()
    np.testing.assert_allclose(regular.recent(1), panel.base_price[:, -1])
    blank = replace(regular, price=np.full((2, 4), np.nan))
    assert np.isnan(blank.recent(8)).all()
    gap = replace(regular, price=np.array([[1.0, 3.0, np.nan, 5.0, np.nan]]))
    assert gap.recent(2)[0] == pytest.approx(4.0)
