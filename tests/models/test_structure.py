from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import structure
from tests.models.simulated import Simulated


def test_pressure_is_the_lift_and_never_negative() -> None:
    effects = np.array([[2.0, 0.5, 0.0], [-1.0, 0.0, 0.0]])
    cut = np.full((2, 3), 0.1)
    found = structure.pressures(cut, np.ones((2, 3)), np.zeros((2, 3)), effects)
    np.testing.assert_allclose(found, [[0.7] * 3, [0.0] * 3])


def test_pull_of_a_whole_shelf_is_its_pressure() -> None:
    pressure = np.array([[0.7], [0.7]])
    found = structure.pulls(pressure, np.array([1.0, 0.1]))
    assert found[0, 0] == pytest.approx(0.7)
    assert found[1, 0] == pytest.approx(np.log1p(0.1 * (np.exp(0.7) - 1.0)))


def test_dip_follows_a_deal_for_three_weeks() -> None:
    pressure = np.zeros((1, 6))
    pressure[0, 1] = 2.0
    found = structure.weighted_past(pressure, structure.DIP_WEIGHTS)
    np.testing.assert_allclose(found[0], [0, 0, 1.02, 0.62, 0.36, 0])
    assert structure.weighted_past(pressure[:, :2], structure.STOCK_WEIGHTS).sum() == 0.0


@pytest.mark.parametrize("weights", [structure.DIP_WEIGHTS, structure.STOCK_WEIGHTS])
def test_weights_of_the_past_add_up_and_fade(weights: tuple[float, ...]) -> None:
    assert sum(weights) == pytest.approx(1.0)
    assert (np.diff(weights) < 0.0).all()


def test_siblings_are_the_others_on_the_shelf() -> None:
    pull = np.array([[1.0], [2.0], [4.0]])
    found = structure.of_others(pull, np.array([0, 0, 1]))
    np.testing.assert_allclose(found[:, 0], [2.0, 1.0, 0.0])


def test_deals_of_one_shelf_overlap_as_in_a_logit() -> None:
    """The loss of a product whose rivals' weights grow is ln of the sum, not a sum of ln."""
    share, shelf = np.array([0.4, 0.3, 0.2, 1.0]), np.array([0, 0, 0, 1])
    pressure = np.array([[0.0, 0.0], [0.7, 0.7], [0.4, 0.0], [0.5, 0.5]])
    found = structure.overlaps(pressure, share, shelf)
    growth = share * np.expm1(pressure[:, 0])
    alone = np.log1p(growth[1]) + np.log1p(growth[2])
    assert found[0, 0] == pytest.approx(alone - np.log1p(growth[1] + growth[2]))
    both = np.log1p(growth[1]) + np.log1p(growth[2]) - np.log1p(growth[1] + growth[2])
    assert found[1, 0] == pytest.approx(both)
    np.testing.assert_allclose(found[:, 1], 0.0, atol=1e-12)


def test_plans_are_told_all_of_the_stock_in_fewer_weeks() -> None:
    assert len(structure.STOCK_TOLD) < len(structure.STOCK_WEIGHTS)
    assert sum(structure.STOCK_TOLD) == pytest.approx(1.0)
    assert (np.diff(structure.STOCK_TOLD) < 0.0).all()


def test_shares_add_up_on_each_shelf(simulated: Simulated) -> None:
    panel = simulated.panel
    share = structure.shares(panel)
    np.testing.assert_allclose(np.bincount(panel.account, share), 1.0)
    split = replace(panel, category=panel.product % 2)
    shelf = structure.shelves(split)
    np.testing.assert_allclose(np.bincount(shelf, structure.shares(split)), 1.0)
    nothing = panel.learning(np.zeros_like(panel.used))
    np.testing.assert_array_equal(structure.shares(nothing), 0.0)
