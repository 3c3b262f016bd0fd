"""What must hold inside a response beyond the form of each cell: contract section 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.response_schema import NO_LAG, SCHEMAS
from workspace.faults import Findings
from workspace.nearest import Suggester, quoted
from workspace.schema import Column, Kind, Schema
from workspace.text import Text

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """Where a table came from: the file's name, and the source row of each of its rows (n,)."""

    file: str
    rows: Rows

    @staticmethod
    def of(name: str, frame: pd.DataFrame) -> Source:
        """A frame that came from no file: rows are counted as in a file with a header."""
        return Source(name, np.arange(2, len(frame) + 2, dtype=np.int64))


@dataclass(frozen=True)
class DrawKind:
    """Rows of `draws` that vary one table, told by which key columns are filled."""

    table: str
    keys: tuple[str, ...]  # filled besides account and product
    values: tuple[str, ...]


DRAW_KINDS: tuple[DrawKind, ...] = (
    DrawKind("lift", ("tactic",), ("log_lift", "pressure", "pull")),
    DrawKind("baseline", ("week",), ("units",)),
    DrawKind("cross", ("by_product", "lag"), ("coefficient",)),
    DrawKind("rival", ("by_account", "lag"), ("coefficient",)),
    DrawKind("carry", ("lag",), ("coefficient",)),
    DrawKind("price", (), ("elasticity", "log_baseline")),
)
VALUES = ("units", "log_lift", "pressure", "pull", "coefficient", "elasticity", "log_baseline")


def check_relations(
    frames: Mapping[str, pd.DataFrame], sources: Mapping[str, Source], findings: Findings
) -> None:
    """Report what no single cell shows: effects on oneself, draws of rows that do not exist.

    `frames` have the columns and dtypes of `response_schema` (draws with lags filled); `sources`
    has an entry for each.
    """
    for table, key, other in (
        ("cross", "product", "by_product"),
        ("rival", "account", "by_account"),
    ):
        frame, source = frames[table], sources[table]
        same = (frame[key] == frame[other]).to_numpy()
        findings.fault_rows(
            source.file,
            other,
            source.rows[same],
            lambda _: Text("an effect on itself"),
            Text("another code than in the column {column}", column=key),
        )
    _check_draws(frames, sources, findings)


def draw_kind(draws: pd.DataFrame) -> NDArray[np.int64]:
    """The index in DRAW_KINDS that each row belongs to, -1 where no table has such keys: (n,)."""
    tactic = (draws["tactic"] != "").to_numpy()
    week = draws["week"].notna().to_numpy()
    lag = (draws["lag"] != NO_LAG).to_numpy()
    product = (draws["by_product"] != "").to_numpy()
    account = (draws["by_account"] != "").to_numpy()
    filled = tactic.astype(int) + week + product + account
    kind = np.full(len(draws), -1, dtype=np.int64)
    for index, one in enumerate((tactic, week, product, account)):
        lagged = index >= 2
        kind[one & (filled == 1) & (lagged | ~lag)] = index
    kind[(filled == 0) & lag] = 4
    kind[(filled == 0) & ~lag] = 5
    return kind


def _check_draws(
    frames: Mapping[str, pd.DataFrame], sources: Mapping[str, Source], findings: Findings
) -> None:
    draws, source = frames["draws"], sources["draws"]
    if draws.empty:
        return
    kinds = draw_kind(draws)
    findings.fault_rows(
        source.file,
        None,
        source.rows[kinds == -1],
        lambda _: Text("key columns that no table has together"),
        Text(
            "one of tactic, week, by_product, by_account or none of them, lag without the first two"
        ),
    )
    for index, kind in enumerate(DRAW_KINDS):
        chosen = kinds == index
        if chosen.any():
            rows = Source(source.file, source.rows[chosen])
            _check_draws_of(kind, draws[chosen], rows, frames[kind.table], findings)


def _check_draws_of(
    kind: DrawKind, draws: pd.DataFrame, source: Source, table: pd.DataFrame, findings: Findings
) -> None:
    for name in VALUES:
        given = draws[name].notna().to_numpy()
        if name not in kind.values:
            findings.fault_rows(
                source.file,
                name,
                source.rows[given],
                lambda _: Text("a value"),
                Text("a blank cell in a row that varies {table}", table=kind.table),
            )
    nothing = draws[list(kind.values)].isna().all(axis=1).to_numpy()
    findings.fault_rows(
        source.file,
        kind.values[0],
        source.rows[nothing],
        lambda _: Text("no value"),
        Text("a value in {columns}", columns=", ".join(kind.values)),
    )
    if kind.table == "carry":
        negative = (draws["coefficient"] < 0.0).to_numpy()
        amounts = draws["coefficient"].to_numpy()[negative]
        findings.fault_rows(
            source.file,
            "coefficient",
            source.rows[negative],
            lambda i: repr(float(amounts[i])),
            Text("at least {low}", low=0),
        )
    varies_table = draws[[v for v in kind.values if v != "log_baseline"]].notna().any(axis=1)
    key = ["account", "product", *kind.keys]
    absent = varies_table.to_numpy() & ~_present(draws, table, key)
    findings.fault_rows(
        source.file,
        None,
        source.rows[absent],
        lambda _: Text("a draw of a row that {table} does not have", table=kind.table),
        Text("the key of a row of {table}", table=kind.table),
    )


def _present(rows: pd.DataFrame, table: pd.DataFrame, key: list[str]) -> Bools:
    """Whether each of `rows` has its key in `table`: (n,)."""
    known = table[key].drop_duplicates()
    joined = rows[key].merge(known, on=key, how="left", indicator="found")
    return (joined["found"] == "both").to_numpy(dtype=np.bool_)


def check_cells(schema: Schema, frame: pd.DataFrame, source: Source, findings: Findings) -> None:
    """Report cells out of their column's limits and blanks where none may be.

    For frames made by a program; the readers of files check cells themselves.
    """
    for column in schema.columns:
        wrong = _wrong(column, frame[column.name])
        values = frame[column.name].to_numpy()[wrong]
        _report(findings, source, column.name, wrong, values, _limits(column))


def check_duplicates(
    schema: Schema, frame: pd.DataFrame, source: Source, findings: Findings
) -> None:
    """Report rows whose key stands in an earlier row; blanks are equal to each other."""
    key = list(schema.key)
    by_row = frame[key].iloc[np.argsort(source.rows, kind="stable")]
    again = by_row.duplicated(keep="first").sort_index().to_numpy()
    names = ", ".join(key)
    findings.fault_rows(
        source.file,
        key[-1],
        source.rows[again],
        lambda _: Text("the same {key} as in an earlier row", key=names),
        Text("one row for each {key}", key=names),
    )


def check_codes(
    schema: Schema,
    frame: pd.DataFrame,
    source: Source,
    valid: Mapping[str, frozenset[str]],
    findings: Findings,
) -> None:
    """Report codes that the workspace does not have; `valid` has the codes of each table."""
    for column in schema.columns:
        if column.refers is None or column.refers[0] not in valid:
            continue
        known = valid[column.refers[0]]
        codes = frame[column.name]
        wrong = (~codes.isin([*known, ""])).to_numpy()
        suggest = Suggester(known, ".".join(column.refers))
        values = codes.to_numpy()[wrong]
        _report(findings, source, column.name, wrong, values, suggest)


def _report(
    findings: Findings,
    source: Source,
    column: str,
    wrong: Bools,
    values: NDArray[np.generic],
    expected: Text | Suggester,
) -> None:
    """One fault for each wrong cell; `values` are those cells."""
    findings.fault_rows(
        source.file,
        column,
        source.rows[wrong],
        lambda i: quoted(values[i]),
        lambda i: expected if isinstance(expected, Text) else expected(str(values[i])),
    )


def _wrong(column: Column, cells: pd.Series) -> Bools:
    blank = (cells == "").to_numpy() if column.kind is Kind.CODE else cells.isna().to_numpy()
    wrong = blank & column.required
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        numbers = cells.to_numpy(dtype=np.float64)
        given = ~np.isnan(numbers)
        if column.default is not None:
            given &= numbers != float(column.default)
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        inside = (numbers > low) if column.above else (numbers >= low)
        wrong = wrong | (given & ~(inside & (numbers <= high)))
    return np.asarray(wrong, dtype=np.bool_)


def _limits(column: Column) -> Text:
    if column.kind is Kind.CODE:
        return Text("a code")
    if column.kind is Kind.WEEK:
        return Text("a week")
    if column.above:
        return Text("a number above {low} and at most {high}", low=column.low, high=column.high)
    return Text("a number from {low} to {high}", low=column.low, high=column.high)


def check_frames(frames: Mapping[str, pd.DataFrame], sources: Mapping[str, Source]) -> Findings:
    """All checks of frames made by a program, in one pass."""
    findings = Findings()
    for name, schema in SCHEMAS.items():
        check_cells(schema, frames[name], sources[name], findings)
        check_duplicates(schema, frames[name], sources[name], findings)
    if not findings.faults:
        check_relations(frames, sources, findings)
    return findings
