"""A new product sells like its brand and size, where brands and sizes tell anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import terms
from models.base_price import regular_prices
from models.estimator import Estimate, estimate
from models.fit import FitOptions, fit
from models.forecast import forecast
from models.likeness import likeness
from models.member import members_of
from models.panel import Panel, panel_of
from tests.models.simulated import simulate
from workspace import Workspace

PRODUCTS = 16


def _market(seed: int, strength: float) -> Panel:
    """Brands of even and odd products sell apart, and large packs more than small ones."""
    panel = simulate(4, PRODUCTS, 60, seed=seed).panel
    brand, size = panel.product % 2, np.where(panel.product % 4 < 2, 250.0, 500.0)
    shift = strength * (np.where(brand == 1, 1.0, -1.0) + 0.5 * (size > 300.0))
    return replace(panel, units=panel.units * np.exp(shift)[:, None], brand=brand, size=size)


def _without(panel: Panel, product: int) -> Panel:
    return panel.learning(np.broadcast_to((panel.product != product)[:, None], panel.used.shape))


def _fitted(panel: Panel) -> Estimate:
    return estimate(panel, regular_prices(panel), members_of((), ()), "ES")


def _error(panel: Panel, product: int) -> tuple[float, float | None]:
    """Mean ln error of the product that nobody has seen sell, and the term's coefficient."""
    fitted = _fitted(_without(panel, product))
    made = forecast(fitted, np.arange(panel.units.shape[1]))
    rows = panel.product == product
    found = fitted.coefficient("likeness")
    error = float((np.log(panel.units) - made.log_mean)[rows].mean())
    return error, None if found is None else float(found.mean())


def test_a_new_product_borrows_by_brand_and_size() -> None:
    """The control has no brands: everybody's mean is all there is."""
    errors, before, learned = [], [], []
    for seed in (1, 2, 3):
        panel = _market(seed, 1.0)
        for product in (3, 6):
            error, coefficient = _error(panel, product)
            errors.append(error)
            learned.append(coefficient)
            before.append(_error(replace(panel, brand=None), product)[0])
    assert np.sqrt(np.mean(np.square(errors))) < 0.8 * np.sqrt(np.mean(np.square(before)))
    assert np.mean(np.array(learned, dtype=float)) > 0.6


def test_attributes_that_tell_nothing_are_believed_less() -> None:
    told = [_error(_market(seed, 1.0), 3)[1] for seed in (1, 2, 3)]
    nothing = [_error(_market(seed, 0.0), 3)[1] for seed in (1, 2, 3)]
    assert np.mean(np.array(nothing, dtype=float)) < np.mean(np.array(told, dtype=float)) - 0.1


def test_predictions_are_without_the_product_itself() -> None:
    panel = _market(1, 1.0)
    centre = np.zeros(panel.series)
    assert likeness(panel, centre) is None  # nothing is new
    new = _without(panel, 3)
    found = likeness(new, centre)
    assert found is not None
    wild = replace(new, units=np.where((new.product == 5)[:, None], 1e6, new.units))
    moved = likeness(wild, centre)
    assert moved is not None
    own, brand, other = (new.product == product for product in (5, 7, 8))
    # All levels are against the mean, which has moved by a fifteenth of the jump.
    jump = np.log(1e6) - np.log(panel.units[own]).mean()
    assert abs((moved - found)[own][0] + jump / (PRODUCTS - 1)) < 0.1 * jump
    assert (moved - found)[brand][0] > 0.03 * jump
    assert (moved - found)[other][0] < 0.0
    assert likeness(replace(new, brand=None), centre) is None


@pytest.mark.parametrize("hidden", [True, False])
def test_only_markets_with_something_new_have_the_term(market: Workspace, hidden: bool) -> None:
    code = sorted(set(market.listings["product"]))[0]
    sales = market.sales[market.sales["product"] != code] if hidden else market.sales
    space = replace(market, sales=sales.reset_index(drop=True))
    panel = panel_of(space)
    fitted = _fitted(panel)
    assert (fitted.coefficient(terms.LIKENESS.name) is not None) == hidden
    if hidden:
        made = fit(space, FitOptions(members=members_of((), ()), draws=2)).response.baseline
        assert code in set(made["product"])
        assert made["units"].gt(0.0).all()
