"""Tactics against the law of the workspace's country: notes, never faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from workspace.checks.listings import looked_up
from workspace.columns import Bools
from workspace.faults import Findings
from workspace.law import DEPTH_LIMITS, PRICE_FLOORS, DepthLimit, PriceFloor
from workspace.settings import Settings
from workspace.table import Table
from workspace.text import Text

ROUNDING = 1e-9


def check_law(tables: Mapping[str, Table], settings: Settings | None, findings: Findings) -> None:
    """Note tactics deeper than the law allows, or that bring shelf prices below its floor.

    Whether goods are food is not known here, so every limit that could apply is named. A rule is
    compared with the last week of history, not with today: results must not depend on the clock.
    """
    if settings is None or "tactics" not in tables:
        return
    today = _last_week(tables, settings)
    for limit in DEPTH_LIMITS:
        if limit.country == settings.country:
            _note_depth(limit, today, tables["tactics"], findings)
    if "listings" not in tables or "accounts" not in tables:
        return
    for floor in PRICE_FLOORS:
        if floor.country == settings.country:
            _note_floor(floor, today, tables, findings)


def _last_week(tables: Mapping[str, Table], settings: Settings) -> date:
    """The last week of history: as declared, or else of the sales."""
    if settings.history.last is not None or "sales" not in tables:
        return settings.history_to
    weeks = tables["sales"].weeks("week")
    known = weeks[~np.isnat(weeks)]
    return date.fromisoformat(str(known.max())) if known.size else settings.history_to


def _dated(message: Text, last: date | None, today: date) -> Text:
    """The message; once its law may have ended, as a reminder."""
    if last is None or today <= last:
        return message
    return Text("check the law, known until {last}: {message}", last=last, message=message)


def _note_depth(limit: DepthLimit, today: date, tactics: Table, findings: Findings) -> None:
    for i in np.flatnonzero(tactics.numbers("depth") > limit.deepest + ROUNDING):
        message = Text(
            "the deepest lawful cut for {goods} is {deepest:.0%} ({source})",
            goods=limit.goods,
            deepest=limit.deepest,
            source=limit.source,
        )
        row = int(tactics.rows[i])
        findings.note(tactics.file, row, "depth", _dated(message, limit.last, today))


def _note_floor(
    floor: PriceFloor, today: date, tables: Mapping[str, Table], findings: Findings
) -> None:
    """Note each tactic that brings listings of its selection below the floor."""
    listings, tactics = tables["listings"], tables["tactics"]
    vat = looked_up(listings.words("account"), tables["accounts"], "account", "vat_rate")
    net = listings.numbers("base_price") / (1.0 + vat)
    lowest = listings.numbers("list_price") * floor.multiple
    for i, depth in enumerate(tactics.numbers("depth")):
        below = _selected(tactics, i, tables) & (net * (1.0 - depth) < lowest * (1.0 - ROUNDING))
        if below.any():
            message = Text(
                "brings {count} listings below {multiple:.0%} of the invoice price ({source})",
                count=int(below.sum()),
                multiple=floor.multiple,
                source=floor.source,
            )
            row = int(tactics.rows[i])
            findings.note(tactics.file, row, "depth", _dated(message, floor.last, today))


def _selected(tactics: Table, i: int, tables: Mapping[str, Table]) -> Bools:
    """Which listings the selectors of a tactic's row take in: shape (listings,)."""
    listings, products = tables["listings"], tables.get("products")
    found: Bools = np.ones(len(listings), dtype=np.bool_)
    for name in ("account", "product"):
        wanted = tactics.words(name).at(i)
        if wanted:
            found &= listings.words(name).among({wanted})
    brand = tactics.words("brand").at(i)
    if brand and products is not None:
        members = np.flatnonzero(products.words("brand").among({brand}))
        codes = products.words("product")
        found &= listings.words("product").among({codes.at(int(j)) for j in members})
    return found
