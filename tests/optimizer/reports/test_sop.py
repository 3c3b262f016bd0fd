"""sop.csv: volumes of all accounts together, their spread, and what production has to know."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimizer.build import build
from optimizer.draws import demands, units_by_draw
from optimizer.folder import Origin, write_plan
from optimizer.plan import Plan, plan_of
from optimizer.uncertainty import Uncertainty, uncertainty
from optimizer.verify import verify
from optimizer.verify.facts import gather
from tests.optimizer.test_verify import some_calendar
from tests.oracle.memory import tiny_inputs
from workspace.schema import TABLES
from workspace.settings import Peaks

ORIGIN = Origin("../scenarios/tiny.yaml", "5ca1ab1e", "..", "../response")
Rows = dict[tuple[str, str], dict[str, str]]


def made(
    folder: Path, seed: int, *, draws: int = 7, stock: float | None = None, high: float = 1.5
) -> tuple[Plan, Uncertainty | None, Rows]:
    """A random plan with lead times, verified; `stock`: units of every product and week."""
    workspace, response, spec = tiny_inputs(seed, draws=draws)
    products, accounts = workspace.products.copy(), workspace.accounts.copy()
    accounts["forward_buy"] = 0.25
    products["lead_time_weeks"] = [1.5, *[np.nan] * (len(products) - 1)]
    settings = workspace.settings.model_copy(update={"peaks": Peaks(high=high)})
    workspace = replace(workspace, products=products, accounts=accounts, settings=settings)
    problem = build(workspace, response, spec)
    if stock is not None:
        rows = [(p, w, stock, 0.5) for p in sorted(set(problem.product)) for w in problem.weeks]
        frame = pd.DataFrame(rows, columns=[c.name for c in TABLES["supply"].columns])
        frame["week"] = frame["week"].astype("datetime64[s]")
        workspace = replace(workspace, supply=frame.astype({"product": "str"}))
        problem = build(workspace, response, spec)
    calendar = some_calendar(problem, random.Random(seed))
    plan = plan_of(workspace, response, spec, problem, calendar, given=True)
    drawn = uncertainty(problem, plan.calendar, demands(problem, workspace, response, draws))
    folder.mkdir(exist_ok=True)
    write_plan(plan, drawn, ORIGIN, folder)
    assert verify(folder, workspace, response, spec) == ()
    with (folder / "sop.csv").open(encoding="utf-8", newline="") as stream:
        return plan, drawn, {(r["product"], r["week"]): r for r in csv.DictReader(stream)}


def weekly(folder: Path) -> list[dict[str, str]]:
    with (folder / "weekly.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("seed", [2000, 2003, 2007])
def test_volumes_are_those_of_the_weekly_rows(seed: int, tmp_path: Path) -> None:
    plan, _, rows = made(tmp_path, seed)
    sold = weekly(tmp_path)
    assert set(rows) == {(row["product"], row["week"]) for row in sold}
    facts = gather(plan.workspace, plan.response, plan.spec)  # the verifier's own

    def on_invoice(row: dict[str, str]) -> bool:
        place = facts.place[row["account"], row["product"]], facts.tactic_place[row["tactic"]]
        return facts.terms[place].funding == "off_invoice"

    for key, row in rows.items():
        mine = [r for r in sold if (r["product"], r["week"]) == key]
        units, base = (sum(float(r[c]) for r in mine) for c in ("units", "baseline_units"))
        on = [r for r in mine if r["tactic"]]
        assert float(row["units"]) == pytest.approx(units, abs=1e-5)
        assert float(row["baseline_units"]) == pytest.approx(base, abs=1e-5)
        assert float(row["promotion_units"]) == pytest.approx(units - base, abs=1e-5)
        assert int(row["accounts"]) == len(on)
        assert float(row["promoted_units"]) == pytest.approx(
            sum(float(r["units"]) for r in on), abs=1e-5
        )
        ahead = sum(float(r["units"]) for r in on if on_invoice(r)) * 0.25
        assert float(row["bought_ahead"]) == pytest.approx(ahead, abs=1e-5)
        assert row["tail"] == mine[0]["tail"]


def test_a_quantile_is_of_the_total_over_accounts(tmp_path: Path) -> None:
    """Joint draws: the P90 of a sum is no sum of P90s, which would be the control."""
    plan, _, rows = made(tmp_path, 2003, draws=40)
    problem = plan.problem
    draws = [
        units
        for _, units in units_by_draw(problem, plan.workspace, plan.response, plan.calendar, 40)
    ]
    apart = 0.0
    for (product, week), row in rows.items():
        mine = [b for b, name in enumerate(problem.product) if name == product]
        at = problem.weeks.index(week)
        totals = np.array([units[mine, at].sum() for units in draws])
        for column, level in (("units_p50", 0.5), ("units_p90", 0.9)):
            assert float(row[column]) == pytest.approx(np.quantile(totals, level), abs=1e-5)
        each = sum(float(np.quantile([units[b, at] for units in draws], 0.9)) for b in mine)
        apart = max(apart, abs(each - float(row["units_p90"])))
    assert apart > 1.0


def test_running_short_and_the_risk_of_it(tmp_path: Path) -> None:
    """Every draw lives off what it has left itself; the shares are counted by hand."""
    _, drawn, easy = made(tmp_path / "a", 2003, draws=20, stock=1e6)
    assert {row["peak"] for row in easy.values()} <= {"", "high"}
    assert {row["short_risk"] for row in easy.values() if row["tail"] == "0"} == {"0"}
    assert {row["available"] for row in easy.values() if row["tail"] == "1"} <= {""}
    usual = float(np.median([float(row["units"]) for row in easy.values()]))
    plan, drawn, rows = made(tmp_path / "b", 2003, draws=20, stock=usual)
    assert drawn is not None
    products = sorted(set(plan.problem.product))
    seen = set()
    for n, product in enumerate(products):
        kept = np.zeros(20)
        for t, week in enumerate(plan.problem.weeks[: plan.problem.horizon]):
            there = usual + kept
            used = drawn.units[:, n, t]
            kept = 0.5 * np.maximum(0.0, there - used)
            row = rows[product, week]
            risk = float(np.mean(used > there))
            assert float(row["short_risk"]) == pytest.approx(risk)
            if float(row["units"]) > float(row["available"]) + 1e-4:
                assert row["peak"] == "short"
            elif risk > 0.1:
                assert row["peak"] == "tight"
            seen.add(row["peak"])
    assert {"short", "tight"} <= seen


def test_a_high_week_is_measured_by_an_ordinary_one(tmp_path: Path) -> None:
    plan, _, rows = made(tmp_path / "a", 2003, high=1.1)
    horizon = plan.problem.weeks[: plan.problem.horizon]
    seen = set()
    for (product, _), row in rows.items():
        usual = np.mean([float(rows[product, week]["baseline_units"]) for week in horizon])
        assert (row["peak"] == "high") == (float(row["units"]) >= 1.1 * usual)
        seen.add(row["peak"])
    assert seen == {"", "high"}
    made(tmp_path / "b", 2003, high=1.0)  # floats cannot tell a flat week from an ordinary one


def test_production_knows_whole_weeks_before(tmp_path: Path) -> None:
    plan, _, rows = made(tmp_path, 2003)
    first = plan.problem.weeks[0]
    code = plan.workspace.products["product"].iloc[0]
    for (product, week), row in rows.items():
        if product != code:
            assert (row["lead_time_weeks"], row["know_by"], row["late"]) == ("", "", "")
            continue
        assert row["lead_time_weeks"] == "1.5"
        assert np.datetime64(week) - np.datetime64(row["know_by"]) == np.timedelta64(14, "D")
        assert row["late"] == str(int(row["know_by"] < first))
    mine = [row["late"] for (product, _), row in sorted(rows.items()) if product == code]
    assert mine[:3] == ["1", "1", "0"]


def test_without_draws_the_spread_is_blank(tmp_path: Path) -> None:
    _, drawn, rows = made(tmp_path, 2003, draws=0, stock=300.0)
    assert drawn is None
    for column in ("units_p50", "units_p90", "short_risk"):
        assert {row[column] for row in rows.values()} == {""}
    assert "tight" not in {row["peak"] for row in rows.values()}


def test_a_lead_time_or_a_threshold_of_its_own_is_part_of_the_inputs(tmp_path: Path) -> None:
    """And without them the hash is the one that plans were signed with before there were any."""
    workspace, _, _ = tiny_inputs(2003)
    products = workspace.products.assign(lead_time_weeks=2.0)
    assert replace(workspace, products=products).sha256 != workspace.sha256
    older = replace(workspace, products=workspace.products.drop(columns="lead_time_weeks"))
    assert replace(older, products=older.products.assign(lead_time_weeks=np.nan)).sha256 == (
        workspace.sha256
    )
    settings = workspace.settings.model_copy(update={"peaks": Peaks(high=2.0)})
    assert replace(workspace, settings=settings).sha256 != workspace.sha256
    shown = json.loads(workspace.settings.model_dump_json())
    assert shown["peaks"] == {"high": 1.5, "risk": 0.1}
