from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from tests.workspaces import small_tables, write_workspace
from workspace import Fault, InputError, Settings, load
from workspace.settings import read_settings

GOOD = {"name": "a", "currency": "EUR", "country": "NO"}


def test_defaults() -> None:
    settings = Settings.model_validate(GOOD)
    assert settings.decimal == "."
    assert settings.season == ("fourier-2", "holidays")
    assert settings.history_from == date.min
    assert settings.history_to == date.max
    filled = settings.over(np.datetime64("2025-01-06"), np.datetime64("2025-06-30"))
    assert (filled.history_from, filled.history_to) == (date(2025, 1, 6), date(2025, 6, 30))
    assert filled.country == "NO"


def test_declared_ends_win() -> None:
    said = {**GOOD, "history": {"from": "2025-02-05", "to": date(2025, 5, 5)}}
    filled = Settings.model_validate(said).over(
        np.datetime64("2025-01-06"), np.datetime64("2025-06-30")
    )
    assert (filled.history_from, filled.history_to) == (date(2025, 2, 3), date(2025, 5, 5))


@pytest.mark.parametrize("season", [["trend", "trend"], ["fourier-0"], "holidays", [1], None])
def test_seasons_are_known_words(season: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**GOOD, "season": season})
    assert Settings.model_validate({**GOOD, "season": []}).season == ()


def test_bad_settings_do_not_put_tables_in_doubt(tmp_path: Path) -> None:
    """The decimal mark is known although the settings are bad, so numbers are read rightly."""
    write_workspace(tmp_path, small_tables(), {"decimal": ",", "nmae": "x"}, separator=";")
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert [(f.file, f.column) for f in caught.value.faults] == [("workspace.yaml", "nmae")]
    faults: list[Fault] = []
    assert read_settings(tmp_path, faults) == (None, ",")


def test_the_rules_of_approval() -> None:
    rules = Settings.model_validate(GOOD).approval
    assert (rules.threshold, rules.people, rules.approvers, rules.days) == (0.0, 2, (), 30)
    said = {"threshold": 25000, "people": 3, "approvers": ["Ana", 12], "days": 10}
    assert Settings.model_validate({**GOOD, "approval": said}).approval.approvers == ("Ana", "12")


@pytest.mark.parametrize(
    "said",
    [
        {"threshold": -1},
        {"threshold": float("inf")},
        {"people": 0},
        {"people": 1.5},
        {"days": 0},
        {"approver": ["Ana"]},
        {"approvers": "Ana"},
        [],
    ],
)
def test_rules_of_approval_that_are_none(said: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**GOOD, "approval": said})


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("payment", {"scan_back": -1}),
        ("payment", {"fees": 2.5}),
        ("payment", {"rebates": 4000}),
        ("payment", {"year_ends": 13}),
        ("payment", {"off_invoice": 0}),
        ("peaks", {"high": 0.9}),
        ("peaks", {"high": float("nan")}),
        ("peaks", {"risk": 1.0}),
    ],
)
def test_terms_of_payment_and_peaks_that_are_none(key: str, said: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**GOOD, key: said})


def test_days_and_lead_times_of_one_account_or_product(tmp_path: Path) -> None:
    tables = small_tables()
    good = tmp_path / "good"
    tables["accounts"]["fee_days"] = [45.0, *[None] * (len(tables["accounts"]) - 1)]
    tables["products"]["lead_time_weeks"] = [1.5, *[None] * (len(tables["products"]) - 1)]
    write_workspace(good, tables, {"payment": {"fees": 14}, "peaks": {"high": 2.0}})
    workspace = load(good)
    assert workspace.settings.payment.fees == 14
    assert sorted(workspace.accounts["fee_days"].dropna()) == [45.0]
    assert sorted(workspace.products["lead_time_weeks"].dropna()) == [1.5]
    bad = tmp_path / "bad"
    tables["accounts"]["fee_days"] = [2.5, *[None] * (len(tables["accounts"]) - 1)]
    tables["products"]["lead_time_weeks"] = [-1.0, *[None] * (len(tables["products"]) - 1)]
    write_workspace(bad, tables, {"payment": {"scan_back": "soon"}})
    with pytest.raises(InputError) as caught:
        load(bad)
    assert {fault.column: str(fault.expected) for fault in caught.value.faults} == {
        "fee_days": "a whole number, at least 0 and at most 3660",
        "lead_time_weeks": "a number, at least 0 and at most 260",
        "payment.scan_back": "a whole number",
    }
