"""Claims: what is a fault is in tests/corruptions.py; here what is not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.workspaces import Format, small_tables, write_workspace
from workspace import InputError, load


@pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
def test_days_stay_days_and_weeks_become_mondays(tmp_path: Path, format: Format) -> None:
    tables = small_tables()
    for column in ("received", "settled_on"):
        days = pd.to_datetime(tables["claims"][column])
        tables["claims"][column] = days if format != "csv" else tables["claims"][column]
    claims = load(write_workspace(tmp_path, tables, format=format)).claims
    assert claims["claim"].tolist() == ["C-001", "C-002"]
    assert [str(day.date()) for day in claims["received"]] == ["2026-02-18", "2026-02-20"]
    assert [str(day.date()) for day in claims["start_week"]] == ["2026-02-02", "2026-02-02"]
    assert claims["settled"].tolist() == [75.25, 0.0]
    assert str(claims["settled_on"].iloc[0].date()) == "2026-03-01"
    assert pd.isna(claims["settled_on"].iloc[1])


def test_a_week_is_no_day(tmp_path: Path) -> None:
    tables = small_tables()
    tables["claims"]["received"] = ["2026-W08", "2026-02-18"]
    with pytest.raises(InputError, match=r"claims.csv:2:received: .*a date: YYYY-MM-DD"):
        load(write_workspace(tmp_path, tables))


def test_amounts_of_any_size_are_whole_cents(tmp_path: Path) -> None:
    tables = small_tables()
    for amount in (0.01, 0.07, 1.1, 80.29, 4.35, 1234567.89, 99999999.99):
        tables["claims"]["amount"] = [amount, 80.0]
        assert load(write_workspace(tmp_path / str(amount), tables)).claims["amount"].max() >= 80.0


def test_the_same_claim_under_two_numbers_is_noted(tmp_path: Path) -> None:
    tables = small_tables()
    one = tables["claims"].iloc[[0]]
    tables["claims"] = pd.concat([one, one.assign(claim="C-003")])
    (note,) = load(write_workspace(tmp_path, tables)).notes
    assert str(note) == "claims.csv:3:claim: the same as the claim in row 2"
