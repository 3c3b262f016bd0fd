"""The smallest conflict against every subset of made-up demands."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

from optimizer.conflict.case import Demand, Sort
from optimizer.conflict.smallest import smallest_conflict


def demands(n: int) -> list[Demand]:
    return [Demand(Sort.GUARDRAIL, i, f"rule {i}", 1.0) for i in range(n)]


class Plans:
    """Answers as plans would give them: any of `conflicts` is impossible. Counts the questions.

    A plan keeps, of what was not asked for, as many as possible of the demands it is `kind` to.
    """

    def __init__(self, *conflicts: set[Demand], kind: Sequence[Demand] = ()) -> None:
        self.conflicts = conflicts
        self.kind = kind
        self.asked = 0

    def __call__(self, kept: list[Demand]) -> frozenset[Demand] | None:
        self.asked += 1
        if self.impossible(kept):
            return None
        answer = list(kept)
        for demand in self.kind:
            if not self.impossible([*answer, demand]):
                answer.append(demand)
        return frozenset(answer)

    def impossible(self, kept: list[Demand]) -> bool:
        return any(conflict <= set(kept) for conflict in self.conflicts)


def fewest(every: list[Demand], plans: Plans) -> int:
    """The size of the smallest conflict, by looking at every set; 0 for none."""
    for size in range(len(every) + 1):
        if any(plans.impossible(list(some)) for some in itertools.combinations(every, size)):
            return size
    return 0


def random_case(rng: random.Random) -> tuple[list[Demand], Plans]:
    every = demands(rng.randint(1, 9))
    sizes = [rng.randint(1, len(every)) for _ in range(rng.randint(0, 4))]
    conflicts = [set(rng.sample(every, size)) for size in sizes]
    return every, Plans(*conflicts, kind=rng.sample(every, len(every)))


def test_no_conflict_is_smaller_whatever_the_conflicts_are() -> None:
    rng = random.Random(1)
    for _ in range(300):
        every, plans = random_case(rng)
        found = smallest_conflict(every, plans)
        assert len(found) == fewest(every, plans)
        assert plans.impossible(found) == bool(plans.conflicts)
        for fewer in itertools.combinations(found, max(0, len(found) - 1)):
            assert not plans.impossible(list(fewer))


def test_control_the_first_conflict_is_not_always_the_smallest() -> None:
    """Without patience each demand is needed, yet often there is a conflict of fewer."""
    rng = random.Random(1)
    larger = 0
    for _ in range(300):
        every, plans = random_case(rng)
        found = smallest_conflict(every, plans, patient=lambda: False)
        for fewer in itertools.combinations(found, max(0, len(found) - 1)):
            assert not plans.impossible(list(fewer))
        larger += len(found) > fewest(every, plans)
    assert larger > 10


def test_what_a_plan_keeps_unasked_saves_questions() -> None:
    every = demands(12)
    conflicts = {every[2], every[9]}, {every[0], every[5], every[7]}
    asked = []
    for plans in (Plans(*conflicts), Plans(*conflicts, kind=every)):
        assert smallest_conflict(every, plans) == [every[2], every[9]]
        asked.append(plans.asked)
    assert asked[1] < asked[0]


def test_what_is_given_is_never_named() -> None:
    every = demands(5)
    plans = Plans({every[0], every[3]})
    assert smallest_conflict(every[1:], plans, given=every[:1]) == [every[3]]
    assert smallest_conflict(every[1:], Plans({every[0]}), given=every[:1]) == []


def test_few_questions_for_a_small_conflict_among_many() -> None:
    every = demands(64)
    plans = Plans({every[7], every[50]})
    assert smallest_conflict(every, plans) == [every[7], every[50]]
    assert plans.asked < 37
