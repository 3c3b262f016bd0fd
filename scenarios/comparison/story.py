"""From the base to another plan: what is asked differently, what changes, what that earns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.answer import Told
from scenarios.comparison.changes import Change, changes
from scenarios.comparison.comparison import Comparison, Row
from scenarios.comparison.differences import Difference, differences
from scenarios.comparison.put_back import explained
from scenarios.comparison.worlds import World
from workspace.faults import InputError


@dataclass(frozen=True)
class Kept:
    """The base's calendar in another scenario: what it would come to there, verified."""

    incremental_profit: int  # whole cents
    broken: tuple[str, ...]  # rules and budgets of the other scenario that it does not keep


@dataclass(frozen=True)
class Story:
    """From the base to one other plan; `kept`: None where the base's calendar cannot run there."""

    row: Row
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    kept: Kept | None = None
    explained: bool = False

    @property
    def changed(self) -> tuple[Change, ...]:
        """The events that are not the same in both, those that move most money first."""
        found = [change for change in self.changes if not change.kept]
        return tuple(sorted(found, key=lambda change: -abs(change.profit)))


def stories(comparison: Comparison, told: Told, reasons: int | None = None) -> Iterator[Story]:
    """One for every scenario but the base, in the order asked for. All have their changes; so many
    of the best have the `reasons` of these (None: all)."""
    reasoned = [row for row in comparison.ranked if row is not comparison.base][:reasons]
    others = comparison.others
    for i, row in enumerate(others):
        told("explain", i / len(others))
        yield _story(comparison, row, row in reasoned)
    told("explain", 1.0)


def _story(comparison: Comparison, row: Row, reasoned: bool) -> Story:
    base, other = comparison.base.contender, row.contender
    found = changes(base, other)
    asked = differences(comparison.base, row, comparison.workspace, comparison.accounts)
    if not reasoned:
        return Story(row, tuple(asked), tuple(found))
    world = World.of(other, comparison.workspace)
    kept = None
    try:
        figures, broken = world.judged(base.schedule)
        kept = Kept(figures.incremental_profit, broken)
    except InputError:
        pass  # the base runs what does not exist in that scenario
    return Story(row, tuple(asked), tuple(explained(found, base, other, world)), kept, True)
