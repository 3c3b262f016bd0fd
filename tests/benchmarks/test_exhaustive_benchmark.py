from __future__ import annotations

import json
import sys

import pytest

from benchmarks import exhaustive


def test_a_few_seeds_without_contradiction(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["exhaustive", "--seeds", "3"])
    assert exhaustive.main() == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["instances"] == 3
    assert summary["contradictions"] == 0
