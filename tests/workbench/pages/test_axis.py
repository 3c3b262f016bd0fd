"""Axes: round marks around the values."""

import pytest

from workbench.pages.axis import axis


@pytest.mark.parametrize(
    ("values", "zero", "ticks"),
    [
        ([0.0, 10.0], True, (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)),
        ([820.0, 1180.0], False, (800.0, 900.0, 1000.0, 1100.0, 1200.0)),
        ([-3.0, 1.0], True, (-3.0, -2.0, -1.0, 0.0, 1.0)),
        ([], True, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
    ],
)
def test_marks_are_round_and_hold_every_value(values, zero, ticks):
    found = axis(values, str, zero=zero)
    assert found.ticks == pytest.approx(ticks)
    assert (found.low, found.high) == (found.ticks[0], found.ticks[-1])


def test_one_value_still_has_an_axis():
    found = axis([5.0], str, zero=False)
    assert found.low < 5.0 < found.high
    assert found.place(found.low, 10.0, 20.0) == 10.0
    assert found.place(found.high, 10.0, 20.0) == 20.0
