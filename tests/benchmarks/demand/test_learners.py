"""Every peer learns: deals that the history shows are forecast, and R's where R is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.demand.subjects import SUBJECTS, runnable
from models.base_price import regular_prices
from models.calibration import last_weeks
from models.panel import Panel
from tests.models.simulated import simulate

SIMULATED = simulate(accounts=4, products=3, weeks=90)
HIDDEN = last_weeks(SIMULATED.panel.used, 10)
LEARNING = SIMULATED.panel.learning(~HIDDEN)


def wape(made: NDArray[np.float64], panel: Panel) -> float:
    units = panel.units[HIDDEN]
    return float(np.abs(made[HIDDEN] - units).sum() / units.sum())


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != "moving_average"])
def test_a_peer_forecasts_hidden_weeks_better_than_a_mean(name: str) -> None:
    can, reasons = runnable([name])
    if name in reasons:
        pytest.skip(reasons[name])
    panel = SIMULATED.panel
    made = can[name].learn(LEARNING, regular_prices(LEARNING))
    mean = np.where(LEARNING.used, panel.units, np.nan)
    level = np.broadcast_to(np.nanmean(mean, axis=1)[:, None], panel.units.shape)
    assert made.shape == panel.units.shape
    # Noise of .2 alone costs .16; the mean, which is the control, more than twice that.
    assert wape(made, panel) < 0.6 * wape(np.asarray(level), panel)


def test_an_unknown_peer_is_an_error() -> None:
    with pytest.raises(KeyError):
        runnable(["oracle"])
    assert runnable([]) == ({}, {})
