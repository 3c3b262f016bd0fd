"""The response that a plan believes in: supplied, estimated before, or estimated now."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from models.fit_key import fit_key
from models.response import Response
from models.response_files import read_response, write_response
from scenarios.fresh_folder import fresh_folder
from workspace.faults import InputError
from workspace.workspace import Workspace

if TYPE_CHECKING:
    from models.fit import Fit

RESULTS = "results"
_TABLES = ("baseline", "lift", "carry", "cross", "rival", "price", "draws")
Progress = Callable[[str, float], None]


def fit_into_results(workspace: Workspace, progress: Progress | None = None) -> Fit:
    """Estimate and write results: response/, the tables, fit.json, each whole or not."""
    from models.fit import fit  # the estimator takes a while to load; most plans need none

    fitted = fit(workspace, progress=progress)
    results = workspace.folder / RESULTS
    report = {
        **fitted.report,
        "key": fit_key(workspace),
        "response_sha256": fitted.response.sha256,
    }
    names = {f"{name}{end}" for name in _TABLES for end in (".csv", ".parquet")}
    with fresh_folder(results / "response", names) as folder:
        write_response(fitted.response, folder, workspace.settings.decimal)
    _replace(results / "decomposition.csv", table_text(fitted.decomposition, workspace))
    _replace(results / "lift_sources.csv", table_text(fitted.events, workspace))
    _replace(results / "outliers.csv", table_text(fitted.outliers, workspace))
    text = json.dumps(report, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    _replace(results / "fit.json", text)
    return fitted


def table_text(table: pd.DataFrame, workspace: Workspace) -> str:
    """A table as CSV with the workspace's decimal mark; with a comma, fields end in semicolons."""
    mark = workspace.settings.decimal
    if mark != ".":
        return table.to_csv(
            index=False, lineterminator="\n", date_format="%Y-%m-%d", decimal=mark, sep=";"
        )
    # pandas takes ten times as long over a million rows.
    week = "week" if "week" in table else "start_week"
    days = table.assign(**{week: table[week].dt.strftime("%Y-%m-%d")})
    stream = io.BytesIO()
    options = csv.WriteOptions(quoting_style="needed", include_header=False)
    csv.write_csv(pa.Table.from_pandas(days, preserve_index=False), stream, options)
    return ",".join(table.columns) + "\n" + stream.getvalue().decode("utf-8")


def response_for(
    workspace: Workspace, given: Path | None, progress: Progress | None = None
) -> tuple[Response, Path]:
    """The response to plan with, and the folder that holds it.

    `given` before the workspace's own `response/`, before an estimate that is up to date, before
    a new estimate. Raises InputError where a supplied one has faults.
    """
    for folder in (given, workspace.response_folder):
        if folder is not None:
            return read_response(folder, workspace), folder
    folder = workspace.folder / RESULTS / "response"
    known = _up_to_date(workspace, folder)
    if known is None:
        known = fit_into_results(workspace, progress).response
    return known, folder


def _up_to_date(workspace: Workspace, folder: Path) -> Response | None:
    """The estimate in results/, if it is of these inputs and nobody has changed it since."""
    try:
        report = json.loads((folder.parent / "fit.json").read_text(encoding="utf-8"))
        if not isinstance(report, dict) or report.get("key") != fit_key(workspace):
            return None
        response = read_response(folder, workspace)
    except (OSError, ValueError, InputError):
        return None
    return response if report.get("response_sha256") == response.sha256 else None


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
