"""What the optimiser believes about demand: the tables of contract section 3, checked and hashed.

    ln units[a,p,t] = ln baseline[a,p,t] + elasticity[a,p] ln(base price / listed base price)
                    + log_lift[a,p,k(t)] - sum_m carry[a,p,m] pressure[a,p,k(t-m)]
                    + sum_q sum_m cross[a,p,q,m] pull[a,q,k(t-m)]
                    + sum_b sum_m rival[a,b,p,m] pull[b,p,k(t-m)]

with k(t) the tactic that account a runs on product p in week t.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.response_checks import Source, check_frames
from models.response_schema import NO_LAG, SCHEMAS
from workspace.faults import Fault, InputError
from workspace.schema import Kind, Schema
from workspace.text import Text

NOT_WHOLE = -(2**31)


@dataclass(frozen=True)
class Response:
    """Baselines, lifts and what deals take from elsewhere, as canonical frames.

    Every frame has all columns of its schema, is sorted by its key and has a RangeIndex. Codes
    are `str`, weeks `datetime64[s]` Mondays, numbers float64, `lag` and `draw` int64. Units are
    consumer units per week; all effects are in ln units, so they have no currency or tax basis.
    In `draws` what does not apply is "", NaT, -1 (lag) or NaN. `sha256` names the content: it
    does not depend on the order of rows or on the format of files.
    """

    baseline: pd.DataFrame  # account, product, week, units (> 0)
    lift: pd.DataFrame  # account, product, tactic, log_lift, pressure, pull (both >= 0)
    carry: pd.DataFrame  # account, product, lag (>= 1), coefficient (>= 0)
    cross: pd.DataFrame  # account, product, by_product, coefficient, lag
    rival: pd.DataFrame  # account, by_account, product, coefficient, lag
    price: pd.DataFrame  # account, product, elasticity of the base price
    draws: pd.DataFrame  # draw, the keys above, the values above, log_baseline
    sha256: str

    @staticmethod
    def of(**frames: pd.DataFrame) -> Response:
        """A response from some of its tables; absent ones mean zero.

        Keywords are names of tables. Raises InputError with every fault found, named after the
        table, with rows counted from 2 as in a file that starts with a header.
        """
        unknown = sorted(set(frames) - set(SCHEMAS))
        if unknown:
            raise TypeError(f"a response has no table {unknown[0]!r}")
        shaped = {
            name: shape_frame(schema, frames.get(name, pd.DataFrame()))
            for name, schema in SCHEMAS.items()
        }
        sources = {name: Source.of(name, frame) for name, frame in shaped.items()}
        findings = check_frames(shaped, sources)
        if findings.faults:
            raise InputError(findings.faults)
        return Response.trusted(shaped)

    @staticmethod
    def trusted(frames: Mapping[str, pd.DataFrame]) -> Response:
        """A response from all its tables, already shaped (`shape_frame`) and checked."""
        canonical = {
            name: frames[name].sort_values(list(schema.key), ignore_index=True)
            for name, schema in SCHEMAS.items()
        }
        return Response(**canonical, sha256=_hash(canonical))

    @property
    def tail(self) -> int:
        """The longest lag in carry, cross or rival, in weeks: how far a deal is felt."""
        longest = [int(t["lag"].max()) for t in (self.carry, self.cross, self.rival) if len(t)]
        return max(longest, default=0)

    def __str__(self) -> str:
        pairs = len(self.baseline[["account", "product"]].drop_duplicates())
        draws = int(self.draws["draw"].nunique())
        return f"response of {pairs} pairs, {len(self.lift)} lifts, {draws} draws"


def shape_frame(schema: Schema, frame: pd.DataFrame) -> pd.DataFrame:
    """All columns of the schema in order with their dtypes, defaults and blanks filled.

    Raises InputError where a required column of a frame with rows is missing.
    """
    missing = [name for name in schema.required if len(frame) and name not in frame.columns]
    if missing:
        raise InputError(
            Fault(schema.name, 1, name, Text("no such column"), Text("column {name}", name=name))
            for name in missing
        )
    shaped: dict[str, pd.Series] = {}
    for column in schema.columns:
        cells = (
            frame[column.name].reset_index(drop=True)
            if column.name in frame.columns
            else pd.Series([None] * len(frame), dtype="object")
        )
        if column.kind is Kind.CODE:
            shaped[column.name] = cells.astype("str").where(cells.notna(), "").astype("str")
        elif column.kind is Kind.WEEK:
            shaped[column.name] = pd.to_datetime(cells).astype("datetime64[s]")
        else:
            numbers = pd.to_numeric(cells).astype("float64")
            if column.default is not None:
                numbers = numbers.fillna(float(column.default))
            if column.kind is Kind.WHOLE:
                # What is no whole number becomes one outside every limit, to be reported.
                whole = numbers.where(numbers % 1.0 == 0.0, NOT_WHOLE)
                shaped[column.name] = whole.astype("int64")
            else:
                # Adding zero turns -0.0 into 0.0, so that equal numbers have equal bytes.
                shaped[column.name] = numbers + 0.0
    result = pd.DataFrame(shaped)
    return fill_blanks(schema.name, result)


def fill_blanks(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Blanks that another cell decides: pull is pressure, the lag of a cross draw is 0."""
    if table == "lift":
        return frame.assign(pull=frame["pull"].fillna(frame["pressure"]))
    if table == "draws":
        elsewhere = (frame["by_product"] != "") | (frame["by_account"] != "")
        blank = elsewhere & (frame["lag"] == NO_LAG)
        return frame.assign(lag=frame["lag"].mask(blank, 0).astype("int64"))
    return frame


def _hash(frames: Mapping[str, pd.DataFrame]) -> str:
    """sha256 over the canonical frames: codes by value, numbers by their bytes."""
    digest = hashlib.sha256()
    for name, schema in SCHEMAS.items():
        frame = frames[name]
        digest.update(f"{name}:{len(frame)}\n".encode())
        for column in schema.columns:
            cells = frame[column.name]
            if column.kind is Kind.CODE:
                index, codes = pd.factorize(cells, sort=True)
                digest.update("\x1f".join(codes).encode())
                digest.update(index.astype("<i8").tobytes())
            elif column.kind is Kind.NUMBER:
                numbers = cells.to_numpy(dtype="<f8")
                digest.update(np.where(np.isnan(numbers), np.nan, numbers).tobytes())
            else:
                digest.update(cells.to_numpy().astype("<i8").tobytes())
    return digest.hexdigest()
