"""When a plan is paid: the terms of the workspace, worked out by hand from the calendar."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from optimizer.reports.workbook.figures import Figures
from optimizer.reports.workbook.payments import year_end
from optimizer.verify import verify
from tests.optimizer.workbooks import Inputs, inputs, written
from workspace.settings import Payment

SEED = 2105
NONE = float("nan")
OWN = ("scan_back_days", "bill_back_days", "fee_days", "rebate_days")
KINDS = {"Scan-back": 30, "Bill-back": 75, "Fees": 10, "Rebates": 5}


def given(**own: list[float]) -> Inputs:
    """Plain terms, and what accounts have of their own."""
    workspace, response, spec = inputs(SEED)
    payment = Payment(scan_back=30, bill_back=75, fees=10, rebates=5)
    settings = workspace.settings.model_copy(update={"payment": payment})
    terms = {name: own.get(name, [NONE] * len(workspace.accounts)) for name in OWN}
    accounts = workspace.accounts.assign(**terms)
    return replace(workspace, settings=settings, accounts=accounts), response, spec


def paid(folder: Path) -> dict[tuple[str, str, date], float]:
    """The page of months as a person reads it: account, kind, month and amount."""
    page = openpyxl.load_workbook(folder / "plan.xlsx", data_only=True)["Paid by month"]
    months = [cell.value.date() if hasattr(cell.value, "date") else None for cell in page[2]]
    return {
        (row[0].value, row[1].value, month): row[at].value
        for row in page.iter_rows(min_row=3)
        if row[0].value and row[1].value
        for at, month in enumerate(months)
        if month is not None and row[at].value
    }


def expected(folder: Path, case: Inputs) -> dict[tuple[str, str, date], float]:
    """Scan-back, bill-back and fees by hand from the CSV files."""
    workspace = case[0]
    terms = workspace.tactics
    days = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
    accounts = workspace.accounts.set_index("account")
    found: dict[tuple[str, str, date], float] = defaultdict(float)
    tables = {}
    for name in ("calendar", "weekly"):
        with (folder / f"{name}.csv").open(newline="") as stream:
            tables[name] = list(csv.DictReader(stream))
    for event in tables["calendar"]:
        mine = terms[terms["tactic"] == event["tactic"]]
        (funding,) = set(mine["funding"])
        start = date.fromisoformat(event["start_week"])
        weeks = int(event["weeks"])
        late = days.index(accounts.loc[event["account"], "promo_week_start"])
        last = start + timedelta(days=late + 7 * weeks - 1)
        rows = [
            row
            for row in tables["weekly"]
            if (row["account"], row["product"]) == (event["account"], event["product"])
            and 0 <= (date.fromisoformat(row["week"]) - start).days < 7 * weeks
        ]
        kinds = {"scan_back": ("Scan-back", OWN[0]), "bill_back": ("Bill-back", OWN[1])}
        for column, told in (("variable_spend", kinds.get(funding)), ("fees", ("Fees", OWN[2]))):
            amount = sum(float(row[column]) for row in rows)
            if told is None or not amount:
                continue
            own = accounts.loc[event["account"], told[1]]
            wait = KINDS[told[0]] if np.isnan(own) else int(own)
            month = (last + timedelta(days=wait)).replace(day=1)
            found[event["account"], told[0], month] += amount
    return found


@pytest.mark.parametrize("own", [{}, {"scan_back_days": [3.0, NONE], "fee_days": [NONE, 45.0]}])
def test_every_event_is_paid_its_days_after_its_last_day(
    own: dict[str, list[float]], tmp_path: Path
) -> None:
    case = given(**own)
    folder = tmp_path / "plan"
    written(folder, case, SEED)
    assert verify(folder, *case) == ()
    shown = paid(folder)
    last = max(month for _, _, month in shown)
    claimed = {key: amount for key, amount in shown.items() if key[1] in ("Scan-back", "Bill-back",
                                                                         "Fees")}  # fmt: skip
    wanted = {key: amount for key, amount in expected(folder, case).items() if key[2] <= last}
    assert claimed == pytest.approx(wanted)
    assert claimed


def test_terms_move_the_money(tmp_path: Path) -> None:
    """A control: other days, other months."""
    written(tmp_path / "a", given(), SEED)
    written(tmp_path / "b", given(fee_days=[90.0, 90.0], scan_back_days=[90.0, 90.0]), SEED)
    one, other = paid(tmp_path / "a"), paid(tmp_path / "b")
    assert one != other
    on_invoice = [key for key in one if "off-invoice" in key[1]]
    assert {key: one[key] for key in on_invoice} == {key: other[key] for key in on_invoice}


@pytest.mark.parametrize(
    ("last_week", "month", "ends"),
    [
        ("2026-12-28", 12, "2026-12-31"),  # its Thursday is the last day of the year
        ("2027-01-04", 12, "2027-12-31"),
        ("2026-06-22", 6, "2026-06-30"),
        ("2026-06-29", 6, "2027-06-30"),  # its Thursday is in July
        ("2026-02-23", 2, "2026-02-28"),
        ("2028-02-21", 2, "2028-02-29"),
    ],
)
def test_a_rebate_is_due_after_the_end_of_the_year(
    last_week: str, month: int, ends: str, tmp_path: Path
) -> None:
    workspace, _, _ = given()
    payment = workspace.settings.payment.model_copy(update={"year_ends": month})
    settings = workspace.settings.model_copy(update={"payment": payment})
    plan = type("Plan", (), {"workspace": replace(workspace, settings=settings)})()
    figures = Figures(plan, tmp_path)
    assert year_end(date.fromisoformat(last_week), figures) == date.fromisoformat(ends)
