"""A tactic's row is what history's columns would be, had it run."""

from __future__ import annotations

import numpy as np
import pytest

from models.offer import Offer


def columns(offer: Offer) -> dict[str, np.ndarray]:
    all_of_them = (
        *offer.price_columns(),
        *offer.merchandising_columns(),
        *offer.optional_columns(),
    )
    return {term.name: np.asarray(cells) for term, cells in all_of_them}


@pytest.fixture(params=[True, False])
def offer(request: pytest.FixtureRequest) -> Offer:
    rng = np.random.default_rng(4)
    price, cut, feature, display = rng.uniform(0.0, 0.4, (4, 3, 5))
    return Offer(request.param, price, cut, feature, display)


def test_a_row_is_the_columns_by_name(offer: Offer) -> None:
    names = (*columns(offer), "unheard_of")
    row = offer.row(names)
    assert row.shape == (3, 5, len(names))
    for place, (name, cells) in enumerate(columns(offer).items()):
        np.testing.assert_array_equal(row[..., place], cells, err_msg=name)
    assert (row[..., -1] == 0.0).all()


def test_a_deal_is_seen_in_the_price_paid_or_apart(offer: Offer) -> None:
    found = columns(offer)
    if offer.separate:
        np.testing.assert_array_equal(found["base_price"], offer.regular)
        np.testing.assert_array_equal(found["curve"], offer.cut**2)
    else:
        paid = offer.regular - offer.cut
        np.testing.assert_allclose(found["price"], paid)
        np.testing.assert_allclose(found["curve"], paid**2)
        np.testing.assert_allclose(found["deal_display"], -paid * offer.display)


def test_a_lasting_price_was_last_weeks_too() -> None:
    base = np.array([0.1, -0.2])
    nothing = np.zeros(2)
    row = Offer(False, base, nothing, nothing, nothing).row(("price", "last_price"))
    np.testing.assert_array_equal(row[:, 0], row[:, 1])
