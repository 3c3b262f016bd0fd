"""The benchmark of poisoned scenarios: every kind is told as what it is, all others are done."""

from __future__ import annotations

from benchmarks.batch_poison import measure
from scenarios.store.runs import Ending
from tests.scenarios.batch.here import here


def test_poison_is_told_and_the_others_are_done() -> None:
    found = measure(9, 3, here)
    done = [run for run in found.runs if run.ending is Ending.DONE]
    assert len(done) == 6
    assert all(run.scenario.startswith("grid") for run in done)
    told = {run.scenario: (run.ending, str(run.failure)) for run in found.failed}
    assert told["unknown0"][0] is Ending.REFUSED
    assert "NONE0" in told["unknown0"][1]
    assert told["impossible1"][0] is Ending.INFEASIBLE
    assert told["raises2"] == (Ending.BROKEN, "the run broke off (RuntimeError: poison)")


def test_control_without_poison_nothing_fails() -> None:
    found = measure(2, 0, here)
    assert [run.ending for run in found.runs] == [Ending.DONE] * 2
