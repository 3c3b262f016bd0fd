"""Whatever is done to a plan's folder, the verifier says where; untouched, it is accepted."""

import json
import shutil
from dataclasses import replace

import pytest

from models.response import Response
from tests.optimizer.forgery import HONEST, Desk, edit_cell, edit_json, edit_lines, plus, to

CALENDAR, WEEKLY = "calendar.csv", "weekly.csv"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk.open(tmp_path_factory.mktemp("desk"))


def test_control_untouched_plan_is_accepted(desk):
    assert desk.verdict(desk.honest) == ()
    assert desk.plan(HONEST).violations == ()
    assert desk.verdict(desk.copy("same")) == ()


def test_control_admitted_violations_are_accepted(desk):
    """An evaluated calendar may break rules, if the folder says which."""
    folder = desk.room / "admitted"
    plan = desk.write((*HONEST, ("B2", "P1", "T0", 0, 1)), folder, bound=None)
    assert plan.violations
    assert desk.verdict(folder) == ()
    edit_json(folder, violations=["blackout: of another kind", "slots: not broken at all"])
    assert {finding.column for finding in desk.verdict(folder)} == {"violations"}
    edit_json(folder, status="feasible")
    assert "status" in {finding.column for finding in desk.verdict(folder)}


# Calendars that break one rule each, in folders where every file agrees with every other.
WITHOUT_PIN = tuple(run for run in HONEST if run != ("B2", "NA", "T0", 5, 1))
BREAKS = {
    "blackout": (*HONEST, ("B2", "P1", "T3", 1, 1)),
    "slots": (*HONEST, ("001", "P1", "T0", 10, 1)),
    "min_gap_weeks": (*HONEST, ("B2", "P1", "T3", 5, 1)),
    "min_gap_weeks [history]": (*HONEST, ("001", "P1", "T0", 0, 1)),
    "max_events": (*HONEST, ("B2", "NA", "T3", 3, 1)),
    "max_weeks_on_deal": (
        *(HONEST[0], HONEST[1], HONEST[4]),
        *(("B2", "NA", "T1", 7, 3), ("B2", "NA", "T0", 2, 2)),
    ),
    "required": HONEST[:4],
    "max_depth": (*HONEST, ("001", "NA", "T2", 2, 1)),
    "price_floor": (*HONEST[:4], ("B2", "P1", "T1", 4, 2)),
    "price_ceiling": HONEST[1:],
    "retailer_margin_floor": (HONEST[0], HONEST[1], HONEST[4]),
    "volume_floor": (*HONEST[:3], HONEST[4]),
    "everything": (*HONEST, ("001", "NA", "T1", 6, 2), ("B2", "P1", "T0", 8, 2)),
    "first half, 001": (*HONEST, ("001", "P1", "T0", 1, 2), ("001", "NA", "T0", 3, 2)),
    "something for B2": (HONEST[0], HONEST[1], HONEST[4]),
    "pinned": WITHOUT_PIN,
    "forbidden": (*HONEST, ("001", "NA", "T1", 7, 2)),
    "include": (*HONEST, ("001", "P3", "T0", 2, 1)),
    "tactics": (*HONEST[:4], ("B2", "P1", "T0", 4, 3)),
    "supply": (*HONEST[:4], ("B2", "P1", "T0", 3, 2), ("001", "P1", "T0", 3, 2)),
}


@pytest.mark.parametrize("rule", BREAKS)
def test_broken_rule_hidden_in_every_file(desk, rule):
    folder, plan = desk.forged(f"forged {rule}", BREAKS[rule])
    assert any(violation.name.startswith(rule.split(" [")[0]) for violation in plan.violations)
    findings = desk.verdict(folder)
    named = [str(f.found) for f in findings if f.column == "violations"]
    assert any(rule.split(" [")[0] in text for text in named)
    assert len(named) == len(plan.violations)


def shift(lines):
    """The first event a week later."""
    return [lines[0], lines[1].replace("2026-03-16", "2026-03-23", 1), *lines[2:]]


def cell(file, row, column, change):
    return lambda folder: edit_cell(folder, file, row, column, change)


def lines(file, change):
    return lambda folder: edit_lines(folder, file, change)


def says(**changes):
    return lambda folder: edit_json(folder, **changes)


def swap(a, b):
    def change(rows):
        rows[a], rows[b] = rows[b], rows[a]
        return rows

    return change


def totals(**changes):
    def change(folder):
        known = json.loads((folder / "plan.json").read_text())["totals"]
        edit_json(folder, totals=known | changes)

    return change


def risk(**changes):
    def change(folder):
        known = json.loads((folder / "plan.json").read_text())["risk"]
        edit_json(folder, risk=known | changes)

    return change


def several(*changes):
    def change(folder):
        for one in changes:
            one(folder)

    return change


def raw(file, change):
    def changed(folder):
        path = folder / file
        path.write_bytes(change(path.read_bytes()))

    return changed


def without_key(key):
    def change(folder):
        path = folder / "plan.json"
        record = json.loads(path.read_text())
        del record[key]
        path.write_text(json.dumps(record))

    return change


TAIL = 13  # row of weekly.csv: the last week of the tail of the first pair
PROMOTED = 10  # its only week on deal

# name -> (the file that must be blamed, what is done to the folder)
TAMPERING = {
    # a cent, here or there
    "cent of profit": (CALENDAR, cell(CALENDAR, 1, "incremental_profit", plus(0.01))),
    "cent moved between events": (
        CALENDAR,
        several(
            cell(CALENDAR, 1, "incremental_profit", plus(0.01)),
            cell(CALENDAR, 2, "incremental_profit", plus(-0.01)),
        ),
    ),
    "cent of retailer": (CALENDAR, cell(CALENDAR, 1, "retailer_incremental_profit", plus(0.01))),
    "cent of spend": (CALENDAR, cell(CALENDAR, 1, "spend", plus(-0.01))),
    "cent of p10": (CALENDAR, cell(CALENDAR, 1, "incremental_profit_p10", plus(0.01))),
    "cent of p90": (CALENDAR, cell(CALENDAR, 1, "incremental_profit_p90", plus(-0.01))),
    "cent gained everywhere": (
        WEEKLY,
        several(
            cell(WEEKLY, PROMOTED, "profit", plus(0.01)),
            cell(CALENDAR, 0, "incremental_profit", plus(0.01)),
            says(objective=393.42),
            cell("pnl.csv", 6, "plan", plus(0.01)),
            cell("pnl.csv", 6, "change", plus(0.01)),
        ),
    ),
    **{
        f"cent of weekly {column}": (WEEKLY, cell(WEEKLY, PROMOTED, column, plus(0.01)))
        for column in (
            *("gross_sales", "variable_spend", "fees", "profit", "retailer_profit"),
            *("profit_no_promotion", "retailer_profit_no_promotion"),
        )
    },
    "cent in the tail": (WEEKLY, cell(WEEKLY, TAIL, "profit", plus(0.01))),
    # the calendar
    "week shifted in the calendar": (WEEKLY, lines(CALENDAR, shift)),
    "week shifted in weekly": (WEEKLY, lines(WEEKLY, swap(PROMOTED + 1, PROMOTED + 2))),
    "event longer": (WEEKLY, cell(CALENDAR, 0, "weeks", to("2"))),
    "event endless": (CALENDAR, cell(CALENDAR, 0, "weeks", to("99"))),
    "length of many digits": (CALENDAR, cell(CALENDAR, 0, "weeks", to("1" * 400))),
    "length in other digits": (CALENDAR, cell(CALENDAR, 0, "weeks", to("\u0661"))),
    "tactic changed": (WEEKLY, cell(CALENDAR, 1, "tactic", to("T3"))),
    "tactic not in force": (CALENDAR, cell(CALENDAR, 0, "tactic", to("T3"))),
    "tactic unknown": (CALENDAR, cell(CALENDAR, 0, "tactic", to("T9"))),
    "product unknown": (CALENDAR, cell(CALENDAR, 0, "product", to("P9"))),
    "product not listed": (CALENDAR, cell(CALENDAR, 0, "product", to("ZZ"))),
    "leading zero lost": (CALENDAR, cell(CALENDAR, 0, "account", to("1"))),
    "start before the horizon": (CALENDAR, cell(CALENDAR, 0, "start_week", to("2025-12-29"))),
    "start on a Tuesday": (CALENDAR, cell(CALENDAR, 0, "start_week", to("2026-03-17"))),
    "event number": (CALENDAR, cell(CALENDAR, 0, "event", to("E0009"))),
    "event lost": (WEEKLY, lines(CALENDAR, lambda rows: [*rows[:-1]])),
    "event twice": (
        CALENDAR,
        lines(CALENDAR, lambda rows: [*rows, rows[-1].replace("E0005", "E0006")]),
    ),
    "extra event": (
        WEEKLY,
        lines(
            CALENDAR,
            lambda rows: [
                *rows,
                rows[-1].replace("E0005", "E0006").replace("2026-02-02", "2026-03-02"),
            ],
        ),
    ),
    "events in another order": (CALENDAR, lines(CALENDAR, swap(2, 3))),
    "events in another order, numbered anew": (
        CALENDAR,
        lines(
            CALENDAR,
            lambda r: (
                [r[0], r[1], r[3].replace("E0003", "E0002"), r[2].replace("E0002", "E0003"), *r[4:]]
            ),
        ),
    ),
    "all events lost": (WEEKLY, lines(CALENDAR, lambda rows: rows[:1])),
    "depth": (CALENDAR, cell(CALENDAR, 0, "depth", to("0.25"))),
    "feature": (CALENDAR, cell(CALENDAR, 0, "feature", to("0"))),
    "shelf price of an event": (CALENDAR, cell(CALENDAR, 0, "shelf_price", to("1.99"))),
    "baseline of an event": (CALENDAR, cell(CALENDAR, 0, "baseline_units", to("80.2"))),
    "incremental units": (CALENDAR, cell(CALENDAR, 0, "incremental_units", to("56"))),
    "return on spend": (CALENDAR, cell(CALENDAR, 1, "roi", to("0.83"))),
    "return left out": (CALENDAR, cell(CALENDAR, 1, "roi", to(""))),
    "spread left out": (CALENDAR, cell(CALENDAR, 1, "incremental_profit_p10", to(""))),
    "no reason": (CALENDAR, cell(CALENDAR, 4, "reason", to(" "))),
    # the weekly rows
    "units by a thousandth": (WEEKLY, cell(WEEKLY, 3, "units", lambda c: f"{float(c) + 1e-3:.6f}")),
    "baseline of a week": (WEEKLY, cell(WEEKLY, 3, "baseline_units", to("80"))),
    "shelf price": (WEEKLY, cell(WEEKLY, PROMOTED, "shelf_price", to("2.49"))),
    "base price": (WEEKLY, cell(WEEKLY, 2, "base_price", to("2.5"))),
    "promotion hidden": (WEEKLY, cell(WEEKLY, PROMOTED, "tactic", to(""))),
    "missing row": (WEEKLY, lines(WEEKLY, lambda rows: rows[:5] + rows[6:])),
    "doubled row": (WEEKLY, lines(WEEKLY, lambda rows: [*rows[:5], rows[4], *rows[5:]])),
    "row replaced by its neighbour": (WEEKLY, lines(WEEKLY, lambda r: [*r[:5], r[4], *r[6:]])),
    "tail row removed": (WEEKLY, lines(WEEKLY, lambda r: r[: TAIL + 1] + r[TAIL + 2 :])),
    "whole tail removed": (WEEKLY, lines(WEEKLY, lambda r: [x for x in r if not x.endswith(",1")])),
    "tail called horizon": (WEEKLY, cell(WEEKLY, TAIL, "tail", to("0"))),
    "rows in another order": (WEEKLY, lines(WEEKLY, lambda r: [r[0], *r[:0:-1]])),
    "pair left out": (WEEKLY, lines(WEEKLY, lambda r: [x for x in r if ",P3," not in x])),
    # what is not a number
    **{
        f"{text!r} for units": (WEEKLY, cell(WEEKLY, 4, "units", to(text)))
        for text in ("NaN", "nan", "inf", "-inf", "", "1e2", "0x1F", " 97", "1_000", "97.0", "+97")
    },
    **{
        f"{text!r} for profit": (WEEKLY, cell(WEEKLY, 4, "profit", to(text)))
        for text in (
            "NaN",
            "1e5",
            "66",
            "66.1",
            "066.10",
            "66.100",
            "1,0",
            "\u0666\u0666.00",
            "=1+1",
        )
    },
    # plan.json
    "objective": ("plan.json", says(objective=393.42)),
    "objective as text": ("plan.json", says(objective="393.41")),
    "objective a fraction of a cent": ("plan.json", says(objective=393.411)),
    "objective true": ("plan.json", says(objective=True)),
    "bound under the objective": ("plan.json", says(bound=393.40, gap=-0.0000254)),
    "bound equal, gap not": ("plan.json", says(bound=393.41)),
    "gap edited": ("plan.json", says(gap=0.0)),
    "gap left out": ("plan.json", says(gap=None)),
    "optimal claimed": ("plan.json", says(status="optimal")),
    "infeasible claimed": ("plan.json", says(status="infeasible")),
    "optimal without a bound": ("plan.json", says(status="optimal", bound=None, gap=None)),
    "violation made up": ("plan.json", says(violations=["slots: 2 in 001"])),
    "violations as text": ("plan.json", says(violations="none")),
    "not verified": ("plan.json", says(verified=False)),
    "verified 1": ("plan.json", says(verified=1)),
    "scenario's name": ("plan.json", says(scenario="other")),
    "hash of the scenario": ("plan.json", says(scenario_sha256="0" * 64)),
    "hash of the inputs": ("plan.json", says(inputs_sha256="0" * 64)),
    "hash of the response": ("plan.json", says(response_sha256="0" * 64)),
    "seconds": ("plan.json", says(seconds=-1)),
    "versions": ("plan.json", says(versions={})),
    "workspace a number": ("plan.json", says(workspace=3)),
    "key more": ("plan.json", says(remark="all is well")),
    "key less": ("plan.json", without_key("bound")),
    "a total": ("plan.json", totals(profit=9637.5)),
    "a total of units": ("plan.json", totals(units=10160.0)),
    "number of events": ("plan.json", totals(events=6)),
    "spread of the total": ("plan.json", totals(incremental_profit_p10=16.7)),
    "total more": ("plan.json", totals(savings=1.0)),
    "total as text": ("plan.json", totals(fees="41.0")),
    "totals a list": ("plan.json", says(totals=[])),
    "key twice": (
        "plan.json",
        raw("plan.json", lambda b: b.replace(b"{", b'{"objective": 1.0,', 1)),
    ),
    "NaN in JSON": ("plan.json", raw("plan.json", lambda b: b.replace(b"393.41", b"NaN", 1))),
    "infinite bound": ("plan.json", raw("plan.json", lambda b: b.replace(b"700.0", b"1e999", 1))),
    "not JSON": ("plan.json", raw("plan.json", lambda b: b[:-5])),
    "a list": ("plan.json", raw("plan.json", lambda b: b"[]")),
    "nested too deep": ("plan.json", raw("plan.json", lambda b: b"[" * 100_000)),
    # the other tables
    "budget raised": ("budgets.csv", cell("budgets.csv", 0, "amount", plus(1000.0))),
    "planned lowered": (
        "budgets.csv",
        several(
            cell("budgets.csv", 0, "planned", plus(-100.0)),
            cell("budgets.csv", 0, "left", plus(100.0)),
        ),
    ),
    "left": ("budgets.csv", cell("budgets.csv", 0, "left", plus(0.01))),
    "spend at risk": ("budgets.csv", cell("budgets.csv", 0, "spend_p95", plus(-0.01))),
    "marginal profit": ("budgets.csv", cell("budgets.csv", 0, "marginal_profit", to("NaN"))),
    "ceiling that costs": ("budgets.csv", cell("budgets.csv", 0, "marginal_profit", to("-0.2"))),
    "budget left out": ("budgets.csv", lines("budgets.csv", lambda rows: rows[:-1])),
    "budget's name": ("budgets.csv", cell("budgets.csv", 2, "budget", to("something for 001"))),
    "moved between lines": (
        "pnl.csv",
        several(cell("pnl.csv", 1, "plan", plus(5.0)), cell("pnl.csv", 2, "plan", plus(-5.0))),
    ),
    "rebate forgotten": ("pnl.csv", cell("pnl.csv", 3, "plan", to("0.00"))),
    "lines in another order": ("pnl.csv", lines("pnl.csv", swap(3, 4))),
    "pnl of a brand left out": ("pnl.csv", lines("pnl.csv", lambda rows: rows[:9] + rows[17:])),
    "rule's value": ("guardrails.csv", cell("guardrails.csv", 0, "value", to("4"))),
    "slack": ("guardrails.csv", cell("guardrails.csv", 1, "slack", to("2"))),
    "worst": ("guardrails.csv", cell("guardrails.csv", 1, "worst", to("3"))),
    "selection": ("guardrails.csv", cell("guardrails.csv", 3, "selection", to("account=B2"))),
    "rule left out": ("guardrails.csv", lines("guardrails.csv", lambda rows: rows[:-1])),
    "rule more": ("guardrails.csv", lines("guardrails.csv", lambda rows: [*rows, rows[1]])),
    "available": ("supply.csv", cell("supply.csv", 1, "available", to("500"))),
    "supplied units": ("supply.csv", cell("supply.csv", 1, "units", to("0"))),
    "supply's week": ("supply.csv", cell("supply.csv", 1, "week", to("2026-01-27"))),
    "expected volume": ("sop.csv", cell("sop.csv", 3, "units", plus(1.0))),
    "likely volume": ("sop.csv", cell("sop.csv", 3, "units_p50", plus(1.0))),
    "high volume": ("sop.csv", cell("sop.csv", 3, "units_p90", plus(-1.0))),
    "high volume left blank": ("sop.csv", cell("sop.csv", 3, "units_p90", to(""))),
    "what promotions add": ("sop.csv", cell("sop.csv", 5, "promotion_units", plus(1.0))),
    "accounts on deal": ("sop.csv", cell("sop.csv", 5, "accounts", to("9"))),
    "bought ahead": ("sop.csv", cell("sop.csv", 5, "bought_ahead", to("3"))),
    "stock of production": ("sop.csv", cell("sop.csv", 0, "available", to("3"))),
    "risk of running short": ("sop.csv", cell("sop.csv", 0, "short_risk", to("0.5"))),
    "peak made up": ("sop.csv", cell("sop.csv", 0, "peak", to("short"))),
    "lead time": ("sop.csv", cell("sop.csv", 0, "lead_time_weeks", to("2"))),
    "too late": ("sop.csv", cell("sop.csv", 0, "late", to("1"))),
    "week of volume left out": ("sop.csv", lines("sop.csv", lambda rows: rows[:-1])),
    # plan.json: the draws
    "expected profit": ("plan.json", risk(expected_profit=1e4)),
    "tail as good as the rest": ("plan.json", risk(tail_profit=1e4)),
    "fewer draws": ("plan.json", risk(draws=19)),
    "another level": ("plan.json", risk(level=0.5)),
    "a weight made up": ("plan.json", risk(weight=0.5)),
    "a price made up": ("plan.json", risk(price=0.0)),
    "a price and a neutral plan made up": (
        "plan.json",
        risk(price=1.0, neutral_expected_profit=1e4, neutral_tail_profit=1.0),
    ),
    "risk of another kind": ("plan.json", says(risk=[])),
    "risk left out": ("plan.json", says(risk=None)),
    # files and encodings
    "byte order mark": (WEEKLY, raw(WEEKLY, lambda b: b"\xef\xbb\xbf" + b)),
    "carriage returns": (WEEKLY, raw(WEEKLY, lambda b: b.replace(b"\n", b"\r\n"))),
    "zero byte": (CALENDAR, raw(CALENDAR, lambda b: b.replace(b"E0001", b"E0001\0"))),
    "another encoding": (CALENDAR, raw(CALENDAR, lambda b: b.replace(b"pinned", b"pinn\xe9"))),
    "utf-16": (CALENDAR, raw(CALENDAR, lambda b: b.decode().encode("utf-16"))),
    "look-alike letter": (
        CALENDAR,
        raw(CALENDAR, lambda b: b.replace(b",NA,", ",N\u0410,".encode())),
    ),
    "line cut": (WEEKLY, raw(WEEKLY, lambda b: b[:-1])),
    "half a file": (WEEKLY, raw(WEEKLY, lambda b: b[: len(b) // 2])),
    "empty line": (WEEKLY, raw(WEEKLY, lambda b: b + b"\n")),
    "row hidden in quotes": (WEEKLY, raw(WEEKLY, lambda b: b.replace(b"\n001", b'\n"001', 1))),
    "empty file": ("pnl.csv", raw("pnl.csv", lambda b: b"")),
    "no rows": (WEEKLY, lines(WEEKLY, lambda rows: rows[:1])),
    "column renamed": ("pnl.csv", raw("pnl.csv", lambda b: b.replace(b"plan", b"Plan", 1))),
    "column more": (CALENDAR, lines(CALENDAR, lambda rows: [row + ",1" for row in rows])),
    "column less": (WEEKLY, lines(WEEKLY, lambda rows: [row.rsplit(",", 1)[0] for row in rows])),
    "cell more in a row": (WEEKLY, lines(WEEKLY, lambda r: [*r[:4], r[4] + ",0", *r[5:]])),
    "file more": ("notes.csv", lambda folder: (folder / "notes.csv").write_text("x")),
    **{
        f"{file} deleted": (file, lambda folder, file=file: (folder / file).unlink())
        for file in (
            *("plan.json", CALENDAR, WEEKLY, "budgets.csv"),
            *("pnl.csv", "supply.csv", "sop.csv", "guardrails.csv"),
        )
    },
    "file a folder": (
        "pnl.csv",
        lambda folder: ((folder / "pnl.csv").unlink(), (folder / "pnl.csv").mkdir()),
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found(desk, kind):
    blamed, tamper = TAMPERING[kind]
    folder = desk.copy(f"tampered {list(TAMPERING).index(kind)}")
    tamper(folder)
    findings = desk.verdict(folder)
    assert blamed in {finding.file for finding in findings}
    assert all(str(finding.found) != str(finding.expected) for finding in findings)
    shutil.rmtree(folder)


def test_there_are_many_kinds():
    assert len(TAMPERING) + len(BREAKS) >= 40


def test_another_workspace(desk):
    listings = desk.workspace.listings
    dearer = listings.assign(list_price=listings["list_price"] + 0.01)
    other = replace(desk.workspace, listings=dearer)
    columns = {finding.column for finding in replace(desk, workspace=other).verdict(desk.honest)}
    assert columns >= {"inputs_sha256", "gross_sales", "profit"}


def test_another_response(desk):
    lift = desk.response.lift
    frames = {name: getattr(desk.response, name) for name in ("baseline", "carry", "cross")}
    other = Response.of(lift=lift.assign(log_lift=lift["log_lift"] + 1e-5), **frames)
    columns = {finding.column for finding in replace(desk, response=other).verdict(desk.honest)}
    assert columns >= {"response_sha256", "units", "incremental_profit_p10"}


def test_another_scenario(desk):
    other = desk.spec.model_copy(update={"budget_scale": 0.5})
    found = replace(desk, spec=other).verdict(desk.honest)
    assert {finding.file for finding in found} == {"budgets.csv", "plan.json"}


def test_plan_of_another_calendar(desk):
    """Files of two honest plans mixed: each is consistent only with its own."""
    folder = desk.room / "second"
    desk.write((*HONEST[:3], HONEST[4], ("B2", "P1", "T0", 7, 1)), folder)
    for file in sorted(path.name for path in folder.iterdir() if path.name != "supply.csv"):
        mixed = desk.copy(f"mixed {file}")
        shutil.copy(folder / file, mixed / file)
        assert desk.verdict(mixed), file
