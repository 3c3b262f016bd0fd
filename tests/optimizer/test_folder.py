"""A plan's folder: exact columns, totals that tie, the same bytes twice."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from optimizer.draws import demands
from optimizer.folder import FILES, Origin, write_plan
from optimizer.plan import Plan, PlanStatus, plan_of, versions
from optimizer.problem import Calendar, Ints, Quantity, Row, Sense
from optimizer.reasons import reasons
from optimizer.rebates import Rebates
from optimizer.reports.cells import money, number
from optimizer.reports.pnl import pnl
from optimizer.uncertainty import uncertainty
from tests.optimizer.problems import tiny_inputs, tiny_problem
from tests.optimizer.test_attribution import random_calendar
from workspace import load

ORIGIN = Origin("../base.yaml", "0" * 64, "..", "../response")
COLUMNS = {
    "calendar.csv": "event, account, product, tactic, start_week, weeks, depth, feature, display, "
    "base_price, shelf_price, baseline_units, units, incremental_units, spend, "
    "incremental_profit, retailer_incremental_profit, roi, incremental_profit_p10, "
    "incremental_profit_p90, reason",
    "weekly.csv": "account, product, week, tactic, base_price, shelf_price, units, "
    "baseline_units, gross_sales, variable_spend, fees, profit, retailer_profit, "
    "profit_no_promotion, retailer_profit_no_promotion, tail",
    "budgets.csv": "budget, amount, planned, left, spend_p95, marginal_profit",
    "pnl.csv": "account, brand, line, no_promotion, plan, change",
    "supply.csv": "product, week, units, available",
    "sop.csv": "product, week, units, units_p50, units_p90, baseline_units, promotion_units, "
    "promoted_units, accounts, bought_ahead, available, short_risk, peak, lead_time_weeks, "
    "know_by, late, tail",
    "guardrails.csv": "rule, selection, value, worst, slack, penalty",
}
Rows = list[dict[str, str]]


def plan_of_seed(folder: Path, seed: int, draws: int = 4) -> Plan:
    workspace, response, spec = tiny_inputs(folder, seed, draws)
    _, problem = tiny_problem(folder, seed, draws)
    calendar = random_calendar(problem, seed)
    duals = np.linspace(-1.0, 1.0, len(problem.rows))
    return plan_of(workspace, response, spec, problem, calendar, bound=1e6, duals=duals)


def written(plan: Plan, folder: Path, draws: int = 4) -> dict[str, Rows]:
    folder.mkdir()
    problem = plan.problem
    drawn = uncertainty(
        problem, plan.calendar, demands(problem, plan.workspace, plan.response, draws)
    )
    write_plan(plan, drawn, ORIGIN, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    tables = {}
    for name in COLUMNS:
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            tables[name] = list(csv.DictReader(stream))
    return tables


def total(rows: Rows, column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


@pytest.mark.parametrize("seed", [1, 4, 6, 9])
def test_totals_tie_across_files(seed: int, tmp_path: Path) -> None:
    plan = plan_of_seed(tmp_path, seed)
    tables = written(plan, tmp_path / "plan")
    record = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    weekly, calendar, pnl = (tables[f"{n}.csv"] for n in ("weekly", "calendar", "pnl"))
    change = total(weekly, "profit") - total(weekly, "profit_no_promotion")
    rebates = [row for row in pnl if row["line"] == "rebates"]
    assert total(calendar, "incremental_profit") == change
    assert Decimal(str(record["objective"])) == change - total(rebates, "change")
    retailer = total(weekly, "retailer_profit") - total(weekly, "retailer_profit_no_promotion")
    assert total(calendar, "retailer_incremental_profit") == retailer
    spend = total(weekly, "variable_spend") + total(weekly, "fees")
    assert total(calendar, "spend") == spend
    for line, column in (("gross_sales",) * 2, ("fees",) * 2, ("variable_spend",) * 2):
        rows = [row for row in pnl if row["line"] == line]
        assert total(rows, "plan") == total(weekly, column)
    profit = [row for row in pnl if row["line"] == "profit"]
    assert total(profit, "change") == Decimal(str(record["objective"]))
    for brand in {(row["account"], row["brand"]) for row in pnl}:
        lines = {r["line"]: Decimal(r["plan"]) for r in pnl if (r["account"], r["brand"]) == brand}
        spent = lines["variable_spend"] + lines["fees"] + lines["rebates"]
        assert lines["gross_sales"] - spent == lines["net_sales"]
        assert lines["net_sales"] - lines["cogs"] == lines["profit"]
    for row in tables["budgets.csv"]:
        assert Decimal(row["amount"]) - Decimal(row["planned"]) == Decimal(row["left"])
    assert float(record["gap"]) == pytest.approx(
        (record["bound"] - record["objective"]) / max(1, abs(record["objective"]))
    )
    moved = total(weekly, "units") - total(weekly, "baseline_units")
    assert float(total(calendar, "incremental_units")) == pytest.approx(float(moved), abs=1e-3)


def test_columns_are_the_contracts(tmp_path: Path) -> None:
    written(plan_of_seed(tmp_path, 4), tmp_path / "plan")
    for name, columns in COLUMNS.items():
        first = (tmp_path / "plan" / name).read_text(encoding="utf-8").split("\n")[0]
        assert first == columns.replace(", ", ",")


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(plan_of_seed(tmp_path / name, 4), tmp_path / name / "plan")
    for file in FILES:
        one, two = ((tmp_path / name / "plan" / file).read_bytes() for name in ("one", "two"))
        assert one == two, file
        if not file.endswith(".xlsx"):
            assert b"\r" not in one
            assert one.endswith(b"\n")


def test_without_draws_uncertain_columns_are_blank(tmp_path: Path) -> None:
    plan = plan_of_seed(tmp_path, 4, draws=0)
    tables = written(plan, tmp_path / "plan", draws=0)
    assert {row["incremental_profit_p10"] for row in tables["calendar.csv"]} == {""}
    assert {row["spend_p95"] for row in tables["budgets.csv"]} == {""}


def test_with_draws_low_is_below_high(tmp_path: Path) -> None:
    tables = written(plan_of_seed(tmp_path, 4), tmp_path / "plan")
    for row in tables["calendar.csv"]:
        low, high = Decimal(row["incremental_profit_p10"]), Decimal(row["incremental_profit_p90"])
        assert low <= high
    assert {row["spend_p95"] for row in tables["budgets.csv"]} != {""}


def test_codes_stay_to_the_letter(tmp_path: Path) -> None:
    tables = written(plan_of_seed(tmp_path, 4), tmp_path / "plan")
    assert {row["account"] for row in tables["weekly.csv"]} <= {"001", "B2"}
    assert "NA" in {row["product"] for row in tables["weekly.csv"]}


def test_status_follows_from_rules_and_gap(tmp_path: Path) -> None:
    workspace, response, spec = tiny_inputs(tmp_path, 4)
    _, problem = tiny_problem(tmp_path, 4)
    none = np.zeros(0, dtype=np.int64)
    quiet = Calendar(none, none, none, none)
    free = replace(problem, rules=(), budgets=(), standing=None)
    plan = plan_of(workspace, response, spec, free, quiet, bound=0.0)
    assert (plan.status, plan.gap, plan.objective) == (PlanStatus.OPTIMAL, 0.0, 0.0)
    assert replace(plan, bound=5.0).status is PlanStatus.FEASIBLE
    assert replace(plan, bound=None).status is PlanStatus.FEASIBLE
    assert replace(plan, bound=None).gap is None
    assert "no bound" in str(replace(plan, bound=None))
    assert "gap 0.000%" in str(plan)
    floor = replace(problem.budgets[0], sense=type(problem.budgets[0].sense).AT_LEAST, limit=9.0)
    broken = plan_of(workspace, response, spec, replace(free, budgets=(floor,)), quiet)
    assert broken.status is PlanStatus.INFEASIBLE
    assert "broken: " in str(broken)


def test_a_bound_below_a_cent_is_rounded_up(tmp_path: Path) -> None:
    plan = plan_of_seed(tmp_path, 4)
    assert replace(plan, bound=plan.objective + 0.001).ceiling == round(plan.objective + 0.01, 2)
    assert replace(plan, bound=plan.objective - 5).ceiling == plan.objective


def test_reasons_say_what_binds(tmp_path: Path) -> None:
    plan = plan_of_seed(tmp_path, 4)
    reasons = {row["reason"] for row in written(plan, tmp_path / "a")["calendar.csv"]}
    assert all(reasons)
    given = written(replace(plan, given=True), tmp_path / "b")["calendar.csv"]
    assert all("given" in row["reason"] or "pinned" in row["reason"] for row in given)
    free = written(replace(plan, duals=None), tmp_path / "c")["calendar.csv"]
    assert not any("budget " in row["reason"] for row in free)


def test_numbers_are_written_one_way() -> None:
    assert [money(c) for c in (0, 5, -5, 123, -12345)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1.23",
        "-123.45",
    ]
    values = (0.1 + 0.2, 1e-9, -1e-9, 5.0, 1e15, None, float("nan"), -2.5)
    assert [number(v) for v in values] == [
        *("0.3", "0", "0", "5", "1000000000000000", "", "", "-2.5")
    ]


def test_versions_name_what_made_the_plan() -> None:
    found = versions()
    assert set(found) == {"tradewind", "numpy", "pandas", "pyomo", "highspy"}
    assert found["numpy"] == np.__version__


def test_supply_is_shown_beside_what_is_sold(tmp_path: Path) -> None:
    folder = tmp_path / "4"
    tiny_inputs(tmp_path, 4)
    rows = "P1,2026-01-12,1000,1\nP1,2026-01-05,9007.5,0.5\nP1,2031-01-06,3,1\n"
    rows += "P1,2026-01-26,5,1\n"
    plan = plan_of_seed(tmp_path, 4)
    text = "product,week,units,carry_over\n" + rows
    (folder / "supply.csv").write_text(text, encoding="utf-8")
    stocked = replace(plan, workspace=load(folder, planning=True))
    tables = written(stocked, tmp_path / "plan")
    first, second, third = tables["supply.csv"]
    assert [r["week"] for r in (first, second, third)] == ["2026-01-05", "2026-01-12", "2026-01-26"]
    left = 0.5 * (9007.5 - float(first["units"]))
    assert left > 0
    assert float(second["available"]) == pytest.approx(1000 + left, abs=1e-5)
    assert third["available"] == "5"  # the week before has no row, so nothing is known of it
    sold = [r for r in tables["weekly.csv"] if (r["product"], r["week"]) == ("P1", "2026-01-12")]
    units = Decimal(second["units"])
    assert abs(total(sold, "units") - units) <= Decimal("0.000002")


def test_reasons_are_true_of_the_figures(tmp_path: Path) -> None:
    plan = plan_of_seed(tmp_path, 4)
    budget = plan.problem.budgets[0]
    every = np.arange(plan.problem.blocks)
    wide = replace(budget, blocks=every, first=0, last=plan.problem.horizon - 1)
    floor = replace(wide, name="floor", quantity=Quantity.UNITS, sense=Sense.AT_LEAST)
    bare = replace(plan.problem, standing=None)
    events = plan.calendar.block.size
    rich, poor = np.full(events, 900), np.full(events, -5)
    spend = np.full(events, 100)

    def said(rows: tuple[Row, ...], duals: list[float], profit: Ints) -> str:
        problem = replace(bare, rows=rows)
        changed = replace(plan, problem=problem, duals=np.array(duals))
        (sentence,) = {str(text) for text in reasons(changed, profit, spend)}
        return sentence

    assert said((wide,), [2.0], rich) == (
        f"earns 9.00 per 1.00 of budget {budget.name}, whose last 1.00 earns 2.00"
    )
    assert said((wide, floor), [0.0, -3.0], poor) == "helps to keep floor, which binds"
    assert said((wide, floor), [0.0, -3.0], rich) == "adds profit where floor binds"
    assert said((wide,), [0.0], rich) == "adds profit; no budget or shared rule binds here"
    assert said((wide,), [0.0], poor) == "part of the best calendar found"
    assert said((wide,), [20.0], poor) == "part of the best calendar found"


def test_a_rebate_is_divided_among_brands(tmp_path: Path) -> None:
    plan = plan_of_seed(tmp_path, 4)
    account = plan.problem.account[0]
    given = Rebates((account,), np.array([101]), np.array([50]))
    for gross in (plan.outcome.gross_sales, np.zeros_like(plan.outcome.gross_sales)):
        outcome = replace(plan.outcome, rebates=given, gross_sales=gross)
        lines = list(pnl(replace(plan, outcome=outcome)))
        rebates = [row for row in lines if row[2] == "rebates" and row[0] == account]
        assert sum(Decimal(row[4]) for row in rebates) == Decimal("1.01")
        assert sum(Decimal(row[5]) for row in rebates) == Decimal("0.51")
