from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.panel import Panel, panel_of
from tests.workspaces import write_workspace
from workspace import load


def panel(folder: Path, shuffled: bool = False) -> Panel:
    sales = pd.DataFrame(
        [
            ("B", "p", "2025-01-06", 10.0, 2.0, 2.5, 0),
            ("A", "p", "2025-01-06", 4.0, 3.0, None, 0),
            ("A", "p", "2025-01-20", 0.0, 3.0, None, 0),
            ("A", "p", "2025-01-27", 6.0, 3.0, None, 1),
            ("A", "r", "2025-01-13", 7.0, 1.0, None, 0),
        ],
        columns=["account", "product", "week", "units", "price", "base_price", "stockout"],
    )
    tables = {
        "accounts": [{"account": "A"}, {"account": "B"}],
        "products": [
            {"product": "p", "brand": "b", "category": "c", "unit_cost": 1.0, "own": 1},
            {"product": "q", "brand": "b", "category": "c", "unit_cost": 1.0, "own": 1},
            {"product": "r", "brand": "x", "category": "d", "unit_cost": None, "own": 0},
        ],
        "sales": sales[::-1] if shuffled else sales,
        "listings": [{"account": "B", "product": "q", "base_price": 4.0, "list_price": 2.0}],
    }
    return panel_of(load(write_workspace(folder, tables)))


def test_cells_are_where_they_belong(tmp_path: Path) -> None:
    found = panel(tmp_path)
    assert [found.codes(i) for i in range(found.series)] == [
        ("A", "p"),
        ("A", "r"),
        ("B", "p"),
        ("B", "q"),
    ]
    assert [str(week) for week in found.weeks] == [
        "2025-01-06",
        "2025-01-13",
        "2025-01-20",
        "2025-01-27",
    ]
    np.testing.assert_array_equal(found.units[0], [4.0, np.nan, 0.0, 6.0])
    np.testing.assert_array_equal(found.base_price[2], [2.5, np.nan, np.nan, np.nan])
    assert list(found.own) == [True, False, True, True]
    assert found.category[0] == found.category[2] != found.category[1]


def test_weeks_without_sales_or_stock_are_not_used(tmp_path: Path) -> None:
    found = panel(tmp_path)
    np.testing.assert_array_equal(found.used[0], [True, False, False, False])
    np.testing.assert_array_equal(found.recorded[0], [True, False, True, True])
    assert not found.used[3].any()


def test_row_order_does_not_matter(tmp_path: Path) -> None:
    one, other = panel(tmp_path / "a"), panel(tmp_path / "b", shuffled=True)
    np.testing.assert_array_equal(one.units, other.units)
    assert one.accounts == other.accounts


def test_arrays_are_read_only(tmp_path: Path) -> None:
    found = panel(tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        found.units[0, 0] = 1.0


def test_some_series_and_fewer_weeks(tmp_path: Path) -> None:
    found = panel(tmp_path).only(np.array([True, False, True, False]))
    assert found.series == 2
    assert found.codes(1) == ("B", "p")
    fewer = found.learning(np.zeros_like(found.used))
    assert not fewer.used.any()
    assert found.used.any()
