"""Programmes refuse arrays that a solver would swallow silently."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.program import Program, ProgramError
from optimizer.scrutiny import best_gain, dual_bound, fits, signed

INF = np.inf


def good() -> Program:
    """Maximise x0 + 2 x1, x0 + x1 <= 1, x1 >= 0, both 0 or 1."""
    return Program(
        cost=np.array([1.0, 2.0]),
        lower=np.zeros(2),
        upper=np.ones(2),
        integer=np.ones(2, dtype=np.bool_),
        indptr=np.array([0, 2, 3]),
        indices=np.array([0, 1, 1]),
        data=np.ones(3),
        row_lower=np.array([-INF, 0.0]),
        row_upper=np.array([1.0, INF]),
        start=np.array([1.0, 0.0]),
    )


BAD: dict[str, dict[str, list[float] | list[int] | list[bool]]] = {
    "cost is not finite": {"cost": [np.nan, 1.0]},
    "upper is not finite": {"upper": [INF, 1.0]},
    "lower is not finite": {"lower": [-INF, 0.0]},
    "start is not finite": {"start": [np.nan, 0.0]},
    "start has shape": {"start": [1.0]},
    "upper has shape": {"upper": [1.0]},
    "lower is above upper": {"lower": [2.0, 0.0]},
    "not whole": {"upper": [0.5, 1.0]},
    "integer has type": {"integer": [1.0, 1.0]},
    "do not match$": {"row_upper": [1.0]},
    "does not ascend": {"indptr": [0, 3, 2]},
    "do not match indptr": {"data": [1.0]},
    "do not exist": {"indices": [0, 2, 1]},
    "twice in a row": {"indices": [0, 0, 1]},
    "data is not finite": {"data": [1.0, INF, 1.0]},
    "row_lower is above": {"row_lower": [2.0, 0.0]},
    "not a number": {"row_lower": [np.nan, 0.0]},
    "wrong infinity": {"row_lower": [-INF, INF]},
    "no finite side": {"row_lower": [-INF, -INF]},
}


@pytest.mark.parametrize("message", BAD)
def test_bad_arrays_are_refused(message: str) -> None:
    changed = {name: np.array(value) for name, value in BAD[message].items()}
    with pytest.raises(ProgramError, match=message):
        replace(good(), **changed)


def test_control_good_arrays_are_taken() -> None:
    assert good().matrix.toarray().tolist() == [[1.0, 1.0], [0.0, 1.0]]


def test_any_signed_duals_bound_the_programme() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        duals = signed(good(), rng.normal(0.0, 3.0, 2))
        assert dual_bound(good(), duals) >= 2.0 - 1e-12
    assert dual_bound(good(), np.array([2.0, 0.0])) == pytest.approx(2.0)


def test_duals_of_absent_sides_are_dropped() -> None:
    assert signed(good(), np.array([-2.0, 9.0])).tolist() == [0.0, 0.0]


def test_fits_knows_sides_and_bounds() -> None:
    assert fits(good(), np.array([0.0, 1.0]))
    assert not fits(good(), np.array([1.0, 1.0]))
    assert not fits(good(), np.array([-1.0, 1.0]))


def test_the_best_neighbour_is_a_flip_or_an_exchange() -> None:
    whole = good().integer
    assert best_gain(good(), np.array([0.0, 0.0]), whole) == 2.0
    assert best_gain(good(), np.array([1.0, 0.0]), whole) == 0.0  # no equality row: no exchange
    equal = replace(good(), row_lower=np.array([1.0, 0.0]))
    assert best_gain(equal, np.array([1.0, 0.0]), whole) == 1.0
    assert best_gain(equal, np.array([0.0, 1.0]), whole) == 0.0
    cheaper = replace(good(), cost=-good().cost)
    assert best_gain(cheaper, np.array([0.0, 1.0]), whole) == 2.0
    assert best_gain(good(), np.array([0.0, 0.0]), ~whole) == 0.0
