"""sop.csv: what production and logistics need to know of a plan, product by product and week."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.blocks import Pairs
from optimizer.plan import Plan
from optimizer.problem import Floats, Ints
from optimizer.reports.cells import number
from optimizer.stock import stock
from optimizer.tactics import offers
from optimizer.uncertainty import Uncertainty
from optimizer.volumes import Volumes, volumes_of

HEADER = (
    *("product", "week", "units", "units_p50", "units_p90", "baseline_units", "promotion_units"),
    *("promoted_units", "accounts", "bought_ahead", "available", "short_risk", "peak"),
    *("lead_time_weeks", "know_by", "late", "tail"),
)
WEEK = np.timedelta64(7, "D")
SHORT, TIGHT, HIGH = "short", "tight", "high"
UNITS_TOLERANCE = 1e-6  # relative: how far past what there is a plan may sell, as its rules have it
Cells = Sequence[float | None]


@dataclass(frozen=True)
class Outlook:
    """Units by product and week, (N, W), horizon then tail; reading: docs/supply.md."""

    plan: Plan
    uncertainty: Uncertainty | None

    @cached_property
    def volumes(self) -> Volumes:
        """The products, sorted."""
        return volumes_of(self.plan.problem)

    @cached_property
    def running(self) -> Ints:
        """The tactic of each block and week, 0 in the tail: (P, W)."""
        problem = self.plan.problem
        found = np.zeros((problem.blocks, len(problem.weeks)), dtype=np.int64)
        found[:, : problem.horizon] = self.plan.calendar.grid(problem)
        return found

    @cached_property
    def units(self) -> Floats:
        """Expected units with the plan."""
        return self.volumes.of(self.plan.outcome.units)

    @cached_property
    def baseline(self) -> Floats:
        """Expected units with nothing promoted."""
        return self.volumes.of(self.plan.outcome.reference_units)

    @cached_property
    def promoted(self) -> Floats:
        """Units sold in accounts that have the product on a deal that week."""
        return self.volumes.of(np.where(self.running > 0, self.plan.outcome.units, 0.0))

    @cached_property
    def accounts(self) -> Floats:
        """How many accounts have it on a deal."""
        return self.volumes.of((self.running > 0).astype(np.float64))

    @cached_property
    def ahead(self) -> Floats:
        """Units that retailers buy on the invoice beyond what they sell in the week."""
        problem, accounts = self.plan.problem, self.plan.workspace.accounts
        share = dict(zip(accounts["account"], accounts["forward_buy"], strict=True))
        mine = np.array([share[account] for account in problem.account], dtype=np.float64)
        found = offers(self.plan.workspace, Pairs(problem.account, problem.product))
        # A place among the plan's own tactics is not always one among the workspace's.
        place = np.array([found.tactics.index(name) for name in problem.tactics], dtype=np.int64)
        on_invoice = found.off_invoice[np.arange(problem.blocks)[:, None], place[self.running]]
        return self.volumes.of(mine[:, None] * on_invoice * self.plan.outcome.units)

    def quantile(self, level: float) -> Floats:
        """Of a product's units in a week over the draws; NaN without draws."""
        if self.uncertainty is None:
            return np.full(self.units.shape, np.nan)
        found: Floats = np.quantile(self.uncertainty.units, level, axis=0)
        return found

    @cached_property
    def supplied(self) -> tuple[Floats, Floats]:
        """What is available, and the share of draws that sell more than there then is.

        NaN where supply has no row, and in the tail, which it does not reach.
        """
        problem, table = self.plan.problem, self.plan.workspace.supply
        first = np.datetime64(problem.weeks[0], "D")
        there, risk = (np.full(self.units.shape, np.nan) for _ in range(2))
        names = list(self.volumes.products)
        sold = dict(zip(names, self.units, strict=True))
        for product, week, available in stock(table, first, problem.horizon, sold):
            there[names.index(product), week] = float(available)
        if self.uncertainty is not None:
            every = self.uncertainty.units
            sold = {name: every[:, i] for i, name in enumerate(names)}
            for product, week, available in stock(table, first, problem.horizon, sold):
                short = sold[product][:, week] > available + _slack(available)
                risk[names.index(product), week] = np.count_nonzero(short) / short.size
        return there, risk

    def peak(self, product: int, week: int) -> str:
        """The worst that is to be said of a week: short, tight, high, or nothing."""
        settings = self.plan.workspace.settings.peaks
        there, risk = (float(found[product, week]) for found in self.supplied)
        units = float(self.units[product, week])
        if units > there + float(_slack(np.array(there))):
            return SHORT
        if risk > settings.risk:
            return TIGHT
        usual = float(self.baseline[product, : self.plan.problem.horizon].mean())
        return HIGH if units >= settings.high * usual else ""


def _slack(available: Floats) -> Floats:
    slack: Floats = UNITS_TOLERANCE * np.maximum(1.0, available)
    return slack


def sop(plan: Plan, uncertainty: Uncertainty | None) -> Iterator[list[str]]:
    """One row for each product of the plan and week of horizon and tail, sorted."""
    problem, found = plan.problem, Outlook(plan, uncertainty)
    products = plan.workspace.products
    leads = dict(zip(products["product"], products["lead_time_weeks"].tolist(), strict=True))
    there, risk = found.supplied
    columns = (
        *(found.units, found.quantile(0.5), found.quantile(0.9), found.baseline),
        *(found.units - found.baseline, found.promoted, found.accounts, found.ahead, there, risk),
    )
    for i, product in enumerate(found.volumes.products):
        lead = leads[product]
        for week, day in enumerate(problem.weeks):
            known = _know_by(day, lead)
            yield [
                *(product, day, *(number(float(column[i, week])) for column in columns)),
                *(found.peak(i, week), number(lead), known),
                "" if not known else str(int(known < problem.weeks[0])),
                str(int(week >= problem.horizon)),
            ]


def _know_by(day: str, lead: float) -> str:
    """The Monday by which production has to know of a week; a part of a week counts whole."""
    if math.isnan(lead):
        return ""
    return str(np.datetime64(day, "D") - math.ceil(lead) * WEEK)
