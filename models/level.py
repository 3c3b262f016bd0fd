"""The recent level of each series: where sales have drifted to since the coefficients' time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.design import Design
from models.member import Level
from models.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Levels:
    """Deviations of N series from their long-run level, in ln units, at the end of learning."""

    value: Floats  # (N,)
    variance: Floats  # (N,)
    last: Ints  # (N,) index of the last week learned from, -1 where there is none
    damping: float

    def only(self, chosen: Bools) -> Levels:
        """The series where `chosen` (N,) is true."""
        return Levels(self.value[chosen], self.variance[chosen], self.last[chosen], self.damping)

    def ahead(self, weeks: Ints) -> Floats:
        """The level in weeks with these indices (H,): (N, H); 0 before the end of learning."""
        distance = weeks[None, :] - self.last[:, None]
        return np.where(
            distance > 0, self.value[:, None] * self.damping ** np.maximum(distance, 0), 0.0
        )


def levels_of(
    panel: Panel, design: Design, coefficients: Floats, noise: Floats, level: Level | None
) -> Levels:
    """Exponentially weighted, shrunk residuals; zeros where the member has no level."""
    weeks = panel.units.shape[1]
    learned = panel.used.any(axis=1)
    last = np.where(learned, weeks - 1 - np.argmax(panel.used[:, ::-1], axis=1), -1)
    if level is None:
        zeros = np.zeros(panel.series)
        return Levels(zeros, zeros, last.astype(np.int64), 1.0)
    predicted = np.einsum("ntk,nk->nt", design.x, coefficients)
    residual = np.where(panel.used, panel.logs - predicted, 0.0)
    age = last[:, None] - np.arange(weeks)[None, :]
    weight = np.where(panel.used, 0.5 ** (np.maximum(age, 0) / level.half_life), 0.0)
    if panel.weight is not None:
        weight = weight * panel.weight
    evidence = weight.sum(axis=1) + level.prior_weeks
    value = (weight * residual).sum(axis=1) / evidence
    return Levels(value, noise / evidence, last.astype(np.int64), level.damping)
