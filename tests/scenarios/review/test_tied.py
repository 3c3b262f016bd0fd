"""Parts that tie."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenarios.review.tied import tied

numbers = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=12)


@given(numbers, st.integers(-3, 3))
def test_the_sum_is_the_total_and_no_part_is_off_by_more_than_rounding(parts, off):
    cells = np.array(parts)
    total = round(float(cells.sum())) + off
    whole = tied(cells, total)
    assert whole.sum() == total
    some = np.abs(cells) > 1e-9
    if some.any():
        assert not whole[~some].any()
        allowed = 1 + (abs(off) + 1) / some.sum()
        assert np.abs(whole - cells)[some].max() <= allowed + 1e-6


def test_nothing_stays_nothing_unless_all_is():
    assert tied(np.array([0.4, 0.0, 0.6]), 1).tolist() == [0, 0, 1]
    assert tied(np.zeros(3), 2).tolist() == [0, 0, 2]
