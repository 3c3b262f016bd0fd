"""A verified plan as a comparison sees it: its figures in whole cents, its tables, its question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from models.response import Response
from optimizer.spec import Spec
from scenarios.comparison.schedule import Schedule
from scenarios.scenario import Scenario

PROFIT = "profit"  # the objective under which bounds are bounds on profit


@dataclass(frozen=True)
class Figures:
    """What a plan comes to. Whole cents excl. VAT, horizon and tail; units of the horizon.

    Profits are after rebates, which retailers receive. None: the plan does not say.
    """

    profit: int
    incremental_profit: int  # against no promotion under the same suppositions
    spend: int  # rebates apart
    rebates: int
    retailer_profit: int
    retailer_incremental_profit: int
    units: float
    incremental_units: float
    events: int
    promoted_weeks: int
    penalties: int  # of soft rules; no part of the profit
    p10: int | None
    p90: int | None
    bound: int | None  # as in plan.json: the most that could be earned with these penalties paid

    @property
    def worth(self) -> int:
        """What was searched for: incremental profit less penalties."""
        return self.incremental_profit - self.penalties

    @property
    def ceiling(self) -> int | None:
        """No plan of the scenario is worth more."""
        return None if self.bound is None else self.bound - self.penalties

    @property
    def gap(self) -> float | None:
        """As in plan.json: (bound - incremental profit) / max(1, |incremental profit|)."""
        if self.bound is None:
            return None
        return (self.bound - self.incremental_profit) / max(100, abs(self.incremental_profit))

    @property
    def roi(self) -> float | None:
        """Incremental profit per unit of trade spend, which it is net of; None without spend."""
        return self.incremental_profit / self.spend if self.spend else None


def figures_of(record: Mapping[str, object], proves: bool) -> Figures:
    """The figures of a plan.json. `proves`: its bound is one on profit."""
    totals = record["totals"]
    assert isinstance(totals, Mapping)

    def cents(key: str) -> int:
        return _cents(totals.get(key, 0.0))

    def change(key: str) -> int:
        return cents(key) - cents(f"{key}_no_promotion")

    bound = record.get("bound")
    units = float(totals["units"])
    low, high = (totals.get(f"incremental_profit_p{level}") for level in (10, 90))
    return Figures(
        profit=cents("profit") - cents("rebates"),
        incremental_profit=change("profit") - change("rebates"),
        spend=cents("spend"),
        rebates=cents("rebates"),
        retailer_profit=cents("retailer_profit") + cents("rebates"),
        retailer_incremental_profit=change("retailer_profit") + change("rebates"),
        units=units,
        incremental_units=units - float(totals["units_no_promotion"]),
        events=int(totals["events"]),
        promoted_weeks=int(totals["promoted_weeks"]),
        penalties=cents("penalties"),
        p10=None if low is None else _cents(low),
        p90=None if high is None else _cents(high),
        bound=None if bound is None or not proves else _cents(bound),
    )


@dataclass(frozen=True)
class Contender:
    """A plan that has passed the verifier just now. Tables hold text, as in the CSV files."""

    name: str  # unique in its comparison
    scenario: Scenario
    record: Mapping[str, object]  # plan.json
    tables: Mapping[str, pd.DataFrame]  # calendar, budgets, pnl, pairs; prices if planned
    place: str  # where its files are
    response: Response  # what it believes, before any supposition
    response_folder: Path

    @property
    def spec(self) -> Spec:
        """What was asked."""
        return self.scenario.spec

    @cached_property
    def figures(self) -> Figures:
        """What it comes to."""
        return figures_of(self.record, proves_profit(self.spec))

    @cached_property
    def schedule(self) -> Schedule:
        """What it runs."""
        return Schedule.of(self.tables)

    @property
    def status(self) -> str:
        """As in plan.json."""
        return str(self.record["status"])


def proves_profit(spec: Spec) -> bool:
    """Whether the plan's bound is one on expected profit: nothing else was in the objective."""
    return spec.maximised == PROFIT


def cents_of(text: str) -> int:
    """A cell of money, exactly: `-12.34` is -1234 cents."""
    return _cents(text)


def _cents(amount: object) -> int:
    return round(float(str(amount)) * 100)
