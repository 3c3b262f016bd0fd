"""Every row of `weekly.csv`, worked out again from the response and contract section 4."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.cents import rounded, unsure
from optimizer.verify.effects import Event
from optimizer.verify.facts import Facts
from optimizer.verify.reading import Sheet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEKLY = (
    *("account", "product", "week", "tactic", "base_price", "shelf_price", "units"),
    *("baseline_units", "gross_sales", "variable_spend", "fees", "profit", "retailer_profit"),
    *("profit_no_promotion", "retailer_profit_no_promotion", "tail"),
)
MONEY_COLUMNS = (
    *("gross_sales", "variable_spend", "fees", "profit", "retailer_profit"),
    *("profit_no_promotion", "retailer_profit_no_promotion"),
)


@dataclass(frozen=True)
class Deals:
    """What the calendar puts on each block and week: (B, W) each."""

    running: Ints  # row of calendar.csv; -1: nothing
    price: Floats  # regular, incl. VAT
    depth: Floats
    per_unit: Floats  # variable spend per unit, currency excl. VAT
    fees: Floats  # currency excl. VAT

    @staticmethod
    def of(facts: Facts, events: list[Event], price: Floats) -> Deals:
        """The deals of a calendar whose events are possible, at regular prices (B, W)."""
        shape = (len(facts.blocks), facts.W)
        deals = Deals(np.full(shape, -1), price, *(np.zeros(shape) for _ in range(3)))
        for row, event in enumerate(events):
            terms = facts.terms[event.block, event.tactic]
            weeks = slice(event.start, event.start + event.weeks)
            deals.running[event.block, weeks] = row
            deals.depth[event.block, weeks] = terms.depth
            deals.per_unit[event.block, weeks] = terms.per_price * price[event.block, weeks]
            deals.fees[event.block, weeks] = terms.weekly_fee
            deals.fees[event.block, event.start] += terms.event_fee
        return deals

    @property
    def promoted(self) -> NDArray[np.bool_]:
        """Whether anything runs: (B, W)."""
        return self.running >= 0


def amounts(facts: Facts, deals: Deals, units: Floats, units_without: Floats) -> dict[str, Floats]:
    """The money of every block and week, unrounded: (B, W) each, currency excl. VAT."""
    base, invoice, vat = (facts.column(name) for name in ("base_price", "list_price", "vat"))
    margin = invoice - facts.column("cost")
    keeps = base / (1 + vat) - invoice - facts.column("handling")
    keeps_on_deal = deals.price * (1 - deals.depth) / (1 + vat) - invoice - facts.column("handling")
    variable = deals.per_unit * units
    return {
        "gross_sales": invoice * units,
        "variable_spend": variable,
        "fees": deals.fees + 0.0,
        "profit": margin * units - variable - deals.fees,
        "retailer_profit": keeps_on_deal * units + variable + deals.fees,
        "profit_no_promotion": margin * units_without,
        "retailer_profit_no_promotion": keeps * units_without,
        # Not in weekly.csv, but in the profit and loss.
        "gross_sales_no_promotion": invoice * units_without,
    }


def check_weekly(
    sheet: Sheet,
    facts: Facts,
    deals: Deals,
    events: list[Event],
    units: Floats,
    units_without: Floats,
) -> dict[str, Floats] | None:
    """Compare the file with what it must say, row by row.

    Returns whole cents (B, W) by column: those of the file where it is right and the rounding is
    within a float's error, else what they should be. None where the rows are not the right ones.
    """
    shape = units.shape
    if not _right_rows(sheet, facts, deals, events):
        return None
    for column, expected in (
        ("base_price", deals.price),
        ("shelf_price", deals.price * (1 - deals.depth)),
        ("units", units),
        ("baseline_units", units_without),
    ):
        found = sheet.number(column).reshape(shape)
        far = ~close(found, expected)
        sheet.wrong_where(far.ravel(), column, expected.ravel())
    money = amounts(facts, deals, units, units_without)
    cents = {name: rounded(values) for name, values in money.items()}
    for column in MONEY_COLUMNS:
        found = sheet.money(column).reshape(shape)
        same = found == cents[column]
        may_be = unsure(money[column]) & (np.abs(found - cents[column]) <= 1)
        sheet.wrong_where(~(same | may_be).ravel(), column, cents[column].ravel() / 100)
        cents[column] = np.where(may_be, found, cents[column])
    return cents


def close(found: Floats, expected: Floats) -> NDArray[np.bool_]:
    """Equal to the six decimals that are written; NaN is close to nothing."""
    near: NDArray[np.bool_] = np.abs(found - expected) <= 5.1e-7 + 1e-9 * np.abs(expected)
    return near


def _right_rows(sheet: Sheet, facts: Facts, deals: Deals, events: list[Event]) -> bool:
    blocks, weeks = len(facts.blocks), facts.W
    if len(sheet) != blocks * weeks:
        sheet.findings.fault(sheet.file, None, None, f"{len(sheet)}", f"{blocks * weeks}")
        return False
    names = np.array([facts.tactics[event.tactic] for event in events] + [""], dtype=object)
    return all(
        [
            sheet.same_text("account", np.repeat(facts.blocks["account"], weeks).tolist()),
            sheet.same_text("product", np.repeat(facts.blocks["product"], weeks).tolist()),
            sheet.same_text("week", facts.week_texts * blocks),
            sheet.same_text("tactic", names[deals.running.ravel()].tolist()),
            sheet.same_text("tail", (["0"] * facts.T + ["1"] * facts.tail) * blocks),
        ]
    )
