"""Proofs against every pair of best plans that the gaps leave possible."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from scenarios.comparison.contender import Figures
from scenarios.comparison.places import places
from scenarios.comparison.proof import Verdict, edge, ranks

PLAIN = Figures(0, 0, 0, 0, 0, 0, 0.0, 0.0, 0, 0, 0, None, None, None)


def solved(worth: int, bound: int | None) -> Figures:
    return replace(PLAIN, incremental_profit=worth, bound=bound)


def truths(one: Figures) -> range:
    """Every value in cents that the best plan of a scenario may have."""
    assert one.bound is not None
    return range(one.worth, one.bound + 1)


def test_what_is_proven_is_what_holds_for_every_possible_truth():
    rng = random.Random(1)
    seen = set()
    for _ in range(300):
        one, other = (solved(low, low + rng.choice([0, 0, 3, 9]))
                      for low in (rng.randint(-9, 9), rng.randint(-9, 9)))  # fmt: skip
        gaps = {a - b for a, b in itertools.product(truths(one), truths(other))}
        found = edge(one, other)
        assert (found.low, found.high) == (min(gaps), max(gaps))
        expected = Verdict.OPEN
        if min(gaps) > 0:
            expected = Verdict.BETTER
        elif max(gaps) < 0:
            expected = Verdict.WORSE
        elif gaps == {0}:
            expected = Verdict.SAME
        assert found.verdict is expected
        seen.add(expected)
    assert seen == {Verdict.BETTER, Verdict.WORSE, Verdict.SAME, Verdict.OPEN}


def test_without_a_bound_nothing_is_proven():
    assert edge(solved(5, None), solved(1, 2)).verdict is Verdict.UNKNOWN
    found = ranks([solved(5, None), solved(1, 2), solved(9, 9)])
    assert [(r.place, r.best, r.worst) for r in found] == [(2, 1, 2), (3, 3, 3), (1, 1, 2)]


def test_penalties_count_against_a_plan():
    soft = replace(solved(10, 12), penalties=4)
    assert (soft.worth, soft.ceiling) == (6, 8)
    assert (edge(soft, solved(1, 2)).low, edge(soft, solved(1, 2)).high) == (4, 7)


def test_places_hold_for_every_possible_truth():
    rng = random.Random(2)
    for _ in range(40):
        some = [solved(low, low + rng.randint(0, 3)) for low in rng.choices(range(8), k=4)]
        possible: list[set[int]] = [set() for _ in some]
        for truth in itertools.product(*map(truths, some)):
            for i, value in enumerate(truth):
                possible[i].add(1 + sum(other > value for other in truth))
        for rank, could in zip(ranks(some), possible, strict=True):
            assert (rank.best, rank.worst) == (min(could), max(could))
            assert rank.place in could


def test_a_closer_gap_would_be_noticed():
    """The control: with one bound a cent lower, what is proven changes."""
    assert edge(solved(5, 9), solved(2, 5)).verdict is Verdict.OPEN
    assert edge(solved(5, 9), solved(2, 4)).verdict is Verdict.BETTER


def test_equal_figures_share_a_place():
    assert places([3, 5, None, 5, -1]) == [3, 1, None, 1, 4]
