"""A category's households: attractions found again, and the loyal untouched by other products."""

from __future__ import annotations

import numpy as np

from models.simulator import MarketOptions, make_market
from models.simulator.forms.category import Category
from models.simulator.truth import Floats

OPTIONS = MarketOptions(
    form="stockpiling", accounts=2, brands=(2, 1), competitors=1, weeks=10, future=10
)


def category() -> tuple[Category, Floats, Floats]:
    truth = make_market(OPTIONS, 2).truth
    shelf = np.array([0, 1, 3])
    typical = np.exp(truth.log_base.mean(axis=2))[:, shelf]
    return Category.of(truth.tastes, shelf), truth.tastes.attraction[:, shelf], typical


def test_attractions_sell_the_typical_units_and_are_found_from_nothing() -> None:
    homes, liked, typical = category()
    sold, _ = homes.week(homes.settled(liked), liked, np.ones(liked.shape))
    np.testing.assert_allclose(sold, typical, rtol=1e-8)
    np.testing.assert_allclose(homes.attracted(typical), liked, rtol=1e-8)


def test_control_other_attractions_sell_other_units() -> None:
    homes, liked, typical = category()
    sold, _ = homes.week(homes.settled(liked + 0.1), liked + 0.1, np.ones(liked.shape))
    assert (np.abs(sold / typical - 1.0) > 0.005).all()


def test_a_cut_moves_the_choosers_of_other_products_and_not_their_loyal() -> None:
    homes, liked, _ = category()
    stocks, price = homes.settled(liked), np.ones(liked.shape)
    cut = price.copy()
    cut[:, 0] = 0.8
    choosers = [homes.choosers.week(stocks[0], liked, p)[0] for p in (price, cut)]
    loyal = [
        homes.loyal.week(stocks[1], liked.reshape(-1, 1), p.reshape(-1, 1))[0].reshape(liked.shape)
        for p in (price, cut)
    ]
    assert (choosers[1][:, 1:] < choosers[0][:, 1:]).all()
    np.testing.assert_array_equal(loyal[1][:, 1:], loyal[0][:, 1:])
    assert (loyal[1][:, 0] > loyal[0][:, 0]).all()
