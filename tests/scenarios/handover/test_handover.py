"""The handover of a plan against what was agreed last, from a store of signed plans."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from optimizer.reports.workbook.words import ENGLISH
from scenarios.handover.agreed import volumes
from scenarios.handover.handover import Handover, handover
from scenarios.handover.table import HEADER, table
from scenarios.handover.workbook import write_handover
from scenarios.outcomes import VerificationFailed
from scenarios.run import evaluate
from scenarios.signoff import signoff
from scenarios.signoff.dossier import signable
from scenarios.store.store import open_store
from tests.scenarios.signoff.plans import CALENDAR, by, tiny_plan

PLAN = Path("results/plans/tiny")
DAY = date(2026, 2, 16)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose product P1 has a lead time of two weeks, with a plan in it."""
    folder = tmp_path_factory.mktemp("made") / "w"
    tiny_plan(folder)
    products = folder / "products.csv"
    head, *rest = products.read_text().splitlines()
    rows = [f"{row},{2 if row.startswith('P1,') else ''}" for row in rest]
    products.write_text("\n".join([f"{head},lead_time_weeks", *rows]) + "\n")
    plan(folder, CALENDAR)
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "w"))


def plan(home: Path, calendar: str, out: str = "tiny") -> Path:
    path = home.parent / "calendar.csv"
    path.write_text(calendar)
    (scenario,) = (home / "scenarios").glob("*.yaml")
    evaluate(home, scenario, path, out=home / "results/plans" / out)
    return home / "results/plans" / out


def sign(home: Path, folder: Path, *people: str, last: bool = False) -> None:
    with open_store(home) as store:
        asked = signable(store, folder)
        signoff.submit(store, by("ana"), asked)
        for person in people:
            signoff.approve(store, by(person), asked)
        if last:
            signoff.lock(store, by("bo"), asked)


def weekly(folder: Path) -> dict[tuple[str, str], float]:
    """The volumes by the weekly rows, another file of the plan."""
    found: dict[tuple[str, str], float] = {}
    with (folder / "weekly.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            key = (row["product"], row["week"])
            found[key] = found.get(key, 0.0) + float(row["units"])
    return found


def cells(found: Handover) -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in table(found)]


def test_nothing_was_approved_before(home: Path) -> None:
    found = handover(home / PLAN, DAY)
    assert found.since is None
    assert found.changes == ()
    assert {row["change_units"] for row in cells(found)} == {""}
    sign(home, home / PLAN)  # asked for is not agreed
    assert handover(home / PLAN, DAY).since is None


def test_a_plan_is_no_news_against_itself(home: Path) -> None:
    sign(home, home / PLAN, "bo", "cy", last=True)
    assert handover(home / PLAN, DAY).since is None


def test_changes_are_against_the_version_approved_last(home: Path) -> None:
    sign(home, home / PLAN, "bo", "cy")
    before = weekly(home / PLAN)
    plan(home, "\n".join(CALENDAR.splitlines()[:2]) + "\n")  # the deal of P1 is dropped
    after = weekly(home / PLAN)
    found = handover(home / PLAN, DAY)
    assert found.since is not None
    assert found.since.proposal.approvers == ("bo", "cy")
    for row in cells(found):
        key = (row["product"], row["week"])
        assert float(row["agreed_units"]) == pytest.approx(before[key], abs=1e-5)
        assert float(row["change_units"]) == pytest.approx(after[key] - before[key], abs=1e-5)
    top = found.changes[0]
    assert (top.product, top.week, top.change is not None and top.change < 0) == (
        *("P1", date(2026, 2, 23)),
        True,
    )
    assert top.frozen  # production had to know on 9 February
    early = handover(home / PLAN, date(2026, 2, 9))
    assert not early.changes[0].frozen
    assert {line.frozen for line in found.lines if line.product != "P1"} == {None}


def test_a_version_that_was_withdrawn_does_not_count_but_a_replaced_one_does(home: Path) -> None:
    sign(home, home / PLAN, "bo", "cy", last=True)
    first = weekly(home / PLAN)
    plan(home, CALENDAR.replace("2026-02-23", "2026-02-09"))
    sign(home, home / PLAN, "bo", "cy", last=True)  # replaces the first
    found = handover(home / PLAN, DAY)
    assert found.since is not None
    assert found.since.proposal.state.value == "replaced"
    assert found.changes
    plan(home, CALENDAR.replace("2026-02-23", "2026-02-02"))
    sign(home, home / PLAN, "bo", "cy")
    with open_store(home) as store:
        signoff.reject(store, by("cy"), "tiny/tiny", "no")
    plan(home, CALENDAR)
    again = handover(home / PLAN, DAY)
    assert again.since is not None
    assert again.since.proposal.state.value == "locked"
    key = ("P1", "2026-02-23")
    (line,) = [n for n in again.lines if (n.product, n.week.isoformat()) == key]
    assert line.units == pytest.approx(first[key], abs=1e-5)
    assert line.changed


def test_another_plan_may_be_what_is_compared_with(home: Path) -> None:
    sign(home, home / PLAN, "bo", "cy")
    other = plan(home, CALENDAR.splitlines()[0] + "\n", "q2")
    assert handover(other, DAY).since is None
    found = handover(other, DAY, since="tiny")
    assert found.since is not None
    assert found.asked == "tiny"
    assert found.changes


def test_a_plan_that_does_not_verify_is_not_handed_over(home: Path) -> None:
    path = home / PLAN / "sop.csv"
    path.write_text(path.read_text().replace("P1,2026-02-23,", "P1,2026-02-23,1", 1))
    with pytest.raises(VerificationFailed):
        handover(home / PLAN, DAY)


def test_volumes_of_plans_that_are_older_than_the_table(home: Path) -> None:
    """They come from the weekly rows; their P90 is not known."""
    files = {path.name: path.read_bytes() for path in (home / PLAN).iterdir()}
    new = volumes(files)
    del files["sop.csv"]
    old = volumes(files)
    assert {key: volume.units for key, volume in old.items()} == {
        key: pytest.approx(volume.units, abs=1e-5) for key, volume in new.items()
    }
    assert {volume.high for volume in old.values()} == {None}


def test_the_workbook_says_the_same(home: Path, tmp_path: Path) -> None:
    sign(home, home / PLAN, "bo", "cy")
    plan(home, "\n".join(CALENDAR.splitlines()[:2]) + "\n")
    found = handover(home / PLAN, DAY)
    for name in ("a.xlsx", "b.xlsx"):
        write_handover(found, tmp_path / name, ENGLISH)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)
    page = book["Changes"]
    shown = [page.cell(row, 11).value for row in range(2, page.max_row + 1)]
    assert shown == [pytest.approx(line.change) for line in found.changes]
    page = book["Units by week"]
    assert page.max_row == 2 + len({line.product for line in found.lines})
    column = [page.cell(row, 3).value for row in range(2, page.max_row + 1)]
    assert column[-1] == pytest.approx(sum(column[:-1]))
