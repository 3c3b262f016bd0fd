"""Reviews against worlds that were simulated: as planned, as it ran, and without each event."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.review.event_review import EventReview
from scenarios.review.review import Review, review
from scenarios.review.seen import Status
from tests.scenarios.review.played import Event, Played
from workspace.faults import InputError

CAUSE = {"half": "depth", "dropped": "weeks", "none": "weeks", "late": "weeks", "shown": "display"}
TAKEN = ("later_weeks", "own_products", "own_products_later", "competitors")
EXECUTED = ("depth", "feature", "display", "weeks")


def of(event: Event, played: Played, reviewed: Review) -> EventReview:
    truth = played.market.truth
    key = (truth.accounts[event.account], truth.products[event.product])
    return next(e for e in reviewed.events if (e.promise.account, e.promise.product) == key)


def units(world: np.ndarray, event: Event, played: Played) -> float:
    """Of a world in the weeks of an event, the week that it ran too long among them."""
    first = played.market.truth.history + event.start
    return float(
        world[event.account, event.product, first : first + event.weeks + (event.slip == "late")]
        .sum()
    )  # fmt: skip


def test_parts_sum_to_what_was_sold_less_what_was_planned(reviewed: Review) -> None:
    for event in reviewed.events:
        compared, brought = event.compared, event.returns
        assert compared is not None
        assert brought is not None
        assert sum(compared.units.values()) == compared.actual_units - compared.planned_units
        assert sum(compared.profit.values()) == compared.actual_profit - compared.planned_profit
        assert sum(brought.sources.values()) == brought.gain
    totals = reviewed.totals
    assert sum(totals.units.values()) == totals.actual_units - totals.planned_units
    assert sum(totals.profit.values()) == totals.actual_profit - totals.planned_profit
    assert sum(totals.sources.values()) == totals.gain


def test_sold_and_planned_are_those_of_sales_and_plan(played: Played, reviewed: Review) -> None:
    sales = pd.read_csv(played.folder / "sales.csv", parse_dates=["week"])
    weekly = pd.read_csv(played.plan / "weekly.csv", parse_dates=["week"])
    calendar = pd.read_csv(played.plan / "calendar.csv")
    for event in played.events:
        found = of(event, played, reviewed)
        start = pd.Timestamp(found.promise.start_week)
        span = (start, start + pd.Timedelta(weeks=event.weeks - 1 + (event.slip == "late")))

        def inside(table: pd.DataFrame, column: str, promise=found.promise, span=span) -> float:
            rows = table[
                (table["account"] == promise.account)
                & (table["product"] == promise.product)
                & table["week"].between(*span)
            ]
            return float(rows[column].sum())

        assert found.compared.actual_units == round(1000 * inside(sales, "units"))
        assert found.compared.planned_units == pytest.approx(1000 * inside(weekly, "units"), abs=3)
        assert found.compared.planned_profit == round(100 * inside(weekly, "profit"))
    promised = reviewed.totals
    assert promised.planned_incremental == round(100 * calendar["incremental_profit"].sum())
    assert promised.planned_spend == round(100 * calendar["spend"].sum())


def test_each_slip_goes_to_its_cause(played: Played, reviewed: Review) -> None:
    held = []
    for event in played.events:
        compared = of(event, played, reviewed).compared
        moved = {name: compared.units[name] for name in EXECUTED}
        if not event.slip:
            assert not any(moved.values())
            continue
        assert max(moved, key=lambda name: abs(moved[name])) == CAUSE[event.slip]
        truth = units(played.with_slips, event, played) - units(played.as_planned, event, played)
        ends = compared.ranges["execution"]
        held.append(ends.low <= truth <= ends.high)
        assert sum(moved.values()) / 1000 == pytest.approx(truth, rel=0.35)
        # Control: that nothing had slipped lies outside.
        assert not ends.low <= 0.0 <= ends.high
    assert np.mean(held) >= 0.6  # of ranges that should hold 8 in 10


def test_gains_hold_the_truth_of_the_world_without_the_event(
    played: Played, reviewed: Review
) -> None:
    held, control = [], []
    for event, without in zip(played.events, played.without, strict=True):
        brought = of(event, played, reviewed).returns
        truth = units(played.with_slips, event, played) - units(without, event, played)
        ends = brought.gain_range
        held.append(ends.low <= truth <= ends.high)
        control.append(ends.low <= 1.5 * truth + 500.0 <= ends.high)
    assert np.mean(held) >= 0.6
    assert np.mean(control) <= 0.3


def test_the_lift_came_from_where_the_simulator_took_it(played: Played, reviewed: Review) -> None:
    """Against the worlds with and without each event: later weeks, siblings, competitors."""
    truth, first = played.market.truth, played.market.truth.history
    true, told = dict.fromkeys(TAKEN, 0.0), dict.fromkeys(TAKEN, 0.0)
    for event, without in zip(played.events, played.without, strict=True):
        change = (played.with_slips - without)[event.account]
        mine = np.arange(len(truth.products)) == event.product
        ran = np.zeros(change.shape[1], dtype=np.bool_)
        start = first + event.start
        ran[start : start + event.weeks + (event.slip == "late")] = True
        true["later_weeks"] -= change[mine][:, ~ran].sum()
        true["own_products"] -= change[truth.own & ~mine][:, ran].sum()
        true["own_products_later"] -= change[truth.own & ~mine][:, ~ran].sum()
        true["competitors"] -= change[~truth.own].sum()
        sources = of(event, played, reviewed).returns.sources
        for name in TAKEN:
            told[name] += sources[name] / 1000
    for name in TAKEN:
        assert told[name] == pytest.approx(true[name], rel=0.35, abs=250.0), name
    # Control: what one source lost is not what another did.
    assert told["competitors"] != pytest.approx(true["own_products"], rel=0.35)


def test_what_was_paid_is_what_the_contract_makes_of_what_ran(
    played: Played, reviewed: Review
) -> None:
    """Where an event ran as planned: the formula of section 4 on the units sold."""
    event = played.events[0]
    found = of(event, played, reviewed)
    account, product = (
        pd.read_csv(played.folder / f"{name}.csv").set_index(name[:-1])
        for name in ("accounts", "products")
    )
    listed = pd.read_csv(played.folder / "listings.csv").set_index(["account", "product"])
    tactics = pd.read_csv(played.folder / "tactics.csv")
    promise = found.promise
    mine = tactics[(tactics["tactic"] == promise.tactic)]
    mine = mine[mine["account"] == promise.account]
    terms = mine.iloc[0]
    vat = account.loc[promise.account, "vat_rate"]
    base = listed.loc[(promise.account, promise.product), "base_price"]
    funding = terms["funding_share"] * terms["depth"] * base / (1 + vat)
    sold = found.compared.actual_units / 1000
    fees = terms["event_fee"] + promise.deal.weeks * terms["weekly_fee"]
    assert found.returns.spend / 100 == pytest.approx(funding * sold + fees, abs=0.05)
    margin = (
        listed.loc[(promise.account, promise.product), "list_price"]
        - product.loc[promise.product, "unit_cost"]
    )
    earned = (margin - funding) * sold - fees
    assert found.compared.actual_profit / 100 == pytest.approx(earned, abs=0.05)
    # A week that was dropped pays no weekly fee, an event that did not run none at all.
    dropped, gone = (of(played.events[i], played, reviewed) for i in (4, 8))
    assert dropped.compared.profit["fees"] > 0
    assert gone.returns.spend == 0


def test_what_is_not_there_yet_is_told(played: Played, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(played.folder, tmp_path / "early"))
    sales = pd.read_csv(folder / "sales.csv", dtype=str)
    truth = played.market.truth
    # Sales end in the first of two weeks of one event; another product's rows never came.
    last = str(truth.weeks[truth.history + 3])
    lost = played.events[0]
    codes = (truth.accounts[lost.account], truth.products[lost.product])
    gone = (sales["account"] == codes[0]) & (sales["product"] == codes[1])
    gone &= sales["week"] >= str(truth.weeks[truth.history])
    sales[(sales["week"] <= last) & ~gone].to_csv(folder / "sales.csv", index=False)
    found = review(folder / "results" / "plans" / "played")
    states = {of(event, played, found).status for event in played.events}
    assert of(lost, played, found).status is Status.NO_DATA
    assert of(played.events[2], played, found).status is Status.RUNNING
    assert of(played.events[1], played, found).status is Status.TO_COME
    assert states == {Status.NO_DATA, Status.RUNNING, Status.TO_COME, Status.DONE}
    running = of(played.events[2], played, found)
    assert running.returns is None
    compared = running.compared
    assert sum(compared.units.values()) == compared.actual_units - compared.planned_units
    assert found.totals.planned_incremental < sum(e.promise.incremental for e in found.events)


def test_a_plan_of_another_workspace_is_refused(played: Played, tmp_path: Path) -> None:
    plan = Path(shutil.copytree(played.plan, tmp_path / "plan"))
    for name in ("weekly.csv", "calendar.csv"):
        text = (plan / name).read_text(encoding="utf-8")
        (plan / name).write_text(text.replace("SOL-CLA", "NOPE"), encoding="utf-8")
    with pytest.raises(InputError, match="NOPE"):
        review(plan, played.folder)


def test_the_same_review_twice(played: Played, reviewed: Review) -> None:
    assert review(played.plan, played.folder) == reviewed


def test_the_truth_is_told_by_the_simulator(played: Played) -> None:
    """Control of the worlds: where nothing slipped, both are one; elsewhere they differ."""
    for event in played.events:
        with_slips = units(played.with_slips, event, played)
        as_planned = units(played.as_planned, event, played)
        assert (with_slips == pytest.approx(as_planned, rel=0.02)) == (not event.slip)
