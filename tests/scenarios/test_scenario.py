"""Scenario files: read strictly, hashed by what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.scenario import located, read_scenario
from workspace import Fault, InputError

GOOD = """\
scenario: base
horizon: {first_week: 2026-01-05, weeks: 8}
guardrails:
  - {rule: slots, value: 2, account: "001"}
"""


def put(folder: Path, text: str) -> Path:
    path = folder / "base.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_key_is_what_is_said_not_how(tmp_path: Path) -> None:
    one = read_scenario(put(tmp_path, GOOD))
    lines = GOOD.splitlines(keepends=True)
    other = "# a comment\n" + "".join([lines[1], lines[0], *lines[2:]]) + "budget_scale: 1.0\n"
    assert read_scenario(put(tmp_path, other)).key == one.key
    assert read_scenario(put(tmp_path, GOOD.replace("W", "w"))).key == one.key
    assert one.spec.scenario == "base"


def test_control_another_question_has_another_key(tmp_path: Path) -> None:
    key = read_scenario(put(tmp_path, GOOD)).key
    for old, new in (("value: 2", "value: 3"), ("weeks: 8", "weeks: 9"), ("base", "best")):
        assert read_scenario(put(tmp_path, GOOD.replace(old, new))).key != key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "base.yaml::: found an empty file"),
        (GOOD + "budget_scal: 1\n", "base.yaml:5:budget_scal: found an unknown key"),
        (GOOD.replace("slots", "slot"), "base.yaml:4:guardrails.0.rule: found 'slot'"),
        (GOOD.replace("weeks: 8", "weeks: 0"), "base.yaml:2:horizon.weeks: found '0'"),
        ("scenario: x\n", "horizon: found nothing"),
    ],
)
def test_faults_name_line_and_key(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_scenario(put(tmp_path, text))
    assert said in str(caught.value)


def test_faults_found_later_get_their_line(tmp_path: Path) -> None:
    path = put(tmp_path, GOOD)
    faults = [
        Fault("base.yaml", None, "guardrails.0.account", "x", "y"),
        Fault("other.csv", None, "guardrails.0.account", "x", "y"),
        Fault("base.yaml", None, None, "x", "y"),
    ]
    assert [fault.row for fault in located(faults, read_scenario(path).source)] == [4, None, None]
