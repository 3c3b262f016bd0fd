from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workspaces import Format, small_tables, write_workspace
from workspace import InputError, Workspace, load
from workspace.fingerprint import hash_frame
from workspace.schema import AFTERWARDS

TABLES = small_tables(weeks=5)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return load(write_workspace(tmp_path_factory.mktemp("plain"), TABLES))


@given(
    seed=st.integers(0, 2**32 - 1),
    format=st.sampled_from(["csv", "parquet", "xlsx"]),
    decimal=st.sampled_from([".", ","]),
    separator=st.sampled_from([";", "\t", ","]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_only_the_content_counts(
    plain: Workspace,
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    format: Format,
    decimal: str,
    separator: str,
) -> None:
    folder = tmp_path_factory.mktemp("other")
    shuffled = {
        name: table.sample(frac=1, random_state=seed).sample(frac=1, axis=1, random_state=seed)
        for name, table in TABLES.items()
    }
    write_workspace(folder, shuffled, {"decimal": decimal}, format, separator)
    other = load(folder)
    assert other.sha256 == plain.sha256
    for name in TABLES:
        pd.testing.assert_frame_equal(other.table(name), plain.table(name))


@pytest.mark.parametrize("table", sorted({*TABLES} - {*AFTERWARDS}))
def test_every_column_counts(plain: Workspace, tmp_path: Path, table: str) -> None:
    """The control: any cell that changes what the workspace says changes the hash."""
    hashes = {plain.sha256}
    for column in TABLES[table].columns:
        changed = TABLES[table].copy()
        values = changed[column].to_list()
        values[0] = another(table, column, values[0])
        changed[column] = values
        folder = write_workspace(tmp_path / column, {**TABLES, table: changed})
        try:
            other = load(folder)
        except InputError:  # a code that others refer to, say: nothing to compare
            continue
        assert other.sha256 not in hashes, column
        hashes.add(other.sha256)
        assert other.fingerprint() == plain.fingerprint() or table == "sales"
        rest = [name for name in TABLES if name != table]
        assert (other.fingerprint(*rest) == plain.fingerprint(*rest)) or column == "week"
        assert other.fingerprint(table) != plain.fingerprint(table)
    assert len(hashes) >= min(4, len(TABLES[table].columns))


def test_what_came_after_a_plan_does_not_count(plain: Workspace, tmp_path: Path) -> None:
    other = load(write_workspace(tmp_path, {**TABLES, "claims": TABLES["claims"].head(1)}))
    assert other.sha256 == plain.sha256
    assert other.fingerprint("claims") != plain.fingerprint("claims")


def another(table: str, column: str, value: object) -> object:
    words = {
        "promo_week_start": "SUN",
        "kind": "floor",
        "reach": "excess",
        "status": "proposed",
        "funding": "bill_back",
        "account": "NA",
        "brand": "Brisa",
        "product": "P3",
        "week": "2026-W40",
        "start_week": "2026-W40",
        "first_week": "2025-W40",
        "last_week": "2026-W50",
        "own": 0,
        "stockout": 1,
        "weeks": 1,
    }
    if column in words:
        return words[column]
    if isinstance(value, int | float) and value == value:
        return float(value) * 0.5 if value else 0.25
    return "x" if pd.isna(value) else f"{value}x"


def test_settings_count_except_the_decimal_mark(plain: Workspace, tmp_path: Path) -> None:
    hashes = [plain.sha256]
    for i, said in enumerate(
        [{"name": "b"}, {"currency": "USD"}, {"country": "PT"}, {"season": ["trend"]}]
    ):
        hashes.append(load(write_workspace(tmp_path / str(i), TABLES, said)).sha256)
    assert len(set(hashes)) == 5
    explicit = {
        "history": {"from": "2025-01-06", "to": "2025-W06"},
        "season": ["fourier-2", "holidays"],
    }
    other = load(write_workspace(tmp_path / "explicit", TABLES, explicit))
    assert other.sha256 == plain.sha256
    approval = {"approval": {"threshold": 9.5, "people": 3}}  # changes no number of a plan
    assert load(write_workspace(tmp_path / "approval", TABLES, approval)).sha256 == plain.sha256


def test_defaults_written_out_change_nothing(plain: Workspace, tmp_path: Path) -> None:
    tables = {name: table.copy() for name, table in TABLES.items()}
    tables["budgets"]["kind"] = [None, "floor"]
    tables["supply"]["carry_over"] = [None, 0.5]
    tables["tactics"]["weekly_fee"] = [None, None, 10.0]
    tables["sales"] = tables["sales"].drop(columns="stockout")
    assert load(write_workspace(tmp_path, tables)).sha256 == plain.sha256


def test_frames_cannot_be_confused() -> None:
    frames = [
        pd.DataFrame({"a": ["ab", "c"]}),
        pd.DataFrame({"a": ["a", "bc"]}),
        pd.DataFrame({"a": ["abc", ""]}),
        pd.DataFrame({"b": ["ab", "c"]}),
        pd.DataFrame({"a": ["ab"], "b": ["c"]}),
        pd.DataFrame({"a": [1.0, 2.0]}),
        pd.DataFrame({"a": ["1.0", "2.0"]}),
        pd.DataFrame({"a": []}),
        pd.DataFrame({"a": pd.Series([], dtype="str")}),
        pd.DataFrame(),
    ]
    assert len({hash_frame(frame) for frame in frames}) == len(frames)


def test_a_slice_hashes_as_its_copy() -> None:
    frame = pd.DataFrame({"a": [f"w{i}" for i in range(10)], "n": range(10)})
    part = frame.iloc[3:7]
    fresh = pd.DataFrame({"a": ["w3", "w4", "w5", "w6"], "n": [3.0, 4.0, 5.0, 6.0]})
    assert hash_frame(part) == hash_frame(fresh)
    assert hash_frame(pd.DataFrame({"x": [-0.0]})) == hash_frame(pd.DataFrame({"x": [0]}))
