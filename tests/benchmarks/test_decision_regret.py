from __future__ import annotations

import math
from pathlib import Path

import pytest

from benchmarks.decision_regret import KNOWN, OURS, Summary, main, ratio
from benchmarks.demand.arena import Lived


def test_a_quick_run_prints_a_table_and_keeps_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.json"
    question = ["--kinds", "thresholds", "--seeds", "1", "--small", "--gap", "0.3"]
    main([*question, "--peers", "pooled_ols", "--keep", str(kept)])
    shown = capsys.readouterr().out
    rows = {line.split("  ")[0]: line.split() for line in shown.splitlines() if line}
    assert {KNOWN, OURS, "pooled_ols"} <= set(rows)
    assert float(rows[KNOWN][2]) == 1.0
    assert 0.2 < float(rows[OURS][1]) < 1.2
    assert KNOWN in kept.read_text(encoding="utf-8")
    assert OURS not in kept.read_text(encoding="utf-8")


def test_money_is_summed_before_it_is_divided() -> None:
    def run(promised: float, true: float) -> dict[str, Lived]:
        return {
            KNOWN: Lived(100.0, 100.0, 50.0, 50.0, 5),
            OURS: Lived(promised, true, 40.0, 60.0, 4),
        }

    found = Summary.of([run(100.0, 50.0), run(200.0, 150.0)], OURS)
    assert found.shares == (0.5, 1.5)
    assert found.promise == 1.5
    assert found.spend == 1.5
    assert found.share == 1.0


def test_a_market_where_nothing_came_is_not_divided_by() -> None:
    nothing = Lived(0.0, 0.0, 0.0, 0.0, 0)
    found = Summary.of([{KNOWN: nothing, OURS: nothing}], OURS)
    assert math.isnan(found.share)
    assert math.isnan(found.promise)
    assert math.isnan(ratio(1.0, -1.0))
