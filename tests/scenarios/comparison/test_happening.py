"""Events of two calendars matched, against every way in which their order lets them be matched."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scenarios.comparison.happening import ALONE, Happening, aligned, unlikeness


def event(week: int, tactic: str = "T", weeks: int = 1) -> Happening:
    start = date(2026, 1, 5) + timedelta(weeks=week)
    return Happening("A", "P", tactic, start, weeks, 0.1, 0, 0, 0, 0, 0, 0.0, "")


def calendar(rng: random.Random) -> list[Happening]:
    weeks = sorted(rng.sample(range(16), rng.randint(0, 4)))
    return [event(week, rng.choice("TU"), rng.choice([1, 2])) for week in weeks]


def ways(before: Sequence[Happening], after: Sequence[Happening]) -> Iterator[float]:
    """The cost of every matching that keeps the order."""
    for count in range(min(len(before), len(after)) + 1):
        for some in itertools.combinations(before, count):
            for others in itertools.combinations(after, count):
                costs = [unlikeness(a, b) for a, b in zip(some, others, strict=True)]
                if None not in costs:
                    alone = len(before) + len(after) - 2 * count
                    yield sum(cost or 0.0 for cost in costs) + ALONE * alone


def cost_of(pairs) -> float:
    return sum(ALONE if None in pair else unlikeness(*pair) for pair in pairs)


def test_no_matching_is_better():
    rng = random.Random(3)
    paired = 0
    for _ in range(300):
        before, after = calendar(rng), calendar(rng)
        found = list(aligned(before, after))
        assert [a for a, _ in found if a] == before
        assert [b for _, b in found if b] == after
        assert abs(cost_of(found) - min(ways(before, after))) < 1e-9
        paired += sum(None not in pair for pair in found)
    assert paired > 100


def test_a_worse_matching_would_be_noticed():
    """The control: without any pair the cost is above the least."""
    before, after = [event(1), event(5)], [event(2), event(5)]
    assert sum(ALONE for _ in (*before, *after)) > min(ways(before, after))


def test_the_same_event_is_kept_whatever_that_costs_the_others():
    before, after = [event(1), event(2)], [event(2), event(8)]
    assert list(aligned(before, after)) == [
        (before[0], None), (before[1], after[0]), (None, after[1]),
    ]  # fmt: skip


def test_what_is_far_apart_is_another_event():
    assert list(aligned([event(0)], [event(6)])) == [(event(0), event(6))]
    assert list(aligned([event(0)], [event(7)])) == [(event(0), None), (None, event(7))]
