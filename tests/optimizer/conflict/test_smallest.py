"""QuickXplain against every subset of made-up demands."""

from __future__ import annotations

import itertools
import random

from optimizer.conflict.case import Demand, Sort
from optimizer.conflict.smallest import smallest_conflict


def demands(n: int) -> list[Demand]:
    return [Demand(Sort.GUARDRAIL, i, f"rule {i}", 1.0) for i in range(n)]


def test_minimal_whatever_the_conflicts_are() -> None:
    rng = random.Random(1)
    for _ in range(200):
        every = demands(rng.randint(1, 9))
        conflicts = [
            set(rng.sample(every, rng.randint(1, len(every)))) for _ in range(rng.randint(0, 3))
        ]

        def impossible(kept: list[Demand], conflicts: list[set[Demand]] = conflicts) -> bool:
            return any(conflict <= set(kept) for conflict in conflicts)

        found = smallest_conflict(every, impossible)
        assert bool(found) == bool(conflicts)
        assert impossible(found) == bool(conflicts)
        for fewer in itertools.combinations(found, max(0, len(found) - 1)):
            assert not impossible(list(fewer))


def test_what_is_given_is_never_named() -> None:
    every = demands(5)
    both = {every[0], every[3]}
    found = smallest_conflict(every[1:], lambda kept: both <= set(kept), given=every[:1])
    assert found == [every[3]]
    assert smallest_conflict(every[1:], lambda kept: every[0] in kept, given=every[:1]) == []


def test_few_questions_for_a_small_conflict_among_many() -> None:
    every = demands(64)
    asked = 0

    def impossible(kept: list[Demand]) -> bool:
        nonlocal asked
        asked += 1
        return {every[7], every[50]} <= set(kept)

    assert smallest_conflict(every, impossible) == [every[7], every[50]]
    assert asked < 35
