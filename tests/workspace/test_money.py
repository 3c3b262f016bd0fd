from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workspace.money import from_cents, split_cents, to_cents


def exact(text: str) -> int:
    """The oracle: decimal arithmetic."""
    return int(Decimal(text).scaleb(2).quantize(Decimal(1), ROUND_HALF_EVEN))


@given(st.integers(-(10**12), 10**12))
@example(602_785_261_295)  # floats lie further apart here than the 1e-6 of smaller amounts
def test_tenths_of_a_cent_round_as_decimals_do(mills: int) -> None:
    text = f"{Decimal(mills) / 1000}"
    assert to_cents(np.array([float(text)]))[0] == exact(text)


def test_the_test_tells_naive_rounding_apart() -> None:
    """The control: rounding the float itself fails where its binary value misses the tie."""
    texts = [f"{Decimal(k) / 1000}" for k in range(5, 2000, 10)]
    naive = [round(round(float(t), 2) * 100) for t in texts]
    right = [exact(t) for t in texts]
    assert list(to_cents(np.array([float(t) for t in texts]))) == right
    assert naive != right


@pytest.mark.parametrize("sign", [1, -1])
def test_values_near_a_tie_count_as_ties(sign: int) -> None:
    amounts = sign * np.array([0.005 + 5e-9, 0.005 - 5e-9, 0.015 + 5e-9, 0.015 - 5e-9])
    assert list(to_cents(amounts)) == [0, 0, 2 * sign, 2 * sign]
    apart = sign * np.array([0.005 + 5e-8, 0.015 - 5e-8])
    assert list(to_cents(apart)) == [sign, sign]


@given(st.integers(-(2**50), 2**50))
@example(1_125_893_643_348_653)
def test_cents_survive_the_way_out_and_back(cents: int) -> None:
    assert to_cents(from_cents(np.array([cents])))[0] == cents


def test_shapes_are_kept() -> None:
    assert to_cents(np.zeros((2, 3))).shape == (2, 3)
    assert to_cents(np.zeros(0)).dtype == np.int64


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e15])
def test_what_cannot_be_cents_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="amount"):
        to_cents(np.array([1.0, bad]))


sizes = st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda s: sum(s) > 1e-3)


@given(st.integers(-(10**12), 10**12), sizes)
def test_no_cent_is_lost(total: int, parts: list[float]) -> None:
    found = split_cents(total, np.array(parts))
    assert int(found.sum()) == total
    quotas = total * np.array(parts) / sum(parts)
    assert np.all(np.abs(found - quotas) <= 1.0 + 1e-3)


@given(st.integers(-5000, 5000), st.lists(st.integers(0, 50), min_size=1).filter(any))
def test_the_largest_remainders_win_and_earlier_ones_ties(total: int, parts: list[int]) -> None:
    quotas = [Fraction(total * part, sum(parts)) for part in parts]
    floors = [q.__floor__() for q in quotas]
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - quotas[i], i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    assert list(split_cents(total, np.array(parts, dtype=float))) == floors


def test_equal_sizes_are_served_in_order() -> None:
    assert list(split_cents(-7, np.ones(3))) == [-2, -2, -3]
    assert list(split_cents(100, np.array([0.1, 0.1, 0.1]))) == [34, 33, 33]


@pytest.mark.parametrize("bad", [[], [0.0], [1.0, -1.0], [np.nan], [np.inf], [[1.0]]])
def test_sizes_that_divide_nothing_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="sizes"):
        split_cents(1, np.array(bad))
