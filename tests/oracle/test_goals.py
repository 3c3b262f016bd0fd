"""The search by looking at all, where it stands on its own."""

import numpy as np
import pytest

from tests.oracle.goals import _due


@pytest.mark.parametrize(("cents", "due"), [(297_351, 1978), (297_371, 1980), (297_353, 1979)])
def test_half_a_cent_of_rebate_goes_to_the_even_one(cents: int, due: int) -> None:
    """5 % above 2577.81: 1978.5 and 1979.5 cents are ties, whatever floats make of them."""
    step = {"basis": "net_sales", "threshold": 2577.81, "rate": 0.05, "reach": "excess"}
    assert _due([step], np.array([float(cents)]), np.array([1.0])).tolist() == [due]
