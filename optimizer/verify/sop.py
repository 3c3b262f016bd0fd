"""`sop.csv`: volumes by product and week counted again, on the best estimate and on every draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, isnan

import numpy as np
from numpy.typing import NDArray

from optimizer.verify.books import Books
from optimizer.verify.chance import Spread
from optimizer.verify.grouped import by_product
from optimizer.verify.reading import Sheet
from optimizer.verify.weekly import close
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]

SOP = (
    "product",
    "week",
    "units",
    "units_p50",
    "units_p90",
    "baseline_units",
    "promotion_units",
    "promoted_units",
    "accounts",
    "bought_ahead",
    "available",
    "short_risk",
    "peak",
    "lead_time_weeks",
    "know_by",
    "late",
    "tail",
)
EPSILON = 1e-6  # of what there is, as for the rule of supply
NEAR = 1e-9  # relative: floats cannot tell which side of a threshold a number is on


@dataclass(frozen=True)
class Volume:
    """Units by product (sorted) and week: (N, W); `drawn` (D, N, W), D = 0 without draws."""

    products: list[str]
    units: Floats
    baseline: Floats
    promoted: Floats
    accounts: Floats
    ahead: Floats
    drawn: Floats


def check_sop(
    sheet: Sheet, workspace: Workspace, books: Books, without: Floats, spread: Spread | None
) -> None:
    """Every cell of sop.csv; `without` (B, W): units without the plan's events."""
    facts = books.facts
    volume = _volume(books, without, spread)
    names = [product for product in volume.products for _ in range(facts.W)]
    if len(sheet) != len(names):
        told = Text("{count} rows", count=len(names))
        sheet.findings.fault(sheet.file, None, None, Text("{count} rows", count=len(sheet)), told)
        return
    sheet.same_text("product", names)
    sheet.same_text("week", facts.week_texts * len(volume.products))
    sheet.same_text("tail", (["0"] * facts.T + ["1"] * facts.tail) * len(volume.products))
    there, risk = _supplied(workspace, books, volume)
    leads = _leads(workspace, volume.products)
    blank = np.full(volume.units.shape, np.nan)
    low, high = (
        np.quantile(volume.drawn, level, axis=0) if len(volume.drawn) else blank
        for level in (0.5, 0.9)
    )
    for column, expected in (
        ("units", volume.units),
        ("units_p50", low),
        ("units_p90", high),
        ("baseline_units", volume.baseline),
        ("promotion_units", volume.units - volume.baseline),
        ("promoted_units", volume.promoted),
        ("accounts", volume.accounts),
        ("bought_ahead", volume.ahead),
        ("available", there),
        ("short_risk", risk),
        ("lead_time_weeks", np.repeat(leads[:, None], facts.W, axis=1)),
    ):
        found = sheet.number(column, blank=True)
        right = close(found, expected.ravel()) | (np.isnan(found) & np.isnan(expected.ravel()))
        sheet.wrong_where(~right, column, expected.ravel())
    _check_peaks(sheet, workspace, books, volume, there, risk)
    known = [_told_by(day, lead) for lead in leads.tolist() for day in facts.week_texts]
    sheet.same_text("know_by", known)
    first = facts.week_texts[0]
    sheet.same_text("late", [day and str(int(day < first)) for day in known])


def _volume(books: Books, without: Floats, spread: Spread | None) -> Volume:
    facts, promoted = books.facts, books.deals.promoted
    forward = np.zeros(books.units.shape)
    buys = facts.blocks["forward_buy"].tolist()
    for event in books.events:
        if facts.terms[event.block, event.tactic].funding == "off_invoice":
            forward[event.block, event.start : event.start + event.weeks] = buys[event.block]
    of = facts.blocks["product"].tolist()
    names, units = by_product(of, books.units)
    return Volume(
        names,
        units,
        by_product(of, without)[1],
        by_product(of, books.units * promoted)[1],
        by_product(of, promoted.astype(np.float64))[1],
        by_product(of, books.units * forward)[1],
        np.zeros((0, *units.shape)) if spread is None else spread.units,
    )


def _supplied(workspace: Workspace, books: Books, volume: Volume) -> tuple[Floats, Floats]:
    """Available on the best estimate, and the share of draws that run short, NaN where unlimited.

    Every product is walked week by week, best estimate and draws as one column of stocks.
    """
    facts = books.facts
    there, risk = (np.full(volume.units.shape, np.nan) for _ in range(2))
    every = np.concatenate([volume.units[None], volume.drawn])
    for n, product in enumerate(volume.products):
        mine = workspace.supply[workspace.supply["product"] == product]
        rows = {
            facts.week_number(str(day)[:10]): (float(units), float(share))
            for day, units, share in zip(
                mine["week"], mine["units"], mine["carry_over"], strict=True
            )
        }
        left = np.zeros(len(every))
        for week in range(facts.T):
            if week not in rows:
                left[:] = 0.0
                continue
            arrives, share = rows[week]
            stocks = arrives + left
            used = every[:, n, week]
            left = share * np.clip(stocks - used, 0.0, None)
            there[n, week] = stocks[0]
            if len(every) > 1:
                out = used > stocks + EPSILON * np.maximum(1.0, stocks)
                risk[n, week] = out[1:].sum() / (len(every) - 1)
    return there, risk


def _check_peaks(
    sheet: Sheet, workspace: Workspace, books: Books, volume: Volume, there: Floats, risk: Floats
) -> None:
    peaks, horizon = workspace.settings.peaks, books.facts.T
    usual = peaks.high * volume.baseline[:, :horizon].mean(axis=1, keepdims=True)
    limit = there + EPSILON * np.maximum(1.0, there)
    short, tight = volume.units > limit, risk > peaks.risk
    words = np.select(
        [short, tight, volume.units >= usual], ["short", "tight", "high"], default=""
    ).ravel()
    near = ~short & ~tight & (np.abs(volume.units - usual) <= NEAR * usual)
    told = np.array(sheet.text("peak"), dtype=np.object_)
    either = near.ravel() & np.isin(told, ["", "high"])
    words = np.where(either, told, words)
    sheet.same_text("peak", words.tolist())


def _leads(workspace: Workspace, products: list[str]) -> Floats:
    table = workspace.products
    leads = dict(zip(table["product"], table["lead_time_weeks"], strict=True))
    return np.array([leads[product] for product in products], dtype=np.float64)


def _told_by(day: str, lead: float) -> str:
    """The Monday so many whole weeks before; "" where nobody has said how many."""
    if isnan(lead):
        return ""
    return (date.fromisoformat(day) - timedelta(weeks=ceil(lead))).isoformat()
