from __future__ import annotations

import numpy as np

from models.shock import DOUBT, MEMORY, shock_columns

# Two accounts; the first has two shelves of two products.
HOUSE = np.array([0, 0, 0, 0, 1, 1])
PLACE = np.array([0, 0, 1, 1, 2, 2])


def test_shock_is_the_others_smoothed_mean() -> None:
    """Against the definition, summed week by week."""
    random = np.random.default_rng(4)
    residual = random.normal(0.0, 1.0, (6, 9))
    used = random.random((6, 9)) < 0.8
    used[:, -1] = True
    here, elsewhere = shock_columns(residual, used, PLACE, HOUSE)
    near = MEMORY ** np.abs(np.arange(9)[:, None] - np.arange(9)[None, :])
    for i in range(6):
        same = (PLACE[i] == PLACE) & (np.arange(6) != i)
        apart = (HOUSE[i] == HOUSE) & (PLACE[i] != PLACE)
        for chosen, found in ((same, here), (apart, elsewhere)):
            weight = near * used[chosen].sum(axis=0)
            total = near @ np.where(used, residual, 0.0)[chosen].sum(axis=0)
            np.testing.assert_allclose(found[i], total / (weight.sum(axis=1) + DOUBT))


def test_a_series_own_week_is_no_shock() -> None:
    residual = np.zeros((6, 9))
    residual[0, 4] = 3.0
    here, elsewhere = shock_columns(residual, np.ones((6, 9), dtype=np.bool_), PLACE, HOUSE)
    assert not here[0].any()
    assert here[1, 4] > 0.5
    assert elsewhere[2, 4] > 0.2
    assert not here[4:].any()


def test_nothing_is_known_of_weeks_to_come() -> None:
    used = np.ones((6, 9), dtype=np.bool_)
    used[0, 6:] = False
    here, _ = shock_columns(np.ones((6, 9)), used, PLACE, HOUSE)
    assert not here[0, 6:].any()
    assert here[0, :6].all()
    assert here[1].all()
