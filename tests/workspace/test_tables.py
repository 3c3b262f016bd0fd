from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workspace import Fault
from workspace.cells import text_cells
from workspace.faults import Findings
from workspace.nearest import MOST_COMPARISONS, Suggester, nearest
from workspace.schema import TABLES, Column, Kind, Schema, amount, code, week
from workspace.table import Table
from workspace.tables import read_frame

BASELINE = Schema(
    "baseline",
    (
        code("account", required=True),
        week("week", required=True),
        amount("units", required=True),
        Column("lag", Kind.WHOLE, default=0, low=0),
    ),
    key=("account", "week"),
)


def test_a_table_by_itself(tmp_path: Path) -> None:
    frame = pd.DataFrame({"week": ["2026-W02", "2026-W01"], "account": ["a", "a"], "units": [1, 2]})
    frame.to_csv(tmp_path / "b.csv", index=False)
    frame.to_parquet(tmp_path / "b.parquet")
    faults: list[Fault] = []
    found = read_frame(tmp_path / "b.csv", BASELINE, ".", faults)
    assert found is not None
    assert faults == []
    assert list(found.columns) == ["account", "week", "units", "lag"]
    assert found["units"].to_list() == [2.0, 1.0]
    assert found["lag"].to_list() == [0, 0]
    again = read_frame(tmp_path / "b.parquet", BASELINE, ".", faults)
    pd.testing.assert_frame_equal(found, again)


def test_its_faults(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("account;week;units\na;2026-W01;1,5\na;2026-01-01;x\n")
    faults: list[Fault] = []
    assert read_frame(tmp_path / "b.csv", BASELINE, ",", faults) is not None
    assert [(f.row, f.column) for f in faults] == [(3, "units"), (3, "week")]
    assert read_frame(tmp_path / "none.csv", BASELINE, ",", faults) is None
    assert "no such file" in str(faults[-1])


def test_columns_have_their_own_kind() -> None:
    table = Table.empty(TABLES["sales"])
    assert len(table) == 0
    assert len(table.words("account")) == 0
    assert table.numbers("units").dtype == np.float64
    assert table.weeks("week").dtype == np.dtype("datetime64[D]")
    for read, name in ((table.words, "units"), (table.numbers, "week"), (table.weeks, "account")):
        with pytest.raises(TypeError):
            read(name)
    with pytest.raises(TypeError):
        table.numbers("account")
    with pytest.raises(KeyError):
        TABLES["sales"]["none"]
    assert TABLES["sales"].required == ("account", "product", "week", "units", "price")


def test_suggestions_take_bounded_time() -> None:
    valid = [f"P{i:05d}" for i in range(60_000)]
    suggest = Suggester(valid, "products.product")
    shown = [str(suggest(f"Q{i}")) for i in range(10)]
    assert shown[-1] == "a code of products.product"
    assert MOST_COMPARISONS < 60_000 * 10
    assert nearest("ALBA", ["Alba", "Brisa"]) == "Alba"
    assert nearest("zzz", ["Alba"]) is None


def test_blank_cells_of_an_array() -> None:
    import pyarrow as pa

    assert list(text_cells(pa.array(["", " ", "x", None])).blank) == [True, True, False, True]
    assert Findings().faults == ()
