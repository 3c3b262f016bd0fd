"""From one plan to another: money that ties, reasons that an evaluation of its own bears out."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pandas as pd
import pytest

from optimizer.reports.cells import write_table
from scenarios.answer import Told
from scenarios.comparison import changes, differences
from scenarios.comparison.changes import Change, Move
from scenarios.comparison.comparison import compare
from scenarios.comparison.put_back import NOT_HERE
from scenarios.comparison.story import stories
from scenarios.comparison.survey import survey
from scenarios.run import evaluate
from tests.scenarios.comparison import books
from tests.scenarios.comparison.test_comparison import folders_of
from tests.scenarios.comparison.test_happening import event


@pytest.fixture(scope="module")
def told(plans):
    comparison = compare(survey(plans, []), "tiny")
    return comparison, list(stories(comparison, Told()))


def test_reasons_are_told_of_as_many_as_asked_and_of_the_best(told):
    comparison, everything = told
    assert all(story.explained for story in everything)
    best = next(row for row in comparison.ranked if row is not comparison.base)
    few = list(stories(comparison, Told(), 1))
    assert [story.row.name for story in few if story.explained] == [best.name]
    assert [story.row.name for story in few] == [story.row.name for story in everything]
    unexplained = [change for story in few if not story.explained for change in story.changes]
    assert unexplained
    assert all(change.reason is None for change in unexplained)


def event_keys(folder):
    return Counter(
        (row["account"], row["product"], row["tactic"], row["start_week"], row["weeks"])
        for row in books.table(folder / "calendar.csv")
    )


def test_changes_sum_to_the_difference_and_name_every_event(told, own, tmp_path):
    _, found = told
    folders = folders_of(own)
    base = books.figures(folders["tiny"])
    for story in found:
        mine = books.figures(folders[story.row.name])
        rows = list(changes.change_rows(story.row.name, story.changes))
        write_table(tmp_path / "changes.csv", changes.HEADER, rows)
        table = books.table(tmp_path / "changes.csv")
        moved = sum(Decimal(row["incremental_profit_change"]) for row in table)
        assert moved == mine["incremental_profit"] - base["incremental_profit"]  # no rebates here
        spent = sum(Decimal(r["spend"] or 0) - Decimal(r["base_spend"] or 0) for r in table)
        assert spent == mine["spend"] - base["spend"]
        before, after = event_keys(folders["tiny"]), event_keys(folders[story.row.name])
        kept = sum(row["change"] == "kept" for row in table)
        assert kept == (before & after).total()
        assert sum(row["change"] != "new" for row in table) == before.total()
        assert sum(row["change"] != "dropped" for row in table) == after.total()


def test_every_reason_is_what_evaluating_it_says(told, own, tmp_path):
    """Each product put back by hand and evaluated by the command's own way: same money or rule."""
    comparison, found = told
    folders, checked = folders_of(own), Counter()
    for story in found:
        name, record = story.row.name, books.record(folders[story.row.name])
        base, mine = (
            pd.read_csv(folders[one] / "calendar.csv", dtype=str, keep_default_na=False)
            for one in (comparison.base.name, name)
        )
        for block in sorted({change.block for change in story.changed})[:2]:
            reason = next(c.reason for c in story.changed if c.block == block)
            here, there = ((f["account"] == block[0]) & (f["product"] == block[1])
                           for f in (mine, base))  # fmt: skip
            put_back = tmp_path / "put_back.csv"
            pd.concat([mine[~here], base[there]]).to_csv(put_back, index=False)
            file = own / "results" / "store" / "scenarios"
            file = file / f"{record['scenario_sha256']}.yaml"
            if not file.is_file():
                file = own / "scenarios" / f"{name}.yaml"
            result = evaluate(own, file, put_back, out=tmp_path / "evaluated")
            plan = books.record(result.folder)
            worth, its = (
                Decimal(str(p["objective"])) - Decimal(str(p["totals"]["penalties"]))
                for p in (plan, record)
            )
            amount = re.search(r"[+-]?[\d,]+\.\d\d", str(reason))
            if "broken" in str(reason):
                assert plan["status"] == "infeasible"
                assert Decimal(amount[0].replace(",", "")) == worth - its
                checked["broken"] += 1
            elif reason is not NOT_HERE and amount:
                assert plan["status"] != "infeasible"
                assert Decimal(amount[0].replace(",", "")) == abs(worth - its)
                checked["money"] += 1
    assert checked["broken"] > 0
    assert checked["money"] > 0


def test_the_bases_calendar_in_another_world(told, own, tmp_path):
    comparison, found = told
    folders = folders_of(own)
    for story in found:
        if not story.row.name.startswith("costs"):
            continue
        sha = books.record(folders[story.row.name])["scenario_sha256"]
        file = own / "results" / "store" / "scenarios" / f"{sha}.yaml"
        calendar = folders[comparison.base.name] / "calendar.csv"
        result = evaluate(own, file, calendar, out=tmp_path / story.row.name)
        assert story.kept.incremental_profit == round(100 * result.plan.objective)
        assert story.kept.broken == ()
    calm = next(story for story in found if story.row.name == "calm")
    assert calm.kept.broken == ("max_events",)


def test_differences_say_what_the_files_say(told):
    _, found = told
    by_name = {story.row.name: story.differences for story in found}
    (dear,) = by_name["costs+dear"]
    assert (dear.what, dear.before, dear.after) == ("unit_cost", "", "times 1.1")
    budget = by_name["tight"][0]
    assert budget.kind is differences.Kind.BUDGET
    assert float(budget.after) == pytest.approx(0.02 * float(budget.before), abs=0.01)
    rules = {one.what: (one.before, one.after) for one in by_name["calm"]}
    assert rules["max_events"][1] == "1"


def test_every_move_has_its_name():
    one = event(3)
    cases = {
        (Move.KEPT,): (one, one),
        (Move.NEW,): (None, one),
        (Move.DROPPED,): (one, None),
        (Move.MOVED, Move.LONGER): (one, event(4, weeks=2)),
        (Move.REDRESSED,): (one, event(3, "U")),
        (Move.SHORTER,): (event(3, weeks=2), one),
    }
    for moves, pair in cases.items():
        assert Change(*pair).moves == moves
    from dataclasses import replace

    assert Change(one, replace(one, depth=0.3)).moves == (Move.DEEPENED,)
    assert Change(one, replace(one, depth=0.05)).moves == (Move.SHALLOWER,)
