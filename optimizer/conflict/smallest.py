"""The smallest conflict: the fewest demands that cannot be kept together.

First QuickXplain (Junker 2004, "Preferred explanations and relaxations for over-constrained
problems"): about 2 k log(n / k) questions for a conflict of k demands among n, each of which is
needed, though another conflict may have fewer. Then fewer are looked for: every conflict has at
least one demand that each plan found so far breaks, so candidates are the hitting sets of what
plans break, the smallest first (Ignatiev, Previti, Liffiton, Marques-Silva 2015, "Smallest MUS
extraction with minimal hitting set dualization"). A candidate that no plan keeps is the smallest
conflict; any other brings a plan, and with it one more set to hit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from optimizer.conflict.case import Demand

Ask = Callable[[list[Demand]], frozenset[Demand] | None]
"""Which demands a plan keeps that keeps all of these, or None: there is proof that none does."""

QUESTIONS = 40  # more than these for something smaller than a conflict that is already known


@dataclass
class Questions:
    """What has been asked about demands beside those `given`. No answer is asked for twice."""

    ask: Ask
    given: tuple[Demand, ...]
    kept: list[frozenset[Demand]] = field(default_factory=list)  # together, by plans known
    asked: int = 0

    def impossible(self, demands: Sequence[Demand]) -> bool:
        """Whether it is proven that no plan keeps these and what is given."""
        if any(known.issuperset(demands) for known in self.kept):
            return False
        self.asked += 1
        answer = self.ask([*self.given, *demands])
        if answer is None:
            return True
        self.kept.append(answer | frozenset(demands))
        return False


def smallest_conflict(
    demands: Sequence[Demand],
    ask: Ask,
    given: Sequence[Demand] = (),
    patient: Callable[[], bool] = lambda: True,
) -> list[Demand]:
    """A conflict within `demands`, which stands beside what is `given`; [] if there is none.

    No proper subset of the answer, beside what is given, was proven to be one; nor, unless
    `patient` said False or 40 questions were not enough, any set with fewer demands.
    """
    questions = Questions(ask, tuple(given))
    if not questions.impossible(demands) or questions.impossible([]):
        return []
    found = _explain([], False, list(demands), questions)
    return sorted(_fewer(demands, found, questions, patient))


def _explain(
    background: list[Demand], grown: bool, candidates: list[Demand], questions: Questions
) -> list[Demand]:
    if grown and questions.impossible(background):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    later = _explain([*background, *first], bool(first), second, questions)
    earlier = _explain([*background, *later], bool(later), first, questions)
    return [*earlier, *later]


def _fewer(
    demands: Sequence[Demand],
    found: list[Demand],
    questions: Questions,
    patient: Callable[[], bool],
) -> list[Demand]:
    """A conflict of the fewest demands, `found` where there is none smaller."""
    last = questions.asked + QUESTIONS
    size = 1
    while size < len(found) and questions.asked < last and patient():
        broken = [[d for d in demands if d not in kept] for kept in questions.kept]
        candidate = _hitting(broken, size)
        if candidate is None:
            size += 1
        elif questions.impossible(candidate):
            return candidate
    return found


def _hitting(sets: list[list[Demand]], size: int) -> list[Demand] | None:
    """At most `size` demands of which every set has one; None where so few cannot do."""
    if not sets:
        return []
    if size == 0:
        return None
    for demand in min(sets, key=len):
        rest = _hitting([one for one in sets if demand not in one], size - 1)
        if rest is not None:
            return [demand, *rest]
    return None
