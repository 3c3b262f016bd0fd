"""What a plan promised, read back from its folder alone: beliefs change, the folder does not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.reports.calendar import HEADER as CALENDAR
from optimizer.reports.weekly import HEADER as WEEKLY
from workspace.faults import Fault, InputError
from workspace.money import Cents, to_cents
from workspace.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Weeks = NDArray[np.datetime64]

CODES = ("event", "account", "product", "tactic", "start_week", "week", "reason")


@dataclass(frozen=True)
class Promised:
    """P pairs by W weeks, horizon then tail. Money excl. VAT, prices incl. VAT, units a week."""

    account: tuple[str, ...]  # (P,)
    product: tuple[str, ...]
    weeks: Weeks  # (W,) Mondays, datetime64[D]
    events: pd.DataFrame  # calendar.csv, and `pair`, `first`: places in the arrays
    base_price: Floats  # (P, W)
    units: Floats  # (P, W)
    baseline: Floats  # (P, W) units with no promotion of ours in the horizon
    gross: Cents  # (P, W)
    variable: Cents  # (P, W)
    fees: Cents  # (P, W)
    profit: Cents  # (P, W)
    depth: Floats  # (P, W) 0 where nothing was planned
    feature: Floats  # (P, W)
    display: Floats  # (P, W)

    @cached_property
    def margin(self) -> Floats:
        """Invoice price less cost, as the plan's own money has it: (P,) currency per unit."""
        before = (self.profit + self.variable + self.fees).sum(axis=1) / 100.0
        return np.asarray(before / self.units.sum(axis=1))

    @cached_property
    def funding(self) -> Floats:
        """Variable spend per unit sold: (P, W), currency."""
        return np.asarray(self.variable / 100.0 / self.units)


def read_promised(folder: Path) -> Promised:
    """The promise of a plan's folder. Raises InputError where a file of it cannot be read."""
    faults: list[Fault] = []
    weekly = _table(folder / "weekly.csv", WEEKLY, faults)
    events = _table(folder / "calendar.csv", CALENDAR, faults)
    if faults or weekly is None or events is None:
        raise InputError(faults)
    weekly = weekly.sort_values(["account", "product", "week"], kind="stable", ignore_index=True)
    pairs = weekly[["account", "product"]].drop_duplicates(ignore_index=True)
    weeks = np.array(sorted(set(weekly["week"])), dtype="datetime64[D]")
    shape = (len(pairs), len(weeks))
    if len(weekly) != shape[0] * shape[1] or not len(weekly):
        expected = Text("one row for each account, product and week")
        raise InputError(
            [Fault(str(folder / "weekly.csv"), None, None, Text("missing rows"), expected)]
        )

    def grid(name: str) -> Floats:
        return weekly[name].to_numpy(dtype=np.float64).reshape(shape)

    events = _placed(events, pairs, weeks, folder / "calendar.csv", faults)
    if faults:
        raise InputError(faults)
    deal = [np.zeros(shape) for _ in range(3)]
    for row in events.to_dict("records"):
        span = slice(int(row["first"]), int(row["first"]) + int(row["weeks"]))
        for cells, name in zip(deal, ("depth", "feature", "display"), strict=True):
            cells[int(row["pair"]), span] = float(row[name])
    return Promised(
        account=tuple(pairs["account"]),
        product=tuple(pairs["product"]),
        weeks=weeks,
        events=events,
        base_price=grid("base_price"),
        units=grid("units"),
        baseline=grid("baseline_units"),
        gross=to_cents(grid("gross_sales")),
        variable=to_cents(grid("variable_spend")),
        fees=to_cents(grid("fees")),
        profit=to_cents(grid("profit")),
        depth=deal[0],
        feature=deal[1],
        display=deal[2],
    )


def _placed(
    events: pd.DataFrame, pairs: pd.DataFrame, weeks: Weeks, path: Path, faults: list[Fault]
) -> pd.DataFrame:
    """The events with `pair` and `first`; a fault for each that the plan's weeks do not have."""
    place = pairs.reset_index(names="pair")
    events = events.merge(place, on=["account", "product"], how="left")
    first = np.array(events["start_week"].tolist(), dtype="datetime64[D]")
    first_week = (first - weeks[0]).astype(np.int64) // 7
    events = events.assign(first=first_week)
    inside = (first_week >= 0) & (first_week + events["weeks"] <= len(weeks))
    whole = events[["depth", "feature", "display"]].notna().all(axis=1)
    known = events["pair"].notna() & inside & whole
    faults.extend(
        Fault(str(path), int(i) + 2, None, str(events["event"][i]), _in_weekly())
        for i in np.flatnonzero(~known.to_numpy())
    )
    return events


def _in_weekly() -> Text:
    return Text("an event of a product and weeks that weekly.csv has")


def _table(path: Path, columns: tuple[str, ...], faults: list[Fault]) -> pd.DataFrame | None:
    """A table of a plan with its columns typed; None with a fault where it is none."""
    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (OSError, ValueError):
        faults.append(Fault(str(path), None, None, Text("no readable table"), _whole_plan()))
        return None
    missing = [name for name in columns if name not in frame.columns]
    faults.extend(
        Fault(str(path), 1, name, Text("no such column"), Text("column {name}", name=name))
        for name in missing
    )
    if missing:
        return None
    for name in columns:
        if name in ("week", "start_week"):
            days = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
            faults.extend(
                Fault(str(path), int(i) + 2, name, repr(frame[name][i]), Text("a date: YYYY-MM-DD"))
                for i in np.flatnonzero(days.isna().to_numpy())
            )
        if name not in CODES:
            cells = pd.to_numeric(frame[name], errors="coerce")
            wrong = np.flatnonzero((cells.isna() & (frame[name] != "")).to_numpy())
            faults.extend(
                Fault(str(path), int(i) + 2, name, repr(frame[name][i]), Text("a number"))
                for i in wrong
            )
            frame[name] = cells
    return frame[list(columns)]


def _whole_plan() -> Text:
    return Text("a plan's folder, as 'plan' or 'evaluate' wrote it")
