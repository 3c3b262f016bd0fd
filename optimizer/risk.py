"""What a plan earns over the draws: its mean, and the mean of the worst of them (CVaR).

The CVaR at a level is the mean of the worst share 1 - level of the draws, the last of which may
count in part (Rockafellar & Uryasev 2000, Optimization of conditional value-at-risk, Journal of
Risk 2; for distributions with atoms Rockafellar & Uryasev 2002, Journal of Banking & Finance 26).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.problem import Calendar, Demand, Floats, Ints, Problem
from optimizer.rebates import rebates
from optimizer.regular_prices import at_levels, levels_of
from optimizer.value import fees_of, units_of
from workspace.money import to_cents


@dataclass(frozen=True)
class Attitude:
    """How much the worst draws count: `weight` of their mean, the rest of the mean over all."""

    level: float  # in (0, 1): .9 looks at the worst tenth
    weight: float  # in [0, 1]

    def worth(self, profits: Floats) -> float:
        """(1 - weight) mean + weight CVaR of the profits (D,) of a plan."""
        return float(self.counts(profits) @ profits)

    def counts(self, profits: Floats) -> Floats:
        """What each draw counts for where a plan earns `profits` (D,): >= 0, sum 1.

        No other counts that the level allows make less of these profits, so that with the counts
        of one plan no plan is worth less than it truly is.
        """
        mean = np.full(profits.size, 1.0 / profits.size)
        found: Floats = (1.0 - self.weight) * mean + self.weight * tail_counts(profits, self.level)
        return found


@dataclass(frozen=True)
class Prospects:
    """A plan over D draws. Profits in currency: incremental, less the change of rebates."""

    attitude: Attitude
    profits: Floats  # (D,)
    neutral: Floats | None = None  # (D,) of the plan with the largest mean that was found

    @cached_property
    def expected_cents(self) -> int:
        """The mean over the draws."""
        return _cents(float(self.profits.mean()))

    @cached_property
    def tail_cents(self) -> int:
        """The mean of the worst draws."""
        return _cents(tail_mean(self.profits, self.attitude.level))

    @cached_property
    def worth_hundredths(self) -> int:
        """What the plan is worth to one with this attitude."""
        return _cents(self.attitude.worth(self.profits))

    @cached_property
    def neutral_cents(self) -> tuple[int, int] | None:
        """Mean and tail of the plan that looks at the mean alone; None where it is not known."""
        if self.neutral is None:
            return None
        tail = tail_mean(self.neutral, self.attitude.level)
        return _cents(float(self.neutral.mean())), _cents(tail)

    @property
    def price_cents(self) -> int | None:
        """The expected profit that is given up to be safer."""
        return None if self.neutral_cents is None else self.neutral_cents[0] - self.expected_cents


@dataclass(frozen=True)
class Earnings:
    """What does not vary between draws in a calendar's money. Make it with `of`."""

    problem: Problem
    grid: Ints  # (P, T) tactics
    levels: Ints | None  # (P, T) of regular prices
    funding: Floats  # (P, T) per unit
    fees: Floats  # (P, T)

    @classmethod
    def of(cls, problem: Problem, calendar: Calendar) -> Earnings:
        """Look a calendar's prices up once."""
        grid, levels = calendar.grid(problem), levels_of(problem, calendar)
        funding = at_levels(problem, "funding", grid, levels)
        return cls(problem, grid, levels, funding, fees_of(problem, calendar))

    def units(self, demand: Demand) -> Floats:
        """Units on one draw, (P, W)."""
        return units_of(self.problem, self.grid, demand, self.levels)

    def spend(self, units: Floats) -> Floats:
        """Variable spend and fees, unrounded: (P, T), currency."""
        return np.asarray(self.funding * units[:, : self.problem.horizon] + self.fees)

    def change(self, units: Floats, spend: Floats, demand: Demand) -> Floats:
        """Change of our profit before rebates by block and week: (P, W), currency."""
        money = self.problem.money
        change = (money.list_price - money.unit_cost)[:, None] * (units - demand.base)
        change[:, : self.problem.horizon] -= spend
        return np.asarray(change)

    def rebates(self, units: Floats, spend: Floats, demand: Demand) -> float:
        """What the plan adds to rebates, currency."""
        problem, horizon = self.problem, self.problem.horizon
        if not problem.tiers:
            return 0.0
        price = problem.money.list_price[:, None]
        base, mine = demand.base[:, :horizon], units[:, :horizon]
        net = np.rint((price * mine - spend) * 100.0).astype(np.int64)
        before = np.rint(price * base * 100.0).astype(np.int64)
        return rebates(problem, mine, net, base, before).change_cents / 100.0


def profits_of(problem: Problem, calendar: Calendar, demands: Iterable[Demand]) -> Floats:
    """What a calendar earns on each demand, (D,), currency, unrounded, rebates' change off."""
    earnings = Earnings.of(problem, calendar)
    found = []
    for demand in demands:
        units = earnings.units(demand)
        spend = earnings.spend(units)
        total = float(earnings.change(units, spend, demand).sum())
        found.append(total - earnings.rebates(units, spend, demand))
    return np.array(found, dtype=np.float64)


def tail_counts(profits: Floats, level: float) -> Floats:
    """What each draw counts for in the mean of the worst share 1 - level of them: (D,), sum 1."""
    draws = profits.size
    most = 1.0 / ((1.0 - level) * draws)
    counts = np.zeros(draws)
    order = np.argsort(profits, kind="stable")
    left = 1.0 - most * np.arange(draws)
    counts[order] = np.clip(left, 0.0, most)
    return counts


def tail_mean(profits: Floats, level: float) -> float:
    """The mean of the worst share 1 - level of the profits (D,)."""
    return float(tail_counts(profits, level) @ profits)


def _cents(amount: float) -> int:
    return int(to_cents(np.array(amount)))
