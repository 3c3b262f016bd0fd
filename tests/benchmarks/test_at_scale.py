"""The benchmark at scale: every subject can be written, and what a run says is read right."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.at_scale import SUBJECTS, Moment, Outcome, Subject, line, measure, write_instance
from scenarios.scenario import read_scenario
from workspace import load


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_subject_is_a_valid_workspace(name: str, tmp_path: Path) -> None:
    subject = SUBJECTS[name]
    small = Subject((3, 10, 8), subject.gap, subject.seconds, severity=subject.severity)
    folder = write_instance(tmp_path, small, 1, 7.5)
    load(folder, planning=True)
    spec = read_scenario(folder / "scenarios" / "base.yaml").spec
    assert (spec.solver.gap, spec.solver.seconds) == (subject.gap, 7.5)


def test_a_run_of_the_command_is_measured_whole(tmp_path: Path) -> None:
    folder = write_instance(tmp_path, Subject((2, 5, 8), 0.5, 30.0), 1, 20.0)
    outcome = measure(folder)
    assert outcome.exit_code == 0
    assert outcome.final is not None
    assert outcome.final.gap is not None
    assert outcome.final.gap <= 0.5
    reached = outcome.first(0.5)
    assert reached is not None
    assert 0.0 < reached <= outcome.final.seconds <= outcome.seconds
    assert outcome.peak > 50e6


def test_control_a_target_that_is_missed_is_said_so() -> None:
    subject = Subject((1, 1, 1), 0.01, 10.0)
    trace = (Moment(1.0, None, 120.0), Moment(2.0, 100.0, 120.0), Moment(3.0, 100.0, 104.0))
    done = Outcome(0, 4.0, 10**9, Moment(4.0, 100.0, 100.5), trace)
    late = Outcome(0, 11.0, 10**9, Moment(11.0, 100.0, 100.5), trace)
    loose = Outcome(0, 4.0, 10**9, Moment(4.0, 100.0, 102.0), trace)
    assert done.first(0.05) == 3.0
    assert done.first(0.01) is None
    assert line("x", 1, subject, done).endswith(": met")
    assert line("x", 1, subject, late).endswith(": MISSED")
    assert line("x", 1, subject, loose).endswith(": MISSED")
    assert line("x", 1, subject, Outcome(4, 9.0, 10**9, None, ())).endswith("exit 4 after 9.0 s")
