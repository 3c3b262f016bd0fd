"""The inputs of the oracle as dictionaries, read by one plain sentence at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from models.response import Response
from optimizer.spec import Guardrail, PriceLadder, Spec
from workspace.workspace import Workspace

Pair = tuple[str, str]
Row = dict[str, Any]


class Event(NamedTuple):
    """One run of a tactic; `start` counts weeks from the first of the horizon."""

    account: str
    product: str
    tactic: str
    start: int
    weeks: int

    @property
    def pair(self) -> Pair:
        return self.account, self.product

    @property
    def run(self) -> range:
        return range(self.start, self.start + self.weeks)


class Price(NamedTuple):
    """A regular price, incl. VAT, other than the listed one, in some weeks in a row."""

    account: str
    product: str
    price: float
    start: int
    weeks: int

    @property
    def pair(self) -> Pair:
        return self.account, self.product

    @property
    def run(self) -> range:
        return range(self.start, self.start + self.weeks)


Calendar = list[Event | Price]


@dataclass
class Market:
    """The inputs as dictionaries."""

    horizon: int
    tail: int
    first_week: date
    pairs: list[Pair]
    included: set[Pair]
    account: dict[str, dict[str, object]]
    product: dict[str, dict[str, object]]
    listing: dict[Pair, dict[str, object]]
    terms: dict[tuple[str, str, str], dict[str, object]]  # (account, product, tactic)
    baseline: dict[tuple[str, str, int], float]
    lift: dict[tuple[str, str, str], tuple[float, float, float]]
    carry: list[tuple[Pair, int, float]]
    spill: list[tuple[Pair, Pair, int, float]]  # acted on, acting, lag, coefficient
    budgets: list[Row]
    supply: dict[tuple[str, int], tuple[float, float]]  # (product, week): units, share kept
    rules: tuple[Guardrail, ...]
    history: list[Event] = field(default_factory=list)
    pinned: list[Event] = field(default_factory=list)
    forbidden: list[Event] = field(default_factory=list)
    rungs: tuple[float, ...] = ()  # multiples of the listed price
    changes: int = 0
    elasticity: dict[Pair, float] = field(default_factory=dict)
    known_paths: dict[Pair, list[tuple[float, ...]]] = field(default_factory=dict)
    _weeks: dict[int, frozenset[int]] = field(default_factory=dict)

    @staticmethod
    def of(workspace: Workspace, response: Response, spec: Spec) -> Market:
        first = spec.horizon.first_week
        listing = {(r["account"], r["product"]): r for r in _rows(workspace.listings)}
        product = {r["product"]: r for r in _rows(workspace.products)}
        carry = [
            ((r["account"], r["product"]), r["lag"], r["coefficient"])
            for r in _rows(response.carry)
        ]
        spill = []
        for r in _rows(response.cross):
            where, acting = (r["account"], r["product"]), (r["account"], r["by_product"])
            spill.append((where, acting, r["lag"], r["coefficient"]))
        for r in _rows(response.rival):
            where, acting = (r["account"], r["product"]), (r["by_account"], r["product"])
            spill.append((where, acting, r["lag"], r["coefficient"]))
        market = Market(
            horizon=spec.horizon.weeks,
            tail=max([lag for _, lag, _ in carry] + [lag for _, _, lag, _ in spill], default=0),
            first_week=first,
            pairs=sorted(listing),
            included={pair for pair in listing if _is_included(pair, product, spec)},
            account={r["account"]: r for r in _rows(workspace.accounts)},
            product=product,
            listing=listing,
            terms={},
            baseline={
                (r["account"], r["product"], (r["week"].date() - first).days // 7): r["units"]
                for r in _rows(response.baseline)
            },
            lift={
                (r["account"], r["product"], r["tactic"]): (r["log_lift"], r["pressure"], r["pull"])
                for r in _rows(response.lift)
            },
            carry=carry,
            spill=spill,
            budgets=_rows(workspace.budgets),
            supply={
                (r["product"], (r["week"].date() - first).days // 7): (r["units"], r["carry_over"])
                for r in _rows(workspace.supply)
            },
            rules=spec.guardrails,
            elasticity={
                (r["account"], r["product"]): r["elasticity"] for r in _rows(response.price)
            },
        )
        if isinstance(spec.prices, PriceLadder):
            market.rungs, market.changes = spec.prices.ladder, spec.prices.changes
        market._leave_out_strangers()
        tactics = _rows(workspace.tactics)
        for pair in market.pairs:
            for tactic in sorted({row["tactic"] for row in tactics}):
                row = _most_specific(tactics, pair, product[pair[1]]["brand"], tactic)
                if row is not None:
                    market.terms[*pair, tactic] = row
        for budget in market.budgets:
            scaled = float(str(budget["amount"])) * spec.budget_scale
            budget["amount"] = spec.budgets.get(str(budget["budget"]), scaled)
        market._sort_events(workspace)
        return market

    def _leave_out_strangers(self) -> None:
        """Only pairs that an included one may touch, directly or through others, count."""
        near = set(self.included)
        for _ in self.pairs:
            for one, other, _, _ in self.spill:
                if one in self.listing and other in self.listing and (one in near or other in near):
                    near |= {one, other}
        self.pairs = [pair for pair in self.pairs if pair in near]

    def _sort_events(self, workspace: Workspace) -> None:
        for r in _rows(workspace.events):
            start = (r["start_week"].date() - self.first_week).days // 7
            event = Event(r["account"], r["product"], r["tactic"], start, r["weeks"])
            inside = start >= 0 and start + r["weeks"] <= self.horizon
            if event.pair not in self.pairs:
                continue
            if r["status"] == "forbidden":
                self.forbidden.append(event)
            elif r["status"] in ("pinned", "actual") and inside:
                self.pinned.append(event)
            elif r["status"] == "actual" and start < 0:
                self.history.append(event)

    def selects(self, rule: object, pair: Pair) -> bool:
        """Whether a guardrail's or budget's selectors leave this pair in."""
        about = {**self.product[pair[1]], **self.account[pair[0]]}
        for name in ("account", "chain", "market", "brand", "category", "line", "product"):
            wanted = rule.get(name) if isinstance(rule, dict) else getattr(rule, name)
            if wanted and wanted != about[name]:
                return False
        return True

    def in_weeks(self, rule: object, week: int) -> bool:
        """Whether a week of the horizon is within the rule's first and last week."""
        if id(rule) not in self._weeks:  # rules and budgets live as long as the market
            get = rule.get if isinstance(rule, dict) else lambda name: getattr(rule, name)
            first, last = _day(get("first_week")), _day(get("last_week"))
            days = [self.first_week + timedelta(weeks=t) for t in range(self.horizon)]
            self._weeks[id(rule)] = frozenset(
                t
                for t, day in enumerate(days)
                if (first is None or day >= first) and (last is None or day <= last)
            )
        return week in self._weeks[id(rule)]


def _rows(table: pd.DataFrame) -> list[Row]:
    columns = [table[name].tolist() for name in table.columns]
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _day(value: object) -> date | None:
    text = str(value)[:10]
    return None if text in ("None", "NaT") else date.fromisoformat(text)


def _is_included(pair: Pair, product: dict[str, dict[str, object]], spec: Spec) -> bool:
    include = spec.include
    return (
        (not include.accounts or pair[0] in include.accounts)
        and (not include.products or pair[1] in include.products)
        and (not include.brands or product[pair[1]]["brand"] in include.brands)
    )


def _most_specific(
    tactics: list[Row], pair: Pair, brand: object, tactic: str
) -> dict[str, object] | None:
    fitting = [
        row
        for row in tactics
        if row["tactic"] == tactic
        and row["account"] in ("", pair[0])
        and row["product"] in ("", pair[1])
        and row["brand"] in ("", brand)
    ]
    used = [(bool(r["product"]), bool(r["account"]), bool(r["brand"])) for r in fitting]
    best = max(range(len(fitting)), key=lambda i: (sum(used[i]), used[i]), default=None)
    return None if best is None else fitting[best]
