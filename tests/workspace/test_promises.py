from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.workspaces import small_tables, write_workspace
from workspace import load
from workspace.promises import BrokenPromiseError, keep_promise
from workspace.schema import TABLES, Kind
from workspace.second_opinion import agree

LOOK = [keep_promise, agree]


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return load(write_workspace(tmp_path_factory.mktemp("w"), small_tables())).sales


Look = Callable[[pd.DataFrame, object], pd.DataFrame]


@pytest.mark.parametrize("look", LOOK)
def test_a_kept_promise(sales: pd.DataFrame, look: Look) -> None:
    assert look(sales, TABLES["sales"]) is sales


@pytest.mark.parametrize("look", LOOK)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: f.assign(units=f["units"] - 1000),
        lambda f: f.assign(price=f["price"] * 0),
        lambda f: f.assign(price=np.nan),
        lambda f: f.assign(feature=f["feature"] + 0.5),
        lambda f: f.assign(stockout=f["stockout"].astype(float)),
        lambda f: f.assign(week=f["week"] + pd.Timedelta(days=1)),
        lambda f: f.assign(week=f["week"].astype("datetime64[ns]")),
        lambda f: f.assign(account=f["account"].astype(object)),
        lambda f: f.assign(account=""),
        lambda f: f.assign(more=1),
        lambda f: f.drop(columns="display"),
        lambda f: f[list(f.columns)[::-1]],
        lambda f: pd.concat([f, f.head(1)], ignore_index=True),
    ],
)
def test_broken_ones(
    sales: pd.DataFrame, spoil: Callable[[pd.DataFrame], pd.DataFrame], look: Look
) -> None:
    with pytest.raises(BrokenPromiseError, match="sales"):
        look(spoil(sales.copy()), TABLES["sales"])


@pytest.mark.parametrize("look", LOOK)
def test_words_are_looked_at(tmp_path: Path, look: Look) -> None:
    budgets = load(write_workspace(tmp_path, small_tables())).budgets
    with pytest.raises(BrokenPromiseError, match="budgets"):
        look(budgets.assign(kind="none"), TABLES["budgets"])


def broken(look: Look, frame: pd.DataFrame, name: str) -> bool:
    try:
        look(frame, TABLES[name])
    except BrokenPromiseError:
        return True
    return False


def test_both_opinions_are_the_same_of_every_column_spoilt_in_every_way(tmp_path: Path) -> None:
    workspace = load(write_workspace(tmp_path, small_tables()))
    told = {True: 0, False: 0}
    for name, schema in TABLES.items():
        frame = workspace.table(name)
        if frame.empty:
            continue
        for column in schema.columns:
            for value in spoilt(column.kind):
                cells = frame[column.name].copy()
                cells.iloc[0] = value
                other = frame.assign(**{column.name: cells})
                mine = broken(keep_promise, other, name)
                assert mine == broken(agree, other, name), (name, column.name, value)
                told[mine] += 1
    assert min(told.values()) >= 20


def spoilt(kind: Kind) -> list[object]:
    """Values that a column of the kind can hold, most of which few columns may."""
    if kind in (Kind.WEEK, Kind.DAY):
        return [pd.NaT, pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-06")]
    if kind in (Kind.WHOLE, Kind.FLAG):
        return [-1, 0, 1, 2, 1_000_000]
    if kind is Kind.NUMBER:
        return [np.nan, -1.0, 0.0, 0.5, 1.0, 1.5, 1e9]
    return ["", "X", "scan_back", None]
