"""A response as a folder of tables: written by `fit`, or supplied by the user."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from models.response import Response, fill_blanks, shape_frame
from models.response_checks import Source, check_codes, check_duplicates, check_relations
from models.response_schema import NEEDED, NO_LAG, SCHEMAS
from workspace.faults import Findings, InputError
from workspace.frames import frame_of, sort_order
from workspace.nearest import nearest, quoted
from workspace.schema import Kind, Schema
from workspace.table import typed
from workspace.tables import read_raw
from workspace.text import Text
from workspace.workspace import Workspace

SUFFIXES = (".csv", ".parquet")
# The one table that grows with the number of draws; the others are for people too.
IN_PARQUET = "draws"


def write_response(response: Response, folder: Path, decimal: str = ".") -> None:
    """Write every table that has rows: CSV, draws as Parquet. The same response, the same bytes.

    Floats are written with the fewest digits that give the same float back. `decimal` is the mark
    that the workspace declares: with "," the separator is ";". Tables of an earlier response in
    `folder` are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        for suffix in SUFFIXES:
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
        frame: pd.DataFrame = getattr(response, name)
        if frame.empty:
            continue
        if name == IN_PARQUET:
            _varying(frame).to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
        else:
            frame.to_csv(
                folder / f"{name}.csv",
                index=False,
                lineterminator="\n",
                date_format="%Y-%m-%d",
                decimal=decimal,
                sep=";" if decimal == "," else ",",
            )


def _varying(draws: pd.DataFrame) -> pd.DataFrame:
    """The draws with blanks as nulls, without the columns that are blank in every row."""
    shown = draws.assign(lag=draws["lag"].astype("Int64").mask(draws["lag"] == NO_LAG))
    for column in SCHEMAS[IN_PARQUET].columns:
        if column.kind is Kind.CODE:
            shown[column.name] = shown[column.name].mask(shown[column.name] == "")
    return shown.dropna(axis="columns", how="all")


def read_response(folder: Path, workspace: Workspace) -> Response:
    """Read a response, ours or the user's: `NAME.csv` or `NAME.parquet` for each table.

    Raises InputError with every fault found, by file and row: unknown codes (tactics only where
    the workspace has any), numbers out of their limits, rows that are there twice, draws of rows
    that are not there, tables that no response has.
    """
    findings = Findings()
    frames: dict[str, pd.DataFrame] = {}
    sources: dict[str, Source] = {}
    paths = _paths(folder, findings)
    valid = _codes(workspace)
    decimal = workspace.settings.decimal
    for name, schema in SCHEMAS.items():
        frames[name], sources[name] = _read(paths.get(name), schema, decimal, findings)
        check_duplicates(schema, frames[name], sources[name], findings)
        check_codes(schema, frames[name], sources[name], valid, findings)
    if not findings.faults:
        check_relations(frames, sources, findings)
    if findings.faults:
        raise InputError(findings.faults)
    return Response.trusted(frames)


def _paths(folder: Path, findings: Findings) -> dict[str, Path]:
    """The file of each table; faults where one is missing, there twice, or unknown."""
    if not folder.is_dir():
        findings.fault(folder.name, None, None, Text("no such folder"), Text("a response"))
        return {}
    paths: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in SUFFIXES:
            continue
        if path.stem not in SCHEMAS:
            match = nearest(path.stem, SCHEMAS)
            names = quoted(match) if match else ", ".join(SCHEMAS)
            expected = Text("a table of a response: {names}", names=names)
            findings.fault(path.name, None, None, Text("an unknown table"), expected)
        elif path.stem in paths:
            findings.fault(
                path.name,
                None,
                None,
                Text("the table twice, also in {file}", file=paths[path.stem].name),
                Text("each table once"),
            )
        else:
            paths[path.stem] = path
    for name in NEEDED:
        if name not in paths:
            findings.fault(f"{name}.csv", None, None, Text("no such file"), Text("a table"))
    return paths


def _codes(workspace: Workspace) -> dict[str, frozenset[str]]:
    codes = {
        "accounts": frozenset(workspace.accounts["account"]),
        "products": frozenset(workspace.products["product"]),
    }
    if len(workspace.tactics):
        codes["tactics"] = frozenset(workspace.tactics["tactic"])
    return codes


def _read(
    path: Path | None, schema: Schema, decimal: str, findings: Findings
) -> tuple[pd.DataFrame, Source]:
    """The canonical frame of one table and where its rows stand; empty where there is no file."""
    raw = None if path is None else read_raw(path, schema, findings)
    if raw is None:
        empty = shape_frame(schema, pd.DataFrame())
        return empty, Source(schema.name, np.zeros(0, dtype=np.int64))
    table = typed(raw, schema, decimal, findings)
    order = sort_order(table)
    frame = frame_of(table, order)
    return fill_blanks(schema.name, frame), Source(raw.file, table.rows[order])
