"""The smallest conflict: demands that cannot be kept together, each of which is needed for that.

QuickXplain (Junker 2004, "Preferred explanations and relaxations for over-constrained problems"):
about 2 k log(n / k) questions for a conflict of k demands among n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optimizer.conflict.case import Demand


def smallest_conflict(
    demands: Sequence[Demand],
    impossible: Callable[[list[Demand]], bool],
    given: Sequence[Demand] = (),
) -> list[Demand]:
    """A conflict within `demands`, which stands beside what is `given`; [] if there is none.

    `impossible` says whether it is proven that some demands cannot be kept together. Every proper
    subset of the answer, beside what is given, was not.
    """
    if not impossible([*given, *demands]):
        return []
    if impossible(list(given)):
        return []
    return sorted(_explain(list(given), False, list(demands), impossible))


def _explain(
    background: list[Demand],
    grown: bool,
    candidates: list[Demand],
    impossible: Callable[[list[Demand]], bool],
) -> list[Demand]:
    if grown and impossible(background):
        return []
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    later = _explain([*background, *first], bool(first), second, impossible)
    earlier = _explain([*background, *later], bool(later), first, impossible)
    return [*earlier, *later]
