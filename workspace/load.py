"""A folder read, checked and typed in one pass: the door through which all facts come in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workspace.checks.claims import check_claims
from workspace.checks.duplicates import check_duplicates
from workspace.checks.events import check_events
from workspace.checks.legal import check_law
from workspace.checks.listings import check_listings
from workspace.checks.products import check_products
from workspace.checks.references import check_references
from workspace.checks.sales import check_sales, in_history
from workspace.checks.selections import check_budgets, check_selectors, check_tactics
from workspace.faults import Fault, Findings, InputError
from workspace.folder import read_folder
from workspace.frames import frame_of, sort_order
from workspace.promises import keep_promise
from workspace.schema import NEEDED, NEEDED_TO_PLAN, WORKSPACE
from workspace.settings import Settings, read_settings
from workspace.table import Table
from workspace.text import Text
from workspace.workspace import Workspace

RESPONSE = "response"


def load(folder: Path, planning: bool = False) -> Workspace:
    """Read and check a workspace.

    `planning` also requires listings, tactics and at least one budget. Raises InputError with
    everything that is wrong, in all files, in one pass. Nothing is written.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError([Fault(str(folder), None, None, Text("no folder"), Text("a workspace"))])
    bad_settings: list[Fault] = []
    settings, decimal = read_settings(folder, bad_settings)
    findings = Findings()
    needed = (*NEEDED, *NEEDED_TO_PLAN) if planning else NEEDED
    try:
        tables = read_folder(folder, decimal, needed, findings)
    except OSError as error:
        problem = Text("a folder that cannot be read ({problem})", problem=str(error.strerror))
        raise InputError([Fault(str(folder), None, None, problem, Text("a workspace"))]) from error
    check(tables, settings, needed, findings)
    faults = [*bad_settings, *findings.faults]
    if faults or settings is None:
        raise InputError(faults)
    return _workspace(folder, settings, tables, findings)


def check(
    tables: Mapping[str, Table],
    settings: Settings | None,
    needed: tuple[str, ...],
    findings: Findings,
) -> None:
    """All that must hold within and between tables; adds faults and notes to `findings`."""
    for name, table in tables.items():
        if name in needed and not len(table):
            findings.fault(table.file, None, None, Text("no rows"), Text("at least one row"))
        check_duplicates(table, findings)
    check_references(tables, findings)
    check_products(tables, findings)
    check_sales(tables, settings, findings)
    check_listings(tables, findings)
    check_tactics(tables, findings)
    check_budgets(tables, findings)
    check_selectors(tables, findings)
    check_events(tables, findings)
    check_claims(tables, findings)
    check_law(tables, settings, findings)


def _workspace(
    folder: Path, settings: Settings, tables: Mapping[str, Table], findings: Findings
) -> Workspace:
    frames: dict[str, pd.DataFrame] = {}
    rows: dict[str, NDArray[np.int64]] = {}
    files: dict[str, str] = {}
    for schema in WORKSPACE:
        table = tables.get(schema.name) or Table.empty(schema)
        order = sort_order(table)
        if schema.name == "sales":
            order = order[in_history(table.weeks("week"), settings)[order]]
        frames[schema.name] = keep_promise(frame_of(table, order), schema)
        rows[schema.name] = table.rows[order]
        rows[schema.name].setflags(write=False)
        files[schema.name] = table.file
    weeks = frames["sales"]["week"].to_numpy().astype("datetime64[D]")
    response = folder / RESPONSE
    return Workspace(
        folder=folder,
        settings=settings.over(weeks.min(), weeks.max()),
        **frames,
        response_folder=response if response.is_dir() else None,
        notes=findings.notes,
        files=files,
        rows=rows,
    )
