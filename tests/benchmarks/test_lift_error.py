from __future__ import annotations

import numpy as np
import pytest

from benchmarks.lift_error import Error, main


def test_errors_of_known_numbers() -> None:
    found = Error.of(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 1.0]), 2.0)
    assert found.rmse == pytest.approx(np.sqrt(5 / 3))
    assert found.mean == 1.0
    assert found.seconds == 2.0


def test_a_quick_run_prints_ratios_to_ours(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--kinds", "thresholds", "--seeds", "1", "--small", "--peers", "pooled_ols"])
    shown = capsys.readouterr().out.splitlines()
    ours = next(line.split() for line in shown if line.startswith("ours"))
    peer = next(line.split() for line in shown if line.startswith("pooled_ols"))
    assert float(ours[2]) == 1.0
    assert 0.0 < float(ours[1]) < 0.5
    assert float(peer[2]) == pytest.approx(float(peer[1]) / float(ours[1]), abs=0.02)
