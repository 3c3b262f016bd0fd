"""Regular prices of a plan: read from `prices.csv`, possible at all, and by week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.spec import PriceLadder, Spec
from optimizer.verify.cents import rounded
from optimizer.verify.effects import Event
from optimizer.verify.facts import Facts
from optimizer.verify.reading import Sheet
from optimizer.verify.weekly import close
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRICES = (
    *("change", "account", "product", "week", "weeks", "previous_price", "base_price"),
    *("incremental_units", "incremental_profit", "retailer_incremental_profit"),
    *("incremental_profit_p10", "incremental_profit_p90", "reason"),
)
SAME = 1e-9


@dataclass(frozen=True)
class Change:
    """A regular price that holds from a week of the horizon on."""

    block: int
    week: int
    price: float


@dataclass(frozen=True)
class Regular:
    """The regular prices of a plan: (B, W) each."""

    price: Floats  # incl. VAT; in the tail the listed one
    change: Ints  # row of prices.csv that holds where it is not the listed one, else -1

    @staticmethod
    def of(facts: Facts, changes: list[Change]) -> Regular:
        """The listed price until a change, and after the horizon."""
        listed = np.broadcast_to(facts.column("base_price"), (len(facts.blocks), facts.W))
        price, holder = listed.copy(), np.full(listed.shape, -1)
        for row, one in enumerate(changes):
            price[one.block, one.week : facts.T] = one.price
            holder[one.block, one.week : facts.T] = row
        return Regular(price, np.where(np.abs(price - listed) > SAME, holder, -1))


def read_changes(
    sheet: Sheet | None, facts: Facts, spec: Spec, workspace: Workspace
) -> list[Change] | None:
    """The rows of `prices.csv`; None where one is not possible. Without the file: none."""
    if sheet is None or not isinstance(spec.prices, PriceLadder):
        return []
    weeks = {week: t for t, week in enumerate(facts.week_texts[: facts.T])}
    prices, found = sheet.number("base_price"), []
    rungs = _rungs(facts, spec.prices, workspace)
    columns = (sheet.text(name) for name in ("account", "product", "week"))
    for row, (account, product, week) in enumerate(zip(*columns, strict=True)):
        block = facts.place.get((account, product))
        if block is None or not facts.blocks["included"].iloc[block]:
            expected = Text("a listed pair that the scenario includes")
            sheet.wrong(row, "product", f"{account} {product}", expected)
        elif week not in weeks:
            sheet.wrong(row, "week", repr(week), Text("a Monday of the horizon"))
        elif not any(close(prices[row : row + 1], np.array([rung]))[0] for rung in rungs[block]):
            expected = Text("one of {prices}", prices=", ".join(f"{r:g}" for r in rungs[block]))
            sheet.wrong(row, "base_price", f"{prices[row]:g}", expected)
        else:
            price = min(rungs[block], key=lambda rung: abs(rung - prices[row]))
            found.append(Change(block, weeks[week], price))
    if len(found) < len(sheet):
        return None
    return found if _well_told(sheet, facts, found) else None


def _rungs(facts: Facts, asked: PriceLadder, workspace: Workspace) -> list[list[float]]:
    """The prices that each block may have: listed, and rungs in cents within the corridor."""
    names = ("account", "product", "min_price", "max_price")
    limits = {
        (a, p): (float(low), float(high))
        for a, p, low, high in zip(*(workspace.listings[n].tolist() for n in names), strict=True)
    }
    found = []
    for account, product, listed in zip(
        *(facts.blocks[name].tolist() for name in ("account", "product", "base_price")), strict=True
    ):
        low, high = limits[account, product]
        steps = rounded(np.array([listed * rung for rung in asked.ladder if rung != 1.0])) / 100
        inside = [
            float(step)
            for step in steps
            if not (step < low - SAME or step > high + SAME) and step > 0
        ]
        found.append([float(listed), *inside])
    return found


def _well_told(sheet: Sheet, facts: Facts, changes: list[Change]) -> bool:
    """Whether rows are in order, each is a change, and what they repeat is right."""
    fine = sheet.same_text("change", [f"P{i + 1:04d}" for i in range(len(changes))])
    before, length = [], []
    for i, one in enumerate(changes):
        last = changes[i - 1] if i and changes[i - 1].block == one.block else None
        after = changes[i + 1] if i + 1 < len(changes) else None
        if i and (changes[i - 1].block, changes[i - 1].week) >= (one.block, one.week):
            sheet.wrong(i, "week", Text("a row out of order"), Text("sorted rows"))
            fine = False
        listed = float(facts.blocks["base_price"].iloc[one.block])
        before.append(last.price if last is not None else listed)
        if abs(before[-1] - one.price) <= SAME:
            sheet.wrong(i, "base_price", f"{one.price:g}", Text("another price than before"))
            fine = False
        same = after is not None and after.block == one.block
        length.append(str((after.week if same and after is not None else facts.T) - one.week))
    expected = np.array(before, dtype=np.float64)
    sheet.wrong_where(~close(sheet.number("previous_price"), expected), "previous_price", expected)
    return sheet.same_text("weeks", length) and fine


def broken_prices(spec: Spec, changes: list[Change], events: list[Event]) -> bool:
    """Whether a price changes too often, or while an event of its product runs."""
    if not isinstance(spec.prices, PriceLadder):
        return False
    count: dict[int, int] = {}
    for one in changes:
        count[one.block] = count.get(one.block, 0) + 1
    inside = any(
        one.block == event.block and event.start < one.week < event.start + event.weeks
        for one in changes
        for event in events
    )
    return inside or max(count.values(), default=0) > spec.prices.changes
