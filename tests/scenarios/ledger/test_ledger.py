"""The ledger on a plan that is signed, against sums made by hand and by another program."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from scenarios.ledger.findings import findings
from scenarios.ledger.ledger import Ledger, ledger
from scenarios.ledger.table import write_ledger
from scenarios.run import evaluate
from scenarios.signoff.deposit import place
from scenarios.signoff.dossier import signable
from scenarios.signoff.signoff import approve, lock, submit
from scenarios.store.store import Store, open_store
from tests.scenarios.signoff.plans import by, tiny_plan
from workspace import InputError, load

LAST = date(2026, 12, 31)
HEAD = "claim,account,product,start_week,plan,received,amount,settled,settled_on\n"
# Two budgets of the tiny workspace's events: one for an account, one for one product's first weeks.
BUDGETS = (
    "budget,amount,kind,account,brand,product,first_week,last_week\n"
    "all,5000,,,,,,\nB2,4000,ceiling,B2,,,,\nNA early,300.5,,,,NA,,2026-02-16\nmin,0,floor,,,,,\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_plan(tmp_path_factory.mktemp("one") / "ws", BUDGETS)


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "ws"))


@pytest.fixture
def store(workspace: Path) -> Iterator[Store]:
    with open_store(workspace) as found:
        yield found


def sign(store: Store, workspace: Path, steps: int, plan: str = "tiny") -> None:
    what = signable(store, workspace / "results" / "plans" / plan)
    submit(store, by("ana"), what)
    for name in ("bo", "cy")[: steps - 1]:
        approve(store, by(name), what)
    if steps > 3:
        lock(store, by("cy"), what)


def at(store: Store, workspace: Path, on: date = LAST, claims: str = "") -> Ledger:
    if claims:
        (workspace / "claims.csv").write_text(HEAD + claims)
    return ledger(store, load(workspace, planning=True), on)


def cents(amount: str) -> int:
    return round(float(amount) * 100)


def test_from_submitted_to_locked(store: Store, workspace: Path) -> None:
    assert at(store, workspace).events == ()
    sign(store, workspace, 2)
    found = at(store, workspace)
    assert (found.totals.planned, found.totals.committed) == (21148, 0)
    assert [line.left for line in found.funds] == [400000, 30050, 500000]


@pytest.mark.parametrize("steps", [3, 4])
def test_committed_is_what_the_plan_spends_in_each_budget(
    store: Store, workspace: Path, steps: int
) -> None:
    sign(store, workspace, steps)
    found = at(store, workspace)
    assert [line.sums.committed for line in found.events] == [7789, 13359]
    funds = {line.budget: (line.reserved, line.sums.committed, line.left) for line in found.funds}
    assert funds == {
        "all": (21148, 21148, 478852),
        "B2": (21148, 21148, 378852),
        "NA early": (7789, 7789, 22261),
    }
    assert not any(line.moved for line in found.funds)


def test_accruals_grow_by_days_and_end_at_what_is_committed(store: Store, workspace: Path) -> None:
    sign(store, workspace, 4)
    monday = date(2026, 2, 16)
    facts = load(workspace, planning=True)
    ends = [monday + timedelta(days=n) for n in range(-1, 15)]
    days = [ledger(store, facts, end).totals.accrued for end in ends]
    sevenths = [0, 1113, 2225, 3338, 4451, 5564, 6676, 7789]  # of 77.89, to the nearest cent
    assert days[:8] == sevenths
    assert days[8:] == [7789 + c for c in (1908, 3817, 5725, 7634, 9542, 11451, 13359, 13359)]


def test_claims_and_settlements_by_day(store: Store, workspace: Path) -> None:
    sign(store, workspace, 4)
    claims = (
        "C2,B2,NA,2026-02-16,,2026-03-05,17.89,10,2026-04-01\n"
        "C1,B2,NA,2026-W08,tiny,2026-02-25,60,60.00,2026-03-01\n"
    )
    at(store, workspace, claims=claims)
    facts = load(workspace, planning=True)
    for on, claimed, settled in (
        (date(2026, 2, 24), 0, 0),
        (date(2026, 2, 25), 6000, 0),
        (date(2026, 3, 1), 6000, 6000),
        (date(2026, 3, 5), 7789, 6000),
        (LAST, 7789, 7000),
    ):
        found = ledger(store, facts, on)
        assert (found.totals.claimed, found.totals.settled) == (claimed, settled)
        assert found.over == ()  # all of it and not a cent more
        assert [line.sums.claimed for line in found.funds] == [claimed, claimed, claimed]
    assert (found.totals.unclaimed, found.totals.unpaid) == (13359, 789)


@pytest.mark.parametrize(
    ("claims", "over"),
    [
        ("C1,B2,NA,2026-02-16,,2026-02-25,77.90,,\n", {"C1": 1}),
        ("C1,B2,NA,2026-02-16,,2026-02-25,77.89,,\nC2,B2,NA,2026-02-16,,2026-02-25,0.01,,\n",
         {"C2": 1}),
        # in the order in which they came, not of the file
        ("C1,B2,NA,2026-02-16,,2026-02-27,70,,\nC2,B2,NA,2026-02-16,,2026-02-25,60,,\n",
         {"C1": 5211}),
        ("C1,B2,P1,2026-02-16,,2026-02-25,5,,\n", {"C1": 500}),  # no such event
        ("C1,B2,NA,2026-02-16,other,2026-02-25,5,,\n", {"C1": 500}),  # nor in that plan
    ],
)  # fmt: skip
def test_an_over_claim_is_found_and_named(
    store: Store, workspace: Path, claims: str, over: dict[str, int]
) -> None:
    sign(store, workspace, 4)
    found = at(store, workspace, claims=claims)
    assert {beyond.claim.claim: beyond.over for beyond in found.over} == over
    (said,) = findings(found, "claims.csv")
    row = claims.splitlines().index(next(c for c in claims.splitlines() if c[:2] in over)) + 2
    assert (said.file, said.row, said.column) == ("claims.csv", row, "amount")
    assert f"{sum(over.values()) / 100:.2f} too much" in str(said)
    assert found.over_claimed == sum(over.values())


def test_what_is_only_submitted_can_be_claimed_by_nobody(store: Store, workspace: Path) -> None:
    sign(store, workspace, 2)
    found = at(store, workspace, claims="C1,B2,NA,2026-02-16,,2026-02-25,5,,\n")
    assert [(o.event, o.over) for o in found.over] == [(None, 500)]
    assert found.totals.claimed == 500  # it is owed an answer, so it is counted


def test_two_plans_with_the_same_event(store: Store, workspace: Path) -> None:
    plans = workspace / "results" / "plans"
    scenario = workspace / "scenarios" / "tiny.yaml"
    evaluate(workspace, scenario, plans / "tiny" / "calendar.csv", out=plans / "again")
    for plan in ("tiny", "again"):
        sign(store, workspace, 4, plan)
    claims = "".join(f"C{n},B2,NA,2026-02-16,,2026-02-25,50,,\n" for n in range(4))
    found = at(store, workspace, claims=claims)
    claimed = {e.event.plan: e.sums.claimed for e in found.events if e.event.product == "NA"}
    assert claimed == {"again": 10000, "tiny": 10000}
    assert found.over_claimed == 20000 - 2 * 7789  # no more than there is too much in all
    assert found.funds[0].reserved == 2 * 21148


def test_a_later_version_is_a_wish_until_it_is_locked(store: Store, workspace: Path) -> None:
    sign(store, workspace, 4)
    sales = workspace / "budgets.csv"
    sales.write_text(sales.read_text().replace("5000", "5001"))
    plans = workspace / "results" / "plans"
    scenario = workspace / "scenarios" / "tiny.yaml"
    evaluate(workspace, scenario, plans / "tiny" / "calendar.csv", out=plans / "tiny")
    sign(store, workspace, 3)
    found = at(store, workspace)
    assert (found.totals.planned, found.totals.committed) == (2 * 21148, 21148)
    assert not any(line.moved for line in found.funds)  # the same amounts: nothing more reserved


def test_a_budget_that_was_cut_differently_since_is_marked(store: Store, workspace: Path) -> None:
    sign(store, workspace, 4)
    budgets = workspace / "budgets.csv"
    budgets.write_text(budgets.read_text().replace("NA early,300.5,,,,NA", "NA early,300.5,,,,P1"))
    assert [line.budget for line in at(store, workspace).funds if line.moved] == ["NA early"]


def test_it_reads_what_was_signed_not_what_lies_in_the_folder(
    store: Store, workspace: Path
) -> None:
    sign(store, workspace, 4)
    before = at(store, workspace)
    shutil.rmtree(workspace / "results" / "plans")
    assert at(store, workspace) == before
    (signed,) = (store.folder / "signed").iterdir()
    copy = place(store, signed.name) / "weekly.csv"
    copy.write_text(copy.read_text().replace("2026", "2025", 1))
    with pytest.raises(InputError, match="the plan as it was signed"):
        at(store, workspace)


def test_every_sum_of_the_table_ties_with_the_totals_and_the_store(
    store: Store, workspace: Path, tmp_path: Path
) -> None:
    sign(store, workspace, 4)
    claims = (
        "C1,B2,NA,2026-02-16,,2026-02-25,77.90,33.33,2026-02-25\n"
        "C2,B2,P1,2026-02-23,,2026-02-28,100.01,0.01,2026-03-01\n"
    )
    found = at(store, workspace, date(2026, 2, 26), claims)
    write_ledger(found, tmp_path / "ledger.csv")
    lines = (tmp_path / "ledger.csv").read_text().splitlines()
    names = lines[0].split(",")
    sums = dict.fromkeys(names[8:], 0)
    for line in lines[1:]:
        cells = dict(zip(names, line.split(","), strict=True))
        for name in sums:
            sums[name] += cents(cells[name])
        assert cents(cells["unclaimed"]) == cents(cells["committed"]) - cents(cells["claimed"])
    totals = found.totals
    assert list(sums.values()) == [*totals.cents, totals.unclaimed, totals.unpaid]
    database = sqlite3.connect(store.folder / "tradewind.db")
    (held,) = database.execute("SELECT sum(amount) FROM reservations WHERE fund = 'tiny/all'")
    database.close()
    assert held[0] == sums["committed"]
