"""Each end of every swing against an evaluation, and a plan, made by the commands' own way."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scenarios.answer import Told
from scenarios.comparison.survey import survey
from scenarios.run import evaluate, run
from scenarios.store.store import open_store
from scenarios.tornado.anew import Means, replanned
from scenarios.tornado.swings import STATED, Swing, read_swing, swings
from scenarios.tornado.table import HEADER, rows
from scenarios.tornado.tornado import tornado
from tests.scenarios.batch.here import here
from tests.scenarios.comparison.conftest import planned

CHOSEN = (
    Swing("unit_cost", 0.5, 1.5, False),
    Swing("lift", 0.8, 1.2, True),
    Swing("handling_cost", 0.5, 1.5, False),
)


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    folder = planned(tmp_path_factory.getbasetemp() / "plans" / "tiny")
    found = survey(folder, [Path("tiny")])
    return found, tornado(found.admitted[0], found.workspace, CHOSEN, Told())


def scenario_with(folder: Path, driver: str, factor: float) -> Path:
    file = folder / "scenarios" / "swung.yaml"
    file.write_text(
        f"scenario: swung\nextends: tiny\nwhat_if: [{{change: {driver}, times: {factor}}}]\n"
    )
    return file


def test_every_end_is_what_evaluating_it_says(moved, own, tmp_path):
    _, found = moved
    calendar = own / "results" / "plans" / "tiny" / "calendar.csv"
    differ = set()
    for lever in found.levers:
        for end in (lever.low, lever.high):
            file = scenario_with(own, lever.swing.driver, end.factor)
            result = evaluate(own, file, calendar, out=tmp_path / "swung")
            said = json.loads((result.folder / "plan.json").read_text())
            assert end.kept.incremental_profit == round(100 * said["objective"])
            assert end.kept.profit == round(100 * said["totals"]["profit"])
            assert end.kept.spend == round(100 * said["totals"]["spend"])
            assert len(end.broken) == len({name.split(":")[0] for name in said["violations"]})
            differ.add(end.kept.incremental_profit)
    assert len(differ) == 5  # the handling cost moves nothing of ours; the control


def test_the_largest_comes_first_and_the_table_says_the_same(moved):
    found, moved_by = moved
    reach = [lever.reach for lever in moved_by.levers]
    assert reach == sorted(reach, reverse=True)
    assert moved_by.levers[-1].swing.driver == "handling_cost"
    lines = [dict(zip(HEADER, cells, strict=True)) for cells in rows(moved_by)]
    own = found.admitted[0].figures.incremental_profit
    for line in lines:
        change = float(line["incremental_profit"]) - float(line["incremental_profit_change"])
        assert round(100 * change) == own
    assert {line["source"] for line in lines if line["driver"] == "lift"} == {"draws"}


def test_planning_anew_is_what_planning_says(moved, own, tmp_path):
    found, _ = moved
    alone = tornado(found.admitted[0], found.workspace, CHOSEN[:1], Told())
    from dataclasses import replace

    here_now = survey(own, [Path("tiny")])
    alone = replace(alone, contender=here_now.admitted[0])
    with open_store(own) as store:
        again = replanned(alone, here_now.workspace, Means(store, here))
    assert again.replanned
    gained = []
    for end in (again.levers[0].low, again.levers[0].high):
        result = run(own, scenario_with(own, "unit_cost", end.factor), out=tmp_path / "anew")
        assert end.anew.incremental_profit == round(100 * result.plan.objective)
        gained.append(end.anew.incremental_profit - end.kept.incremental_profit)
    assert min(gained) >= 0
    assert max(gained) > 0  # the control: another calendar is better there


def test_a_driver_with_draws_swings_by_them(moved):
    """Quantiles of the demand of the plan's pairs, from the response's files by nothing but csv."""
    found, _ = moved
    contender, home = found.admitted[0], found.workspace.folder / "response"

    def table(name):
        with (home / f"{name}.csv").open(newline="") as stream:
            return list(csv.DictReader(stream))

    import math

    base: dict[tuple[str, str], float] = {}
    pairs = {tuple(row) for row in contender.tables["pairs"].itertuples(index=False)}
    for row in table("baseline"):
        key = row["account"], row["product"]
        if key in pairs:
            base[key] = base.get(key, 0.0) + float(row["units"])
    ratios: dict[str, float] = {row["draw"]: 1.0 for row in table("draws")}
    for row in table("draws"):
        key = row["account"], row["product"]
        if row["log_baseline"] and key in base:
            share = base[key] / sum(base.values())
            ratios[row["draw"]] += share * (math.exp(float(row["log_baseline"])) - 1)
    ordered = sorted(ratios.values())
    by_driver = {swing.driver: swing for swing in swings(contender)}

    def quantile(level):
        at = level * (len(ordered) - 1)
        low = int(at)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (at - low) * (ordered[high] - ordered[low])

    demand = by_driver["demand"]
    assert demand.drawn
    assert demand.low == pytest.approx(quantile(0.1), abs=1e-6)
    assert demand.high == pytest.approx(quantile(0.9), abs=1e-6)
    cost = by_driver["unit_cost"]
    assert (cost.low, cost.high, cost.drawn) == (*STATED["unit_cost"], False)
    asked = swings(contender, [Swing("demand", 0.5, 2.0, False)])
    assert next(one for one in asked if one.driver == "demand").high == 2.0


BAD = ("", "lift", "lift=1", "lift=1:0.5", "lift=a:b", "lift=nan:2", "lfit=0.5:1", "lift=0.5:11",
       "demand=0:1", "lift=0.5:1:2")  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_swing(text):
    with pytest.raises(ValueError, match=r".*"):
        read_swing(text)


def test_a_swing_is_read():
    assert read_swing("unit_cost=0.9:1.1") == Swing("unit_cost", 0.9, 1.1, False)
