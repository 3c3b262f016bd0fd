"""A second opinion on canonical frames: pandera checks that they are what their schema promises.

The readers and parsers are our own, for their speed and for the row of every fault; everything
later trusts the frames they make, which `workspace.promises` looks at before they travel. Where
somebody asks whether all is well (`tradewind check`) a library that shares no code with either
looks at columns, dtypes, ranges, blanks and keys once more. It takes a while to load, which is why
plans do without it; tests hold the two against each other.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from workspace.promises import DTYPES, BrokenPromiseError
from workspace.schema import Column, Kind, Schema


def agree(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The same frame, once it is sure to have the schema's columns, dtypes, ranges and key.

    Raises BrokenPromiseError with the first cases that fail.
    """
    for column in schema.columns:
        if column.name in frame and str(frame[column.name].dtype) != DTYPES[column.kind]:
            raise BrokenPromiseError(f"{schema.name}: dtype of {column.name}")
    try:
        _promise(schema).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.head(5).to_string()
        raise BrokenPromiseError(f"{schema.name}:\n{cases}") from errors
    return frame


@cache
def _promise(schema: Schema) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {column.name: _column(column) for column in schema.columns},
        strict=not schema.open,
        ordered=not schema.open,
        unique=list(schema.key) or None,
        index=pa.Index("int64"),
    )


def _column(column: Column) -> pa.Column:
    checks = []
    if column.low is not None:
        checks.append(pa.Check.gt(column.low) if column.above else pa.Check.ge(column.low))
    if column.high is not None:
        checks.append(pa.Check.lt(column.high) if column.below else pa.Check.le(column.high))
    if column.kind is Kind.CHOICE:
        checks.append(pa.Check.isin(column.choices))
    if column.kind is Kind.CODE and column.required:
        checks.append(pa.Check.ne(""))
    if column.kind is Kind.WEEK:
        checks.append(pa.Check(lambda weeks: weeks.dt.day_of_week == 0, name="a Monday"))
    blank = not column.required and column.kind in (Kind.NUMBER, Kind.WEEK, Kind.DAY)
    # dtypes were compared already: pandera takes objects for text, and any unit of time.
    return pa.Column(None, checks, nullable=blank and column.default is None)
