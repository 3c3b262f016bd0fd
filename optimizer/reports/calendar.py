"""calendar.csv: every event with what it sells, costs and earns, and why it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.attribution import Meetings, meetings
from optimizer.blocks import Pairs
from optimizer.plan import Plan
from optimizer.problem import Floats, Ints
from optimizer.reasons import reasons
from optimizer.regular_prices import levels_of
from optimizer.reports.cells import money, moneys, number, numbers
from optimizer.tactics import offers
from optimizer.uncertainty import Uncertainty
from workspace.money import to_cents

HEADER = (
    "event",
    "account",
    "product",
    "tactic",
    "start_week",
    "weeks",
    "depth",
    "feature",
    "display",
    "base_price",
    "shelf_price",
    "baseline_units",
    "units",
    "incremental_units",
    "spend",
    "incremental_profit",
    "retailer_incremental_profit",
    "roi",
    "incremental_profit_p10",
    "incremental_profit_p90",
    "reason",
)


@dataclass(frozen=True)
class Ledger:
    """What each event of a plan did: arrays (n,) in the calendar's order, money in cents.

    Figures of whole causes, (n + m,), go on with the m changes of regular prices.
    """

    plan: Plan

    @cached_property
    def _met(self) -> Meetings:
        return meetings(self.plan.problem, self.plan.calendar)

    @cached_property
    def _shares(self) -> Floats:
        return self._met.shares(self._met.sizes(self.plan.problem.demand))

    @cached_property
    def profit(self) -> Ints:
        """Incremental profit, net of dip, cannibalisation and rivals."""
        outcome = self.plan.outcome
        return self._met.cents(outcome.profit - outcome.profit_no_promotion, self._shares)

    @cached_property
    def retailer_profit(self) -> Ints:
        """The retailers' incremental profit."""
        outcome = self.plan.outcome
        change = outcome.retailer_profit - outcome.retailer_profit_no_promotion
        return self._met.cents(change, self._shares)

    @cached_property
    def incremental_units(self) -> Floats:
        """Change of units anywhere that the event caused."""
        outcome = self.plan.outcome
        return self._met.parts(outcome.units - outcome.reference_units, self._shares)

    def own(self, amounts: Floats | Ints) -> Floats:
        """The sum of weekly figures (P, W) over each event's own promoted weeks."""
        calendar = self.plan.calendar
        sums = np.zeros((amounts.shape[0], amounts.shape[1] + 1))
        np.cumsum(amounts, axis=1, out=sums[:, 1:])
        end = calendar.start + calendar.weeks
        found: Floats = sums[calendar.block, end] - sums[calendar.block, calendar.start]
        return found

    @cached_property
    def spend(self) -> Ints:
        """Variable spend and fees of each event's own weeks."""
        return np.rint(self.own(self.plan.outcome.spend)).astype(np.int64)


def calendar(plan: Plan, ledger: Ledger, uncertainty: Uncertainty | None) -> Iterator[list[str]]:
    """One row for each event, sorted by account, product, first week."""
    problem, events, outcome = plan.problem, plan.calendar, plan.outcome
    terms = offers(plan.workspace, Pairs(problem.account, problem.product))
    feature, display = terms.numbers("feature"), terms.numbers("display")
    baseline = numbers(ledger.own(outcome.reference_units))
    units = numbers(ledger.own(outcome.units))
    incremental = numbers(ledger.incremental_units)
    low, high = (quantiles(uncertainty, level, events.block.size) for level in (0.10, 0.90))
    why = reasons(plan, ledger.profit, ledger.spend)
    retailer = moneys(ledger.retailer_profit)
    levels = levels_of(problem, events)
    for i in range(events.block.size):
        block, tactic, start = (int(a[i]) for a in (events.block, events.tactic, events.start))
        spend, profit = int(ledger.spend[i]), int(ledger.profit[i])
        prices = problem.money
        if problem.ladder is not None and levels is not None:
            prices = problem.ladder.money[levels[block, start]]
        yield [
            f"E{i + 1:04d}",
            problem.account[block],
            problem.product[block],
            problem.tactics[tactic],
            problem.weeks[start],
            str(int(events.weeks[i])),
            number(problem.depth[block, tactic]),
            number(feature[block, tactic]),
            number(display[block, tactic]),
            number(prices.base_price[block]),
            number(prices.shelf_price[block, tactic]),
            baseline[i],
            units[i],
            incremental[i],
            money(spend),
            money(profit),
            retailer[i],
            number(profit / spend if spend else None),
            low[i],
            high[i],
            str(why[i]),
        ]


def quantiles(uncertainty: Uncertainty | None, level: float, events: int) -> list[str]:
    """A quantile of each cause's incremental profit over the draws; blanks without draws."""
    if uncertainty is None:
        return [""] * events
    return moneys(to_cents(uncertainty.quantile(level)))
