"""What every rule can do: say which values it takes, narrow a problem, measure a calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.guardrails.draft import Draft
from optimizer.guardrails.values import Value
from optimizer.problem import Bools, Calendar, Floats, Ints, Problem, Rule
from optimizer.regular_prices import at_levels, levels_of, regular_prices
from optimizer.value import Outcome
from workspace.text import Text

# Sums of whole cents against a limit that may lie between cents: a hundredth of one.
MONEY_TOLERANCE = 1e-4  # currency
UNITS_TOLERANCE = 1e-7  # of the limit


@dataclass(frozen=True)
class Measure:
    """How a calendar stands to one rule. `worst` and `slack` as in docs/readings.md.

    `slack` < 0 where the rule is broken; None where there is nothing to measure.
    """

    rule: str
    selection: str
    value: float | None
    worst: float | None
    slack: float | None
    message: Text  # the rule and what was found, for people
    tolerance: float = 0.0
    shortage: float = 0.0  # what a soft rule pays for, in the unit of docs/readings.md

    @property
    def broken(self) -> bool:
        """Whether the rule does not hold."""
        return self.slack is not None and self.slack < -self.tolerance


@dataclass(frozen=True)
class Sight:
    """A calendar with what it earns, as rules look at it."""

    problem: Problem
    calendar: Calendar
    outcome: Outcome

    @cached_property
    def grid(self) -> Ints:
        """The tactic of each block and week: (P, T)."""
        return self.calendar.grid(self.problem)

    @cached_property
    def shelf(self) -> Floats:
        """The shelf price, incl. VAT, of each block and week: (P, T)."""
        levels = levels_of(self.problem, self.calendar)
        return at_levels(self.problem, "shelf_price", self.grid, levels)

    @cached_property
    def regular(self) -> Floats:
        """The regular price, incl. VAT, of each block and week: (P, T)."""
        return regular_prices(self.problem, self.calendar)

    @cached_property
    def promoted(self) -> Bools:
        """Whether a block is promoted in a week: (P, T)."""
        return self.grid > 0

    @cached_property
    def starts(self) -> Ints:
        """Events that start in each block and week: (P, T)."""
        starts = np.zeros(self.grid.shape, dtype=np.int64)
        np.add.at(starts, (self.calendar.block, self.calendar.start), 1)
        return starts

    def name(self, block: int) -> str:
        """The account and product of a block."""
        return f"{self.problem.account[block]} {self.problem.product[block]}"


@dataclass(frozen=True)
class Kind:
    """One kind of guardrail."""

    rule: str
    value: Value
    restrict: Callable[[Rule, Draft], None]
    measure: Callable[[Rule, Sight], Measure]
    soft: bool = False  # may be soft: its rows or its shortage can be paid for
