"""A tiny instance without the way over the disk, for thousands of them.

`test_tiny` holds these against the folders that `load`, `read_response` and `read_scenario` read:
the hashes of the content must be the same.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from models.response import Response, fill_blanks
from models.response_schema import SCHEMAS
from optimizer.spec import Spec
from tests.oracle.instance import FIRST_WEEK, Row, Tiny
from tests.oracle.tiny import tiny
from workspace.schema import TABLES, Column, Kind, Schema
from workspace.settings import Settings
from workspace.workspace import Workspace


def tiny_inputs(seed: int, *, draws: int = 0) -> tuple[Workspace, Response, Spec]:
    """Workspace, response and scenario of a seed, as if read from its folder."""
    return inputs_of(tiny(seed, draws=draws))


def inputs_of(instance: Tiny) -> tuple[Workspace, Response, Spec]:
    """Workspace, response and scenario of an instance, as if read from its folder."""
    return _workspace(instance), _response(instance), _spec(instance)


def _workspace(instance: Tiny) -> Workspace:
    frames = {}
    for name, schema in TABLES.items():
        frame = frame_of(schema, instance.tables.get(name, []))
        frames[name] = frame.sort_values(list(schema.key), ignore_index=True)
    weeks = frames["sales"]["week"].to_numpy().astype("datetime64[D]")
    settings = Settings(name="tiny", currency="EUR", country="ES").over(weeks.min(), weeks.max())
    return Workspace(folder=Path("tiny"), settings=settings, **frames)


def _response(instance: Tiny) -> Response:
    frames = {
        name: fill_blanks(name, frame_of(schema, instance.response.get(name, [])))
        for name, schema in SCHEMAS.items()
    }
    return Response.trusted(frames)


def _spec(instance: Tiny) -> Spec:
    return Spec.model_validate(
        {
            "scenario": "tiny",
            "horizon": {"first_week": FIRST_WEEK.isoformat(), "weeks": instance.weeks},
            "guardrails": instance.guardrails,
            "solver": {"gap": 0.0, "seconds": 30, "seed": 1},
            **instance.scenario,
        }
    )


def frame_of(schema: Schema, rows: list[Row]) -> pd.DataFrame:
    """All columns of a schema from rows of plain values; "" is a blank."""
    return pd.DataFrame({column.name: _series(column, rows) for column in schema.columns})


def _series(column: Column, rows: list[Row]) -> pd.Series:
    default = column.default
    blank = "" if default is None else default
    cells = [row.get(column.name, "") for row in rows]
    cells = [blank if cell == "" else cell for cell in cells]
    if column.kind in (Kind.CODE, Kind.TEXT, Kind.CHOICE):
        return pd.Series([str(cell) for cell in cells], dtype="str")
    if column.kind in (Kind.WEEK, Kind.DAY):
        days = np.array([str(cell) or "NaT" for cell in cells], dtype="datetime64[s]")
        return pd.Series(days, dtype="datetime64[s]")
    numbers = np.array([np.nan if cell == "" else float(str(cell)) for cell in cells], dtype=float)
    if column.kind is Kind.NUMBER:
        return pd.Series(numbers + 0.0)
    return pd.Series(numbers.astype(np.int64))
