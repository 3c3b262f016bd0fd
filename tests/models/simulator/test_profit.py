"""True profit against hand-made sums, and against the response's tables where they are exact."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.response_files import read_response
from models.simulator import FORMS, MarketOptions, make_market, true_profit, write_market
from models.simulator.calendar import read_calendar
from models.simulator.profit import value_runs
from models.simulator.response_tables import true_response
from models.simulator.reveal import main, reveal
from workspace import InputError, Workspace, load

SMALL = MarketOptions(accounts=3, brands=(2, 1), weeks=40, future=30, cross_lags=1)
EVENTS = [
    ("AURORA-NORTE", "SOL-CLA", "COMPLETA-20", "2026-01-05", 2),
    ("AURORA-NORTE", "SOL-INT", "FACTURA-15", "2026-01-12", 2),
    ("BRISA-LEVANTE", "MER-CLA", "CABECERA-10", "2026-03-02", 1),
    ("CIMA-CENTRO", "SOL-CLA", "OFERTA-20", "2026-W14", 2),
]
COLUMNS = ["account", "product", "tactic", "start_week", "weeks"]


@pytest.fixture(params=["log-linear", "threshold", "saturating"])
def tabular(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    options = replace(SMALL, form=request.param, deals_a_year=12.0)
    return write_market(make_market(options, 2), tmp_path)


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    return written(tmp_path, EVENTS)


def written(folder: Path, events: list[tuple[str, str, str, str, int]]) -> Path:
    path = folder / "calendar.csv"
    pd.DataFrame(events, columns=COLUMNS).to_csv(path, index=False)
    return path


def cents(amount: float) -> int:
    return int(Decimal(repr(float(amount) * 100)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


class ByTables:
    """Contract sections 3 and 4 by dictionaries and loops, from the response's tables alone."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        response = read_response(folder, workspace)
        self.workspace = workspace
        self.lift = response.lift.set_index(["account", "product", "tactic"])
        self.base = response.baseline.set_index(["account", "product", "week"])["units"]
        self.carry = response.carry.set_index(["account", "product", "lag"])["coefficient"]
        self.cross = response.cross
        self.weeks = sorted(response.baseline["week"].unique())

    def units(self, running: dict[tuple[str, str, int], str], a: str, p: str, t: int) -> float:
        def of(column: str, q: str, week: int) -> float:
            tactic = running.get((a, q, week))
            return float(self.lift.loc[(a, q, tactic), column]) if tactic else 0.0

        total = np.log(self.base[a, p, self.weeks[t]]) + of("log_lift", p, t)
        for lag in (1, 2, 3):
            total -= self.carry[a, p, lag] * of("pressure", p, t - lag)
        rows = self.cross[(self.cross["account"] == a) & (self.cross["product"] == p)]
        for row in rows.itertuples():
            total += row.coefficient * of("pull", row.by_product, t - row.lag)
        return float(np.exp(total))

    def running(self, events: pd.DataFrame) -> dict[tuple[str, str, int], str]:
        first = pd.Timestamp(self.weeks[0])
        found = {}
        for event in events.itertuples():
            start = (pd.Timestamp(event.start_week) - first).days // 7
            for week in range(start, start + event.weeks):
                found[event.account, event.product, week] = event.tactic
        return found

    def profit(self, events: list[tuple[str, str, str, str, int]]) -> int:
        frame = pd.DataFrame(events, columns=COLUMNS)
        frame["start_week"] = frame["start_week"].replace("2026-W14", "2026-03-30")
        past = self.running(self.workspace.events)
        plan = past | self.running(frame)
        first = {
            (a, p, (pd.Timestamp(day) - pd.Timestamp(self.weeks[0])).days // 7)
            for a, p, day in zip(
                frame["account"], frame["product"], frame["start_week"], strict=True
            )
        }
        total = 0
        for listing in self.workspace.listings.itertuples():
            a, p = listing.account, listing.product
            for t in range(len(self.weeks)):
                after, before = self.units(plan, a, p, t), self.units(past, a, p, t)
                spend = self.spend(a, p, plan.get((a, p, t)), after, (a, p, t) in first)
                cost = self.workspace.products.set_index("product").loc[p, "unit_cost"]
                margin = listing.list_price - cost
                total += cents(margin * after - spend) - cents(margin * before)
        return total

    def spend(self, a: str, p: str, tactic: str | None, units: float, starts: bool) -> float:
        if tactic is None:
            return 0.0
        rows = self.workspace.tactics.query("tactic == @tactic and account in ['', @a]")
        row = rows.sort_values("account").iloc[-1]
        account = self.workspace.accounts.set_index("account").loc[a]
        listing = self.workspace.listings.query("account == @a and product == @p").iloc[0]
        funding = row.funding_share * row.depth * listing.base_price / (1 + account.vat_rate)
        if row.funding == "off_invoice":
            funding *= 1 + account.forward_buy
        return float(funding * units + row.weekly_fee + starts * row.event_fee)


def test_true_profit_is_what_the_exact_tables_say_to_the_cent(
    tabular: Path, calendar: Path
) -> None:
    oracle = ByTables(load(tabular, planning=True), tabular / "truth" / "response")
    true = true_profit(tabular / "truth", calendar)
    assert cents(true.profit) == oracle.profit(EVENTS)


def test_control_perturbed_tables_say_something_else(tabular: Path, calendar: Path) -> None:
    path = tabular / "truth" / "response" / "lift.csv"
    lift = pd.read_csv(path)
    lift["log_lift"] += 0.01
    lift.to_csv(path, index=False)
    oracle = ByTables(load(tabular, planning=True), tabular / "truth" / "response")
    assert cents(true_profit(tabular / "truth", calendar).profit) != oracle.profit(EVENTS)


def test_logit_has_no_tables() -> None:
    market = make_market(replace(SMALL, form="logit"), 1)
    with pytest.raises(ValueError, match="no tables"):
        true_response(market.truth, market.catalogue.tactics)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_accounts_add_up_and_nothing_planned_earns_nothing(form: str, tmp_path: Path) -> None:
    write_market(make_market(replace(SMALL, form=form), 2), tmp_path)
    true = true_profit(tmp_path / "truth", written(tmp_path, EVENTS))
    for name in ("profit", "spend", "retailer_profit", "units"):
        assert getattr(true, name) == pytest.approx(true.accounts[name].sum(), abs=1e-6)
    assert true.spend > 0
    assert true.roi == pytest.approx(true.profit / true.spend)
    workspace = load(tmp_path)
    truth = make_market(replace(SMALL, form=form), 2).truth
    nothing = value_runs(truth, workspace, ())
    assert (nothing.profit, nothing.spend, nothing.retailer_profit, nothing.units) == (0, 0, 0, 0)
    assert np.isnan(nothing.roi)


def test_the_manufacturer_and_the_retailer_share_what_shoppers_pay(tmp_path: Path) -> None:
    """Both profits together do not depend on who funds the deal, or on fees."""
    write_market(make_market(SMALL, 2), tmp_path)
    calendar = written(tmp_path, EVENTS)
    before = true_profit(tmp_path / "truth", calendar)
    tactics = pd.read_csv(tmp_path / "tactics.csv")
    tactics["funding_share"] = 0.1
    tactics["event_fee"] = 999.0
    tactics.to_csv(tmp_path / "tactics.csv", index=False)
    after = true_profit(tmp_path / "truth", calendar)
    assert before.units == after.units
    assert before.spend != after.spend
    both = before.profit + before.retailer_profit
    assert after.profit + after.retailer_profit == pytest.approx(both, abs=1.0)


@pytest.mark.parametrize(
    "event",
    [
        ("AURORA-NORTE", "SOL-CLA", "COMPLETA-20", "2025-12-29", 1),
        ("AURORA-NORTE", "SOL-CLA", "COMPLETA-20", "2026-07-27", 2),
        ("AURORA-NORTE", "RIV-CLA", "COMPLETA-20", "2026-02-02", 1),
        ("AURORA-NORTE", "SOL-CLA", "GRATIS", "2026-02-02", 1),
        ("NOBODY", "SOL-CLA", "COMPLETA-20", "2026-02-02", 1),
        ("AURORA-NORTE", "NOTHING", "COMPLETA-20", "2026-02-02", 1),
        ("AURORA-NORTE", "SOL-CLA", "OFERTA-10", "2026-01-12", 1),
    ],
)
def test_events_that_cannot_be_are_named(
    event: tuple[str, str, str, str, int], tmp_path: Path
) -> None:
    write_market(make_market(SMALL, 2), tmp_path)
    calendar = written(tmp_path, [*EVENTS, event])
    with pytest.raises(InputError, match=event[1]) as caught:
        true_profit(tmp_path / "truth", calendar)
    assert len(caught.value.faults) == 1
    calendar.write_text("account,product\nA,B\n")
    with pytest.raises(InputError, match="tactic"):
        read_calendar(calendar, make_market(SMALL, 2).truth, load(tmp_path))


def test_reveal_reads_a_plan_and_prints_promise_and_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_market(make_market(SMALL, 2), tmp_path)
    plan = tmp_path / "results" / "plans" / "base"
    plan.mkdir(parents=True)
    frame = pd.DataFrame(EVENTS, columns=COLUMNS).assign(incremental_profit=[500.0, 50.0, 5.5, 1.0])
    frame.to_csv(plan / "calendar.csv", index=False)
    (plan / "plan.json").write_text(json.dumps({"objective": 556.5, "workspace": "../../.."}))
    found = reveal(plan)
    true = true_profit(tmp_path / "truth", plan / "calendar.csv", tmp_path)
    assert found.true.profit == true.profit
    assert found.promised_by_account["AURORA-NORTE"] == 550.0
    assert found.ratio == pytest.approx(556.5 / true.profit)
    assert main([str(plan)]) == 0
    printed = capsys.readouterr().out
    assert f"{true.profit:,.2f}" in printed
    assert "556.50" in printed
    assert main([]) == 2
    assert main([str(tmp_path)]) == 1
    assert "plan.json" in capsys.readouterr().err
