"""A plan's numbers in the order of its workbook: arrays by block and week, in cents."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from optimizer.blocks import Pairs
from optimizer.plan import Plan, block_order
from optimizer.problem import Floats, Ints
from optimizer.tactics import offers

NONE, OFF_INVOICE, SCAN_BACK, BILL_BACK = range(4)
FUNDING = {"off_invoice": OFF_INVOICE, "scan_back": SCAN_BACK, "bill_back": BILL_BACK}
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Figures:
    """What the pages are written from. B blocks sorted by account and product, W weeks, T horizon.

    Money is in whole cents excl. VAT, (B, W) unless said otherwise; units are as the files show
    them, with six decimals, so that sums over the pages are sums of what stands there.
    """

    plan: Plan
    folder: Path

    @cached_property
    def order(self) -> Ints:
        """The problem's block in each row: (B,)."""
        return block_order(self.plan.problem)

    @property
    def blocks(self) -> int:
        """B."""
        return len(self.order)

    @property
    def horizon(self) -> int:
        """T."""
        return self.plan.problem.horizon

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of horizon and tail."""
        return tuple(date.fromisoformat(week) for week in self.plan.problem.weeks)

    @cached_property
    def account(self) -> list[str]:
        """The account of each block."""
        return [self.plan.problem.account[b] for b in self.order]

    @cached_property
    def product(self) -> list[str]:
        """The product of each block."""
        return [self.plan.problem.product[b] for b in self.order]

    @cached_property
    def brand(self) -> list[str]:
        """The brand of each block."""
        table = self.plan.workspace.products
        brand = dict(zip(table["product"], table["brand"], strict=True))
        return [brand[product] for product in self.product]

    @cached_property
    def accounts(self) -> list[str]:
        """The accounts, sorted; their numbers are their places, from 1."""
        return sorted(set(self.account))

    @cached_property
    def brands(self) -> list[str]:
        """The brands, sorted."""
        return sorted(set(self.brand))

    @cached_property
    def products(self) -> list[str]:
        """The products, sorted."""
        return sorted(set(self.product))

    @cached_property
    def of_product(self) -> dict[str, list[int]]:
        """The blocks of each product."""
        found: dict[str, list[int]] = {name: [] for name in self.products}
        for block, name in enumerate(self.product):
            found[name].append(block)
        return found

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Account and brand, sorted."""
        return sorted(set(zip(self.account, self.brand, strict=True)))

    def numbers(self, names: list[str], known: list[str]) -> Ints:
        """The number, from 1, of each name among the known."""
        place = {name: i + 1 for i, name in enumerate(known)}
        return np.array([place[name] for name in names], dtype=np.int64)

    @cached_property
    def pair(self) -> Ints:
        """The number of each block's account and brand, from 1: (B,)."""
        place = {pair: i + 1 for i, pair in enumerate(self.pairs)}
        both = zip(self.account, self.brand, strict=True)
        return np.array([place[pair] for pair in both], dtype=np.int64)

    def span(self, account: str) -> tuple[int, int]:
        """First and last block of an account."""
        first = self.account.index(account)
        return first, first + self.account.count(account) - 1

    def cents(self, name: str) -> Ints:
        """An amount of the outcome: (B, W)."""
        amounts: Ints = getattr(self.plan.outcome, name)[self.order]
        return amounts

    @cached_property
    def units(self) -> Floats:
        """Units as weekly.csv shows them: (B, W)."""
        return np.round(self.plan.outcome.units[self.order], 6)

    @cached_property
    def baseline(self) -> Floats:
        """Units without promotion as weekly.csv shows them: (B, W)."""
        return np.round(self.plan.outcome.reference_units[self.order], 6)

    @cached_property
    def funding(self) -> Ints:
        """How the deal of each block and week is funded, one of FUNDING, 0 for none: (B, W)."""
        problem = self.plan.problem
        found = offers(self.plan.workspace, Pairs(problem.account, problem.product))
        kinds = [FUNDING[name] for name in found.terms["funding"]]
        kind = np.append(np.array(kinds, dtype=np.int64), NONE)[found.row]
        running = np.zeros((problem.blocks, len(problem.weeks)), dtype=np.int64)
        running[:, : self.horizon] = self.plan.calendar.grid(problem)
        # A place among the plan's own tactics is a place among the workspace's: both are sorted.
        place = np.array([found.tactics.index(name) for name in problem.tactics])
        rows: Ints = kind[np.arange(problem.blocks)[:, None], place[running]]
        return rows[self.order]

    def funded(self, kind: int) -> Ints:
        """Variable spend of one way of funding: (B, W)."""
        return np.where(self.funding == kind, self.cents("variable_spend"), 0)

    @cached_property
    def net(self) -> Ints:
        """Gross sales less variable spend and fees."""
        return self.cents("gross_sales") - self.cents("variable_spend") - self.cents("fees")

    def rebate(self, account: str, promoted: bool) -> int:
        """What an account is due, in cents."""
        given = self.plan.outcome.rebates
        if account not in given.account:
            return 0
        return int((given.plan if promoted else given.no_promotion)[given.account.index(account)])

    @cached_property
    def record(self) -> dict[str, object]:
        """plan.json."""
        found: dict[str, object] = json.loads((self.folder / "plan.json").read_text("utf-8"))
        return found

    def table(self, name: str) -> Rows:
        """A table of the plan's folder, cells as text."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def names(self, table: str, key: str) -> dict[str, str]:
        """Names of accounts or products by code; the code where there is none."""
        frame = self.plan.workspace.table(table)
        return {code: name or code for code, name in zip(frame[key], frame["name"], strict=True)}

    @cached_property
    def months(self) -> list[date]:
        """First days of the months that the horizon touches."""
        last = self.weeks[self.horizon - 1] + timedelta(days=6)
        found = [self.weeks[0].replace(day=1)]
        while next_month(found[-1]) <= last:
            found.append(next_month(found[-1]))
        return found


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def away(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction, halves away from zero, as spreadsheets round."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))
