"""Figures held against a second reading of the plans' own tables, to the cent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from optimizer.reports.cells import write_table
from scenarios.comparison import table
from scenarios.comparison.comparison import compare
from scenarios.comparison.survey import survey
from scenarios.store.runs import latest_runs
from scenarios.store.store import open_store
from scenarios.store.unpacked import plan_folder
from tests.scenarios.comparison import books
from workspace.faults import InputError

ALL = ("calm", "tiny", "costs+cheap", "costs+dear", "tight")


def folders_of(workspace: Path) -> dict[str, Path]:
    """The files of every plan, those of the store unpacked."""
    found = {path.name: path for path in (workspace / "results" / "plans").iterdir()}
    with open_store(workspace) as store:
        return found | {run.scenario: plan_folder(store, run) for run in latest_runs(store)}


def shown(workspace: Path, place: Path, base: str | None = None) -> books.Table:
    comparison = compare(survey(workspace, []), base)
    write_table(place, table.HEADER, table.rows(comparison))
    return books.table(place)


def test_every_figure_ties_with_the_plans_own_tables(own, tmp_path):
    rows = shown(own, tmp_path / "compare.csv")
    folders = folders_of(own)
    assert [row["scenario"] for row in rows] == list(ALL)
    assert books.differences(rows, folders) == []
    for row in rows:
        record = books.record(folders[row["scenario"]])
        assert float(row["incremental_profit"]) == record["objective"]
        assert float(row["bound"]) == record["bound"]
        assert abs(float(row["gap"]) - float(record["gap"])) <= 1e-6
        assert float(row["incremental_profit_p10"]) == record["totals"]["incremental_profit_p10"]


def test_the_second_reading_finds_a_cent(own, tmp_path):
    """The control: one cent in one weekly row, and one in the comparison, are found."""
    rows = shown(own, tmp_path / "compare.csv")
    folders = folders_of(own)
    weekly = folders["calm"] / "weekly.csv"
    frame = pd.read_csv(weekly, dtype=str, keep_default_na=False)
    frame.loc[3, "profit"] = f"{float(frame.loc[3, 'profit']) + 0.01:.2f}"
    frame.to_csv(weekly, index=False)
    found = books.differences(rows, folders)
    assert [line.split(":")[0] for line in found][:2] == ["calm.profit", "calm.incremental_profit"]
    other = [{**row, "spend_change": "0.01"} if i else row for i, row in enumerate(rows)]
    assert len(books.differences(other, folders_of(own))) > len(found)


def test_accounts_add_up_to_their_scenario(plans):
    for row in compare(survey(plans, [])).rows:
        figures = row.contender.figures
        shares = row.accounts
        assert sum(share.incremental_profit for share in shares) == figures.incremental_profit
        assert sum(share.spend for share in shares) == figures.spend
        assert sum(share.events for share in shares) == figures.events
        gained = sum(share.retailer_incremental_profit for share in shares)
        assert gained == figures.retailer_incremental_profit


def test_the_base_is_chosen_by_name(plans, tmp_path):
    rows = shown(plans, tmp_path / "compare.csv", "costs+dear")
    assert {row["base"] for row in rows} == {"costs+dear"}
    mine = next(row for row in rows if row["scenario"] == "costs+dear")
    assert mine["profit_change"] == mine["proven"] == ""
    assert next(row for row in rows if row["scenario"] == "costs+cheap")["proven"] == "better"
    with pytest.raises(InputError) as error:
        compare(survey(plans, []), "costs+deer")
    assert "'costs+dear'" in str(error.value)


def test_a_comparison_holds_no_other_account(own):
    """What a scenario leaves out is in none of the tables, and neither are others' budgets."""
    budgets = pd.read_csv(own / "budgets.csv", dtype=str, keep_default_na=False)
    accounts = sorted(pd.read_csv(own / "accounts.csv", dtype=str)["account"])
    assert accounts == ["001", "B2"]
    more = pd.DataFrame({"budget": ["of 001", "of B2"], "amount": ["50", "60"],
                         "account": ["001", "B2"]})  # fmt: skip
    both = pd.concat([budgets, more]).fillna("")
    both.to_csv(own / "budgets.csv", index=False)
    for name, scale in (("one", 1.0), ("two", 0.5)):
        (own / "scenarios" / f"{name}.yaml").write_text(
            f"scenario: {name}\nextends: tiny\nguardrails: []\nbudget_scale: {scale}\n"
            "include: {accounts: ['001']}\n"
        )
    from scenarios.run import run

    for name in ("one", "two"):
        run(own, own / "scenarios" / f"{name}.yaml")
    comparison = compare(survey(own, [Path("one"), Path("two")]))
    assert comparison.accounts == ("001",)
    text = "".join(
        ",".join(cells)
        for make in (table.rows, table.account_rows, table.budget_rows)
        for cells in make(comparison)
    )
    assert "001" in text
    assert "B2" not in text
