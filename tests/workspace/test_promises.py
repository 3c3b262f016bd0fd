from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.workspaces import small_tables, write_workspace
from workspace import load
from workspace.promises import BrokenPromiseError, keep_promise
from workspace.schema import TABLES


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return load(write_workspace(tmp_path_factory.mktemp("w"), small_tables())).sales


def test_a_kept_promise(sales: pd.DataFrame) -> None:
    assert keep_promise(sales, TABLES["sales"]) is sales


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
def test_broken_ones(sales: pd.DataFrame, spoil: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    with pytest.raises(BrokenPromiseError, match="sales"):
        keep_promise(spoil(sales.copy()), TABLES["sales"])


def test_words_are_looked_at(tmp_path: Path) -> None:
    budgets = load(write_workspace(tmp_path, small_tables())).budgets
    with pytest.raises(BrokenPromiseError, match="budgets"):
        keep_promise(budgets.assign(kind="none"), TABLES["budgets"])
