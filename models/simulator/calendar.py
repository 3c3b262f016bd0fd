"""A calendar as the simulator reads it: events looked up in the truth and the tactics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.simulator.truth import Deals, Truth
from workspace.faults import Fault, InputError
from workspace.schema import Schema, code, week, whole
from workspace.tables import read_frame
from workspace.text import Text
from workspace.weeks import week_index
from workspace.workspace import Workspace

CALENDAR = Schema(
    "calendar",
    (
        code("account", required=True),
        code("product", required=True),
        code("tactic", required=True),
        week("start_week", required=True),
        whole("weeks", low=1.0, high=520.0),
    ),
    key=("account", "product", "start_week"),
    open=True,
)


@dataclass(frozen=True)
class Run:
    """One event. Indices into the truth's accounts and products; weeks count from the future's."""

    account: int
    product: int
    start: int
    weeks: int
    row: int  # of the workspace's `tactics`: the terms that hold


def read_calendar(path: Path, truth: Truth, workspace: Workspace) -> tuple[Run, ...]:
    """The events of a calendar file. Raises InputError with every event that cannot be."""
    faults: list[Fault] = []
    frame = read_frame(path, CALENDAR, workspace.settings.decimal, faults)
    if frame is None or faults:
        raise InputError(faults)
    return runs_of(frame, truth, workspace, path.name)


def runs_of(
    events: pd.DataFrame, truth: Truth, workspace: Workspace, file: str = "calendar.csv"
) -> tuple[Run, ...]:
    """The events of a frame (account, product, tactic, start_week, weeks).

    Rows of faults count from 2 in the order of the frame.
    """
    runs: list[Run] = []
    faults: list[Fault] = []
    taken = np.zeros((*truth.listed_price.shape, len(truth.weeks)), dtype=np.bool_)
    columns = ["account", "product", "tactic", "start_week", "weeks"]
    for i, values in enumerate(events[columns].itertuples(index=False, name=None)):
        event: dict[str, object] = dict(zip(columns, values, strict=True))
        run = _run_of(event, truth, workspace)
        at = None if run is None else taken[run.account, run.product, run.start :][: run.weeks]
        if run is None or at is None or at.any():
            found = ", ".join(str(event[name]) for name in columns)
            expected = Text(
                "one of our products, an account and a tactic of the market, in weeks after its"
                " history that no other event takes"
            )
            faults.append(Fault(file, i + 2, None, found, expected))
            continue
        at[:] = True
        runs.append(run)
    if faults:
        raise InputError(faults)
    return tuple(runs)


def _run_of(event: dict[str, object], truth: Truth, workspace: Workspace) -> Run | None:
    """The event in indices; None where the market does not have it."""
    account, product = str(event["account"]), str(event["product"])
    if account not in truth.accounts or product not in truth.products:
        return None
    row = _terms_row(workspace, account, product, str(event["tactic"]))
    a, p = truth.accounts.index(account), truth.products.index(product)
    day = np.datetime64(str(event["start_week"])[:10], "D")
    start = int(week_index(np.array([day]), truth.weeks[truth.history])[0])
    weeks = int(str(event["weeks"]))
    inside = start >= 0 and start + weeks <= len(truth.weeks) - truth.history
    if row is None or not truth.own[p] or not inside:
        return None
    return Run(a, p, start, weeks, row)


def _terms_row(workspace: Workspace, account: str, product: str, tactic: str) -> int | None:
    """The most specific row of `tactics`: most selectors, then product before account, brand."""
    products = workspace.products
    brand = "".join(products.loc[products["product"] == product, "brand"])
    table = workspace.tactics
    fits = table["tactic"] == tactic
    rank = np.zeros(len(table))
    for column, value, weight in (
        ("product", product, 14),
        ("account", account, 12),
        ("brand", brand, 11),
    ):
        fits &= table[column].isin(["", value])
        rank += weight * (table[column] != "")
    if not fits.any():
        return None
    return int(np.where(fits, rank, -1.0).argmax())


def deals_of(truth: Truth, quiet: Deals, runs: tuple[Run, ...], tactics: pd.DataFrame) -> Deals:
    """The deals of `quiet` with those of the runs put on top."""
    parts = [quiet.depth.copy(), quiet.feature.copy(), quiet.display.copy()]
    for run in runs:
        first = truth.history + run.start
        for part, column in zip(parts, ("depth", "feature", "display"), strict=True):
            value = tactics[column].iloc[run.row]
            part[run.account, run.product, first : first + run.weeks] = value
    return Deals(*parts)
