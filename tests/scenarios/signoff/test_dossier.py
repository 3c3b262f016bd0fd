"""What is signed is what was verified: no byte, input or rule of approval slips by."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.outcomes import VerificationFailed
from scenarios.run import evaluate
from scenarios.signoff import dossier
from scenarios.signoff.deposit import withdraw
from scenarios.signoff.dossier import Signed, signable, signed
from scenarios.signoff.refused import Refused
from scenarios.signoff.signed_hash import read_files
from scenarios.store.store import open_store
from scenarios.verify import inputs_of
from tests.scenarios.signoff.conftest import PLAN
from workspace import InputError


def asked(workspace: Path, plan: Path = PLAN) -> Signed:
    return signed(workspace / plan, inputs_of(workspace / plan))


def submitted(workspace: Path, plan: Path = PLAN) -> Signed:
    with open_store(workspace) as store:
        return signable(store, workspace / plan)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_a_plan_asks_for(workspace: Path) -> None:
    what = submitted(workspace)
    totals = json.loads((workspace / PLAN / "plan.json").read_text())["totals"]
    assert what.name == "tiny/tiny"
    assert what.spend == round(totals["spend"] * 100) > 0
    (fund,) = what.funds
    assert (fund.name, fund.limit, fund.amount) == ("tiny/budget 0", 500_000, what.spend)
    assert what.needed == 2  # nobody has said from which amount on: always
    with open_store(workspace) as store:
        assert withdraw(store, what.plan_sha256) == read_files(workspace / PLAN)


SPOILS: dict[str, Callable[[Path], None]] = {
    "calendar": lambda w: edit(w / PLAN / "calendar.csv", ",1,0.15,", ",1,0.16,"),
    "budgets": lambda w: edit(w / PLAN / "budgets.csv", ",211.48,", ",111.48,"),
    "spend": lambda w: edit(w / PLAN / "plan.json", '"spend": 211.48', '"spend": 111.48'),
    "workbook": lambda w: (w / PLAN / "plan.xlsx").write_bytes(b"PK"),
    "inputs": lambda w: edit(w / "budgets.csv", "5000", "6000"),
    "scenario": lambda w: edit(w / "scenarios" / "tiny.yaml", "weeks: 8", "weeks: 7"),
    "response": lambda w: edit(w / "response" / "baseline.csv", ".", ".1"),
    "file": lambda w: (w / PLAN / "extra.csv").write_text("a\n"),
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_plan_that_does_not_verify_cannot_be_submitted(workspace: Path, spoil: str) -> None:
    before = asked(workspace)
    SPOILS[spoil](workspace)
    with pytest.raises((VerificationFailed, InputError)):
        submitted(workspace)
    if spoil != "scenario":
        assert asked(workspace) != before  # nor would an approval have survived it


def test_the_rules_of_approval_are_part_of_what_is_signed(workspace: Path) -> None:
    before = asked(workspace)
    settings = workspace / "workspace.yaml"
    settings.write_text(settings.read_text() + "approval: {threshold: 1000, people: 3}\n")
    after = submitted(workspace)
    assert (after.plan_sha256, after.needed) == (before.plan_sha256, 1)
    assert after.inputs_sha256 != before.inputs_sha256


def test_where_it_lies_and_how_long_it_took_do_not_matter(workspace: Path, tmp_path: Path) -> None:
    before = asked(workspace)
    moved = Path(shutil.copytree(workspace, tmp_path / "elsewhere"))
    record = moved / PLAN / "plan.json"
    seconds = json.loads(record.read_text())["seconds"]
    edit(record, f'"seconds": {seconds},', '"seconds": 99.5,')
    assert asked(moved) == before


def test_a_calendar_that_breaks_rules_cannot_be_submitted(workspace: Path) -> None:
    calendar = workspace / "mine.csv"
    lines = (workspace / PLAN / "calendar.csv").read_text().splitlines()
    calendar.write_text(lines[0] + "\n")  # the rule `required` asks for more than nothing
    scenario = workspace / "scenarios" / "tiny.yaml"
    evaluate(workspace, scenario, calendar, out=workspace / "results" / "plans" / "mine")
    with pytest.raises(Refused, match="a calendar that breaks required"):
        submitted(workspace, Path("results/plans/mine"))


def test_a_plan_on_supposed_costs_cannot_be_submitted(workspace: Path) -> None:
    scenario = workspace / "scenarios" / "tiny.yaml"
    calendar = workspace / PLAN / "calendar.csv"
    for change, factor in (("event_fee", 0.5), ("demand", 0.9)):
        supposed = scenario.with_name(f"{change}.yaml")
        said = scenario.read_text().replace("scenario: tiny", f"scenario: {change}")
        supposed.write_text(said + f"what_if:\n  - {{change: {change}, times: {factor}}}\n")
        out = workspace / "results" / "plans" / change
        evaluate(workspace, supposed, calendar, out=out)
    with pytest.raises(Refused, match="supposes another event_fee"):
        submitted(workspace, Path("results/plans/event_fee"))
    assert submitted(workspace, Path("results/plans/demand")).spend  # prudence is no lie


def test_a_folder_that_changes_while_it_is_verified(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dossier.verify_on

    def meanwhile(folder: Path, inputs: object) -> object:
        found = real(folder, inputs)  # type: ignore[arg-type]
        edit(folder / "calendar.csv", "E0001", "E0009")
        return found

    monkeypatch.setattr(dossier, "verify_on", meanwhile)
    with pytest.raises(Refused, match="changed while it was verified"):
        submitted(workspace)


@pytest.mark.parametrize("name", ["plan.json", "budgets.csv"])
def test_no_plan_no_dossier(workspace: Path, name: str) -> None:
    inputs = inputs_of(workspace / PLAN)
    (workspace / PLAN / name).write_text("[]" if name == "plan.json" else "a,b\n1,2\n")
    with pytest.raises(InputError, match="no readable plan"):
        signed(workspace / PLAN, inputs)
    with pytest.raises(InputError, match="no readable plan"):
        signed(workspace / "nowhere", inputs)


def test_names_that_do_not_fit_together(workspace: Path) -> None:
    inputs = inputs_of(workspace / PLAN)
    settings = inputs.workspace.settings.model_copy(update={"name": "w" * 199})
    with pytest.raises(InputError, match="at most 200 characters"):
        dossier.subject_of(settings, "tiny")
