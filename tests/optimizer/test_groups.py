"""Components against scipy's, on random links and on the shapes that take the most rounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from optimizer.groups import connected
from optimizer.problem import Ints


def told_by_scipy(count: int, one: Ints, other: Ints) -> Ints:
    """The same numbers from an independent program."""
    links = coo_array((np.ones(one.size), (one, other)), shape=(count, count))
    _, labels = connected_components(links.tocsr(), directed=False)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return np.asarray(rank[inverse])


@pytest.mark.parametrize("seed", range(40))
def test_random_links(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    one, other = rng.integers(0, count, (2, int(rng.integers(0, 2 * count))))
    assert (connected(count, one, other) == told_by_scipy(count, one, other)).all()


@pytest.mark.parametrize("shape", ["up", "down", "shuffled"])
def test_a_long_chain_is_one(shape: str) -> None:
    order = np.arange(5_000)
    if shape == "down":
        order = order[::-1]
    if shape == "shuffled":
        order = np.random.default_rng(1).permutation(order)
    assert (connected(5_000, order[:-1], order[1:]) == 0).all()
    split = np.delete(np.arange(4_999), 2_500)
    assert connected(5_000, order[:-1][split], order[1:][split]).max() == 1


def test_nothing_is_linked() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert (connected(3, nobody, nobody) == [0, 1, 2]).all()
    assert connected(0, nobody, nobody).size == 0
