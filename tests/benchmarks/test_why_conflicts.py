"""Conflicts that `why` names are judged by searching anew, and false ones are told."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from benchmarks import why_conflicts
from optimizer.conflict.report import explain
from optimizer.master import Solver

SIZE = (2, 4, 14)


def test_named_conflicts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["why_conflicts", "--instances", "2", "--size", "2x4x14"])
    assert why_conflicts.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["hold"] == told["instances"] == 2


def test_control_conflicts_that_are_none_are_told() -> None:
    with Solver(seed=1) as solver:
        case = next(why_conflicts.cases(SIZE, solver))
        named = explain(replace(case, _known={})).demands
        assert len(named) > 1
        assert not why_conflicts.judged(case, named, solver)
        other = next(one for one in case.demands() if one not in named)
        padded = why_conflicts.judged(case, (*named, other), solver)
        assert padded.startswith("nothing keeps it without")
        assert why_conflicts.judged(case, named[1:], solver) == "a plan keeps all of it"
        assert why_conflicts.judged(case, (), solver) == "nothing named"
