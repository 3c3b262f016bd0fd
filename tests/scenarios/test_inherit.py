"""What a scenario inherits, and where its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.scenario import read_scenario
from workspace import InputError

BASE = """\
scenario: base
horizon: {first_week: 2026-01-05, weeks: 8}
budget_scale: 0.9
solver: {gap: 0.01, seconds: 5}
guardrails:
  - {rule: slots, value: 2}
vary: {budget_scale: [1, 2]}
"""


def put(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.yaml"


def test_mappings_merge_and_the_rest_is_replaced(tmp_path: Path) -> None:
    child = "scenario: child\nextends: base\nsolver: {gap: 0.5}\nguardrails: []\n"
    spec = read_scenario(put(tmp_path, child=child, base=BASE)).spec
    assert (spec.scenario, spec.budget_scale, spec.guardrails) == ("child", 0.9, ())
    assert (spec.solver.gap, spec.solver.seconds) == (0.5, 5.0)
    assert spec.vary == {}  # a grid is its file's own


def test_an_empty_value_puts_the_default_back(tmp_path: Path) -> None:
    child = "scenario: child\nextends: base\nbudget_scale:\n"
    assert read_scenario(put(tmp_path, child=child, base=BASE)).spec.budget_scale == 1.0


def test_what_is_said_counts_not_where(tmp_path: Path) -> None:
    inherited = "scenario: child\nextends: base\nhorizon: {weeks: 9}\n"
    whole = BASE.replace("base", "child").replace("weeks: 8", "weeks: 9")
    one = read_scenario(put(tmp_path, child=inherited, base=BASE))
    other = read_scenario(put(tmp_path, whole=whole))
    assert one.key == other.key


def test_a_grandparent_and_a_folder_beside(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    put(tmp_path, base=BASE, middle="scenario: middle\nextends: base\nbudget_scale: 2\n")
    child = put(tmp_path / "more", child="scenario: child\nextends: ../middle\n")
    assert read_scenario(child).spec.budget_scale == 2.0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"child": "scenario: c\nextends: bse\n"}, "child.yaml:2:extends: found 'bse', expected a"
         " scenario beside it, such as 'base'"),
        ({"child": "scenario: c\nextends: 3\n"}, "child.yaml:2:extends: found '3'"),
        ({"child": "scenario: c\nextends: child\n"}, "child.yaml:2:extends: found a scenario that"),
        ({"child": "extends: base\n"}, "child.yaml:1:scenario: found nothing"),
        ({"child": "scenario: c\nextends: base\nsolver: {gp: 1}\n"},
         "child.yaml:3:solver.gp: found an unknown key, expected the key 'gap'"),
        ({"child": "scenario: c\nextends: base\n", "base": BASE.replace("slots", "slot")},
         "base.yaml:6:guardrails.0.rule: found 'slot'"),
        ({"child": "scenario: c\nextends: base\n", "base": "horizon: {weeks: 0}\n"},
         "base.yaml:1:horizon.weeks: found '0'"),
        ({"child": "scenario: c\nextends: base\n", "base": "- 1\n"}, "base.yaml:1:: found no map"),
    ],
)  # fmt: skip
def test_faults_are_told_in_the_file_they_are_in(
    files: dict[str, str], said: str, tmp_path: Path
) -> None:
    path = put(tmp_path, **{"child": "", "base": BASE, **files})
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    assert said in str(caught.value)


def test_a_file_that_inherits_from_nowhere_is_still_checked_itself(tmp_path: Path) -> None:
    """Every fault in one pass, but none about keys that it may have meant to inherit."""
    child = (
        "scenario: c\nextends: bse\nbudget_scal: 2\nhorizon: {weeks: 9}\n"
        "solver: {gap: -1}\nbudgets:\nobjective:\n"
    )
    path = put(tmp_path, child=child, base=BASE)
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    places = [(fault.row, fault.column) for fault in caught.value.faults]
    assert sorted(places) == [(2, "extends"), (3, "budget_scal"), (5, "solver.gap")]
