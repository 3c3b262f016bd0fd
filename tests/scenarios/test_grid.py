"""Grids: every combination once, with a name and faults of its own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.grid import members
from scenarios.inherit import read_source
from scenarios.scenario import Scenario
from workspace import Fault

BASE = """\
scenario: base
horizon: {first_week: 2026-01-05, weeks: 8}
guardrails:
  - {rule: slots, value: 2}
vary:
"""


def expand(folder: Path, vary: str) -> tuple[list[Scenario], list[str]]:
    path = folder / "base.yaml"
    path.write_text(BASE + vary, encoding="utf-8")
    faults: list[Fault] = []
    source = read_source(path, faults)
    assert source is not None
    return list(members(source, path, faults)), [str(fault) for fault in faults]


def test_every_combination_once(tmp_path: Path) -> None:
    vary = """\
  budget_scale: [0.8, 1.0]
  solver.gap: [0.1, 0.2]
  guardrails.0.value: [1, 2, 3]
  what_if: {as-is: [], dear: [{change: unit_cost, times: 2}]}
"""
    found, faults = expand(tmp_path, vary)
    assert faults == []
    assert len(found) == 2 * 2 * 3 * 2
    assert len({member.key for member in found}) == len({m.spec.scenario for m in found}) == 24
    specs = [member.spec for member in found]
    assert {
        (s.budget_scale, s.solver.gap, s.guardrails[0].value, len(s.what_if)) for s in specs
    } == {(b, g, v, w) for b in (0.8, 1) for g in (0.1, 0.2) for v in (1, 2, 3) for w in (0, 1)}
    assert found[0].spec.scenario == "base+budget_scale-0.8+gap-0.1+value-1+as-is"
    assert all(not spec.vary for spec in specs)


def test_without_a_grid_a_file_is_one_scenario(tmp_path: Path) -> None:
    found, faults = expand(tmp_path, "  {}\n")
    assert [member.spec.scenario for member in found] == ["base"]
    assert faults == []


def test_names_that_would_be_too_long_or_equal_are_numbered(tmp_path: Path) -> None:
    found, _ = expand(tmp_path, "  include: [{products: [A]}, {products: [B]}]\n")
    assert [m.spec.scenario for m in found] == ["base+include-1", "base+include-2"]
    long = "x" * 99
    found, _ = expand(tmp_path, f"  include: {{'{long}': {{products: [A]}}, 'a/b': {{}}}}\n")
    assert [m.spec.scenario for m in found] == ["base+00001", "base+a_b"]


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ("  budget_scal: [1]\n", "base.yaml:6:budget_scal: found an unknown key, expected the key"
         " 'budget_scale'"),
        ("  budget_scale: [1, x, y]\n", "base.yaml:6:budget_scale: found 'x', expected a number"),
        ("  budget_scale: 3\n", "base.yaml:6:vary.budget_scale: found '3', expected a list"),
        ("  budget_scale: []\n", "base.yaml:6:vary.budget_scale: found '[]'"),
        ("  budget_scale: [1, 1]\n", "base.yaml:6:vary.budget_scale.1: found a value twice"),
        ("  scenario: [a]\n", "base.yaml:6:vary.scenario: found 'scenario'"),
        ("  guardrails.7.value: [1]\n", "base.yaml:6:vary.guardrails.7.value: found"),
        ("  scenario.x: [1]\n", "base.yaml:6:vary.scenario.x: found"),
        ("  3\n", "base.yaml:5:vary: found no mapping"),
        ("  what_if:\n    a: []\n    b:\n      - {change: unit_cst, times: 2}\n",
         "base.yaml:9:what_if.0.change: found 'unit_cst', expected the change 'unit_cost'"),
    ],
)  # fmt: skip
def test_faults_stand_where_the_value_stands(vary: str, said: str, tmp_path: Path) -> None:
    _, faults = expand(tmp_path, vary)
    assert any(said in fault for fault in faults), faults
    assert len(faults) == len(set(faults))


def test_a_bad_member_does_not_keep_the_others_away(tmp_path: Path) -> None:
    found, faults = expand(tmp_path, "  budget_scale: [0.5, x, 1.5]\n")
    assert [m.spec.budget_scale for m in found] == [0.5, 1.5]
    assert len(faults) == 1


def test_a_grid_that_is_too_large_is_refused_before_it_is_made(tmp_path: Path) -> None:
    values = "[" + ",".join(map(str, range(400))) + "]"
    found, faults = expand(tmp_path, f"  budget_scale: {values}\n  solver.seed: {values}\n")
    assert found == []
    assert "found a grid of 160000 scenarios, expected at most 100000" in faults[0]


def test_members_of_a_large_grid_carry_their_own_lines_alone(tmp_path: Path) -> None:
    scales = [1 + i / 1000 for i in range(300)]
    path = tmp_path / "large.yaml"
    path.write_text(
        "scenario: large\nhorizon: {first_week: 2026-01-05, weeks: 8}\n"
        f"vary: {{budget_scale: {scales}, solver.gap: [0.01, -1]}}\n",
        encoding="utf-8",
    )
    faults: list[Fault] = []
    source = read_source(path, faults)
    assert source is not None
    found = list(members(source, path, faults))
    assert len(found) == 300
    assert {(fault.row, fault.column) for fault in faults} == {(3, "solver.gap")}
    assert max(len(member.source.places) for member in found) < 12
    assert len(source.places) > 300
