"""What is found by which name, and what is said of the rest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from scenarios.comparison.survey import Survey, survey


def names(found: Survey) -> list[str]:
    return [one.name for one in found.admitted]


def missing(found: Survey) -> dict[str, str]:
    return {one.name: str(one.why) for one in found.missing}


def test_everything_that_there_is(plans):
    found = survey(plans, [])
    assert names(found) == ["calm", "tiny", "costs+cheap", "costs+dear", "tight"]
    assert missing(found) == {"later": "it has not been planned yet"}
    assert found.missing[0].again == "later"
    assert found.faults == found.refused == ()


def test_a_name_is_a_scenario_a_run_or_a_folder(plans, monkeypatch):
    asked = ["costs", "tight", "scenarios/tiny.yaml", "results/plans/calm", "costs+dear", "later"]
    found = survey(plans, [Path(name) for name in asked])
    assert names(found) == ["costs+dear", "costs+cheap", "tight", "tiny", "calm"]  # each once
    assert list(missing(found)) == ["later"]
    monkeypatch.chdir(plans)
    again = survey(Path(), [Path("results/plans/calm"), Path("tiny")])
    assert names(again) == ["calm", "tiny"]


def test_a_name_of_nothing_is_told_with_the_nearest(plans):
    found = survey(plans, [Path("tihgt"), Path("tiny")])
    assert names(found) == ["tiny"]
    assert "'tight'" in str(found.faults[0])


def test_plans_of_other_inputs_are_out_of_date(own):
    costs = own / "products.csv"
    frame = pd.read_csv(costs, dtype=str, keep_default_na=False)
    frame["unit_cost"] = (frame["unit_cost"].astype(float) + 0.01).astype(str)
    frame.to_csv(costs, index=False)
    found = survey(own, [])
    assert names(found) == []
    assert missing(found)["calm"].startswith("its inputs, or its scenario, have changed")


def test_a_changed_scenario_makes_its_plan_out_of_date(own):
    file = own / "scenarios" / "calm.yaml"
    file.write_text(file.read_text().replace("value: 1", "value: 2"))
    found = survey(own, [Path("calm"), Path("tiny")])
    assert names(found) == ["tiny"]
    assert missing(found)["calm"].startswith("its inputs, or its scenario, have changed")
    assert found.missing[0].again == "calm"


def test_a_copy_under_another_name_and_a_foreign_plan(own, tmp_path):
    plans = own / "results" / "plans"
    shutil.copytree(plans / "calm", plans / "mine")
    assert "mine" in names(survey(own, []))
    shutil.copytree(own, tmp_path / "other")
    foreign = tmp_path / "other" / "results" / "plans" / "tiny"
    found = survey(own, [foreign, Path("tiny")])
    assert names(found) == ["tiny"]
    assert missing(found) == {"tiny": "the plan of another workspace"}


def test_a_plan_that_does_not_verify_is_refused(own):
    """The control: a cent more in one cell, and the plan is not compared."""
    weekly = own / "results" / "plans" / "calm" / "weekly.csv"
    frame = pd.read_csv(weekly, dtype=str, keep_default_na=False)
    frame.loc[0, "profit"] = f"{float(frame.loc[0, 'profit']) + 0.01:.2f}"
    frame.to_csv(weekly, index=False)
    found = survey(own, [])
    assert "calm" not in names(found)
    assert [one.name for one in found.refused] == ["calm"]
    assert any(finding.file == "weekly.csv" for finding in found.refused[0].findings)


def test_looking_makes_no_store(own):
    shutil.rmtree(own / "results" / "store")
    assert names(survey(own, [])) == ["calm", "tiny"]
    assert not (own / "results" / "store").exists()


def test_a_readme_among_plans_is_no_plan(own):
    (own / "results" / "plans" / "calm" / "plan.json").write_text("{}")
    assert missing(survey(own, []))["calm"] == "no readable plan"
