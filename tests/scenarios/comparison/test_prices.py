"""Plans whose regular prices differ: money that ties, reasons and swings at their own prices."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from optimizer.reports.cells import write_table
from scenarios.answer import Told
from scenarios.comparison import changes
from scenarios.comparison.changes import Change, Move
from scenarios.comparison.comparison import compare
from scenarios.comparison.happening import Happening
from scenarios.comparison.story import stories
from scenarios.comparison.survey import survey
from scenarios.run import evaluate, run
from scenarios.tornado.tornado import Swing, tornado
from tests.oracle.tiny import write
from tests.oracle.tiny_prices import tiny_priced
from tests.scenarios.comparison import books
from tests.scenarios.comparison.test_happening import event

SEED = 2
SCENARIOS = {
    "fixed": "extends: tiny\nprices: fixed\n",
    "dear": "extends: tiny\nwhat_if: [{change: unit_cost, times: 1.25}]\n",
}


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("priced") / "tiny"
    write(tiny_priced(SEED, alone=True), folder)
    for name, text in SCENARIOS.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(f"scenario: {name}\n{text}")
    for name in ("tiny", *SCENARIOS):
        run(folder, folder / "scenarios" / f"{name}.yaml")
    return folder


@pytest.fixture(scope="module")
def told(planned):
    comparison = compare(survey(planned, []), "tiny")
    return comparison, {story.row.name: story for story in stories(comparison, Told())}


def folder_of(planned, name):
    return planned / "results" / "plans" / name


def price_keys(folder):
    path = folder / "prices.csv"
    rows = books.table(path) if path.is_file() else []
    return Counter((r["account"], r["product"], r["week"], r["base_price"]) for r in rows)


def test_changes_of_prices_are_named_and_the_money_ties(planned, told, tmp_path):
    _, found = told
    folders = {name: folder_of(planned, name) for name in ("tiny", *SCENARIOS)}
    assert price_keys(folders["tiny"]).total() > 0
    base, differ = books.figures(folders["tiny"]), 0
    for name, story in found.items():
        mine = books.figures(folders[name])
        rows = list(changes.change_rows(name, story.changes))
        write_table(tmp_path / "changes.csv", changes.HEADER, rows)
        table = books.table(tmp_path / "changes.csv")
        moved = sum(Decimal(row["incremental_profit_change"]) for row in table)
        assert moved == mine["incremental_profit"] - base["incremental_profit"]
        priced = [r for r in table if r["base_regular_price"] or r["regular_price"]]
        before, after = price_keys(folders["tiny"]), price_keys(folders[name])
        assert sum(r["change"] == "kept" for r in priced) == (before & after).total()
        assert sum(bool(r["base_regular_price"]) for r in priced) == before.total()
        assert sum(bool(r["regular_price"]) for r in priced) == after.total()
        differ += before != after
    assert differ > 0


def test_the_base_is_judged_at_its_own_prices(planned, told, tmp_path):
    _, found = told
    assert found["fixed"].kept is None  # its prices cannot change there
    calendar = folder_of(planned, "tiny") / "calendar.csv"
    dear = planned / "scenarios" / "dear.yaml"
    result = evaluate(planned, dear, calendar, out=tmp_path / "dear")  # reads prices.csv beside
    assert found["dear"].kept is not None
    assert found["dear"].kept.incremental_profit == round(100 * result.plan.objective)


def test_a_swing_of_nothing_is_the_plan_itself(planned, told):
    comparison, _ = told
    base = comparison.base.contender
    swung = tornado(base, comparison.workspace, [Swing("unit_cost", 1.0, 1.0, drawn=False)], Told())
    (lever,) = swung.levers
    assert lever.low.kept.incremental_profit == base.figures.incremental_profit


def priced(week: int, price: float, weeks: int = 1) -> Happening:
    return replace(event(week, "", weeks), price=price)


def test_every_move_of_a_price_has_its_name():
    one = priced(3, 2.0, 5)
    cases = {
        (Move.KEPT,): (one, priced(3, 2.0, 4)),
        (Move.NEW,): (None, one),
        (Move.DROPPED,): (one, None),
        (Move.MOVED,): (one, priced(4, 2.0)),
        (Move.MOVED, Move.HIGHER): (one, priced(4, 2.1)),
        (Move.LOWER,): (one, priced(3, 1.9)),
    }
    for moves, pair in cases.items():
        assert Change(*pair).moves == moves
