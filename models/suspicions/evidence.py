"""The history as robust statistics see it: usual prices, and volumes with the deals taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel, panel_of
from models.suspicions.suspicion import Places
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WINDOW = 6  # weeks on either side that tell the usual level
MAD = 1.4826  # of a normal distribution: median absolute deviation to standard deviation
ROUNDS = 5  # of reweighting
HUBER = 1.345  # residuals beyond so many deviations lose weight


@dataclass(frozen=True)
class Evidence:
    """N series by T weeks. `log_units` NaN without sales; logs of prices include VAT.

    `residual` is ln units less what deals explain and less the usual level of the weeks around.
    """

    workspace: Workspace
    panel: Panel
    places: Places
    log_units: Floats  # (N, T)
    log_price: Floats  # (N, T)
    usual_price: Floats  # (N,) median of ln price
    level: Floats  # (N, T) median of the deal-free ln units of the weeks around
    residual: Floats  # (N, T)
    quiet: Bools  # (N, T) weeks without any deal to speak of

    @staticmethod
    def of(workspace: Workspace) -> Evidence:
        """From the tables. Cheap: a few passes over the panel."""
        panel = panel_of(workspace)
        with np.errstate(divide="ignore", invalid="ignore"):
            units = np.log(np.where(panel.units > 0.0, panel.units, np.nan))
            price = np.log(np.where(panel.price > 0.0, panel.price, np.nan))
        usual = median(price)
        cheaper = np.clip(np.nan_to_num(around(price) - price), -0.8, 0.8)
        shown = [np.nan_to_num(panel.feature), np.nan_to_num(panel.display)]
        drivers = np.stack([cheaper, *shown], axis=2)
        rest = units - drivers @ _slopes(units, drivers)
        level = around(rest)
        quiet = (np.abs(cheaper) < 0.04) & (np.maximum(*shown) < 0.1)
        return Evidence(
            workspace, panel, Places(workspace), units, price, usual, level, rest - level, quiet
        )

    def codes(self, series: int) -> tuple[str, str]:
        """Account and product."""
        return self.panel.codes(series)


def _slopes(units: Floats, drivers: Floats) -> Floats:
    """Common slopes of all series around their medians, by reweighted least squares: (K,)."""
    known = np.isfinite(units)
    y = (units - median(units)[:, None])[known]
    x = (drivers - np.median(drivers, axis=1)[:, None])[known]
    weight: Floats = np.ones(len(y))
    slope: Floats = np.zeros(x.shape[1])
    for _ in range(ROUNDS if len(y) else 0):
        inner = (x * weight[:, None]).T @ x + 1e-6 * max(len(y), 1) * np.eye(x.shape[1])
        slope = np.asarray(np.linalg.solve(inner, (x * weight[:, None]).T @ y), np.float64)
        apart = np.abs(y - x @ slope)
        scale = MAD * float(np.median(apart)) + 1e-9
        weight = np.minimum(1.0, HUBER * scale / np.maximum(apart, 1e-9))
    return slope


def median(cells: Floats) -> Floats:
    """Of each row's finite cells, NaN without any: (N,)."""
    if not cells.size:
        return np.full(len(cells), np.nan)
    # Sorting once is many times as fast as numpy's median with gaps: NaNs come last.
    ranked = np.sort(cells, axis=1)
    count = np.isfinite(cells).sum(axis=1)
    rows = np.arange(len(cells))
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, cells.shape[1] - 1)
    middle = 0.5 * (ranked[rows, low] + ranked[rows, high])
    return np.asarray(np.where(count > 0, middle, np.nan))


def spread(cells: Floats) -> Floats:
    """Robust standard deviation of each row's finite cells: (N,)."""
    return MAD * median(np.abs(cells - median(cells)[:, None]))


def around(cells: Floats, reach: int = WINDOW) -> Floats:
    """The median of the weeks on either side, the week itself left out: (N, T), NaN where none."""
    weeks = cells.shape[1]
    wide = np.pad(cells, ((0, 0), (reach, reach)), constant_values=np.nan)
    shifts = [k for k in range(2 * reach + 1) if k != reach]
    stack = np.stack([wide[:, k : k + weeks] for k in shifts], axis=2)
    return median(stack.reshape(-1, len(shifts))).reshape(cells.shape)


def runs(flags: Bools) -> list[tuple[int, int]]:
    """First and last index of each run of true cells."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]
