"""What a calendar earns: the one definition of units and money (contract sections 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.effects import felt
from optimizer.problem import Calendar, Demand, Floats, Ints, Problem
from optimizer.rebates import Rebates, rebates
from optimizer.regular_prices import at_levels, felt_prices, levels_of
from workspace.money import from_cents, to_cents


@dataclass(frozen=True)
class Outcome:
    """A calendar's units and money, and the reference with no promotion in the horizon.

    Arrays have shape (P, W), horizon then tail. Units are consumer units, not rounded; all else
    is whole cents of the workspace's currency, excl. VAT, rounded once per block and week.
    Retailer's profit and manufacturer's profit are before rebates, which go by account.
    """

    horizon: int  # T
    units: Floats
    reference_units: Floats
    gross_sales: Ints  # L u
    variable_spend: Ints
    fees: Ints
    profit: Ints  # (L - c) u - variable spend - fees
    retailer_profit: Ints
    gross_sales_no_promotion: Ints
    profit_no_promotion: Ints
    retailer_profit_no_promotion: Ints
    rebates: Rebates

    @property
    def objective_cents(self) -> int:
        """Incremental profit, tail included, less the change of rebates."""
        change = int(self.profit.sum()) - int(self.profit_no_promotion.sum())
        return change - self.rebates.change_cents

    @property
    def objective(self) -> float:
        """The same in units of currency."""
        return float(from_cents(np.array(self.objective_cents)))

    @property
    def spend(self) -> Ints:
        """Variable spend and fees of the horizon in cents, what budgets limit: (P, T)."""
        return (self.variable_spend + self.fees)[:, : self.horizon]

    @property
    def spend_cents(self) -> int:
        """Variable spend and fees of the horizon."""
        return int(self.spend.sum())

    @property
    def retailer_change_cents(self) -> int:
        """Incremental retailer's profit, tail included, before rebates."""
        return int(self.retailer_profit.sum()) - int(self.retailer_profit_no_promotion.sum())

    def __str__(self) -> str:
        return (
            f"objective {self.objective:,.2f}, spend {self.spend_cents / 100:,.2f}, "
            f"retailers {self.retailer_change_cents / 100:+,.2f}"
        )


def units_of(
    problem: Problem, grid: Ints, demand: Demand | None = None, levels: Ints | None = None
) -> Floats:
    """Units (P, W) when the tactics of `grid` (P, T) run; `demand` replaces the problem's.

    `levels` (P, T) of regular prices; None: all as listed.
    """
    demand = problem.demand if demand is None else demand
    effect = felt(
        demand.pressure,
        demand.pull,
        demand.carry,
        demand.edges,
        grid,
        first=0,
        weeks=demand.base.shape[1],
    )
    effect[:, : grid.shape[1]] += demand.lift[np.arange(grid.shape[0])[:, None], grid]
    if levels is not None:
        effect[:, : grid.shape[1]] += felt_prices(problem, levels, demand)
    return demand.base * np.exp(effect)


def fees_of(problem: Problem, calendar: Calendar) -> Floats:
    """Unrounded fees (P, T): weekly ones in every promoted week, an event's in its first."""
    grid = calendar.grid(problem)
    fees = problem.money.weekly_fee[np.arange(problem.blocks)[:, None], grid]
    one = problem.money.event_fee[calendar.block, calendar.tactic]
    np.add.at(fees, (calendar.block, calendar.start), one)
    return fees


def value(problem: Problem, calendar: Calendar, demand: Demand | None = None) -> Outcome:
    """What a calendar and its regular prices earn. `demand`, a draw, replaces the problem's.

    Events of the calendar must lie in the horizon and not overlap. Raises ValueError where an
    amount is too large for cents.
    """
    demand = problem.demand if demand is None else demand
    money, horizon = problem.money, problem.horizon
    grid = calendar.grid(problem)
    levels = levels_of(problem, calendar)
    units = units_of(problem, grid, demand, levels)
    fees = np.zeros(units.shape)
    fees[:, :horizon] = fees_of(problem, calendar)
    spend = np.zeros(units.shape)
    spend[:, :horizon] = at_levels(problem, "funding", grid, levels) * units[:, :horizon]
    retail = np.broadcast_to(money.retail_margin[:, :1], units.shape).copy()
    retail[:, :horizon] = at_levels(problem, "retail_margin", grid, levels)
    margin = (money.list_price - money.unit_cost)[:, None]
    gross = to_cents(money.list_price[:, None] * units)
    variable, fixed = to_cents(spend), to_cents(fees)
    gross_before = to_cents(money.list_price[:, None] * demand.base)
    return Outcome(
        horizon=horizon,
        units=units,
        reference_units=demand.base,
        gross_sales=gross,
        variable_spend=variable,
        fees=fixed,
        profit=to_cents(margin * units - spend - fees),
        retailer_profit=to_cents(retail * units + spend + fees),
        gross_sales_no_promotion=gross_before,
        profit_no_promotion=to_cents(margin * demand.base),
        retailer_profit_no_promotion=to_cents(money.retail_margin[:, :1] * demand.base),
        rebates=rebates(
            problem,
            units[:, :horizon],
            (gross - variable - fixed)[:, :horizon],
            demand.base[:, :horizon],
            gross_before[:, :horizon],
        ),
    )
