"""How far each week is believed: one mistyped week must not move a lift as far as it likes.

A week farther off than FAR deviations is given the variance that puts it just there, so its weight
in the sums is (FAR / z)^2 at z deviations, and one nearer by. Deviations are of the series' own
noise, scaled by the median of all weeks' absolute ones, which slips do not move. A week that seems
to have run out (`stockouts`) is not believed at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.stockouts import sold_out

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Of normal errors one in two thousand is farther off and loses a tenth of its weight. At 2.5 the
# weeks of good deals, which vary more, are taken for mistakes; at 5 slips do half of their harm.
FAR = 3.5
FARTHEST = 5.0  # deviations: what is farther off is no sample of what is to come
NORMAL = 1.4826  # a normal's deviation over its median absolute one
# Weeks of less weight than this are worth fitting again.
DOUBTED = 0.5


@dataclass(frozen=True)
class Belief:
    """How far weeks are believed.

    `weight` (N, T) is 0..1; `tails` is the variance of errors to come over the weighted variance
    that a fit with these weights has, at least 1.
    """

    weight: Floats
    tails: float

    @property
    def whole(self) -> bool:
        """Whether no week is doubted."""
        return bool((self.weight >= DOUBTED).all())

    def only(self, chosen: Bools) -> Belief:
        """The series where `chosen` (N,) is true."""
        return replace(self, weight=self.weight[chosen])


def wholly(used: Bools) -> Belief:
    """Every week believed."""
    return Belief(np.ones(used.shape), 1.0)


def belief_of(residual: Floats, used: Bools, noise: Floats) -> Belief:
    """From what a fit left (N, T) of ln units in the weeks `used`, and variances `noise` (N,)."""
    standard = np.where(used, residual / np.sqrt(noise)[:, None], 0.0)
    seen = np.abs(standard[used])
    scale = NORMAL * float(np.median(seen)) if len(seen) else 0.0
    if scale <= 0.0:
        return wholly(used)
    far = np.maximum(np.abs(standard) / scale, FAR)
    weight = np.where(sold_out(standard / scale, used), 0.0, (FAR / far) ** 2)
    # Slips that are no longer made must not raise forecasts.
    to_come = float((np.minimum(seen / scale, FARTHEST) ** 2).sum())
    weighed = float((weight[used] * (seen / scale) ** 2).sum())
    return Belief(weight, max(to_come / weighed, 1.0))
