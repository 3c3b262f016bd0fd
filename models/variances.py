"""The variances of a crossed model, and the weak opinions that keep them from collapsing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variances:
    """What the M-step estimates."""

    noise: Floats  # (N,) s_i^2
    common_noise: float  # the value that s_i^2 are drawn to
    pair: Floats  # (K, K) S_w
    account: Floats | None  # (K,) diagonal of S_A; None with one product or one account
    product: Floats | None  # (K,) diagonal of S_B

    def keep(self, kept: list[int]) -> Variances:
        """Those of fewer terms."""
        return replace(
            self,
            pair=self.pair[np.ix_(kept, kept)],
            account=None if self.account is None else self.account[kept],
            product=None if self.product is None else self.product[kept],
        )


@dataclass(frozen=True)
class CrossedPriors:
    """Weak priors that keep variances from collapsing where few series tell about them.

    A variance S of a random effect has density proportional to
    |S|^(-n/2) exp(-n/2 tr(scale S^-1)), n = `effect_weight` (pseudo-levels); s_i^2 the same with
    `noise_weight` pseudo-weeks around a common value, which is estimated. `mean` and
    `mean_precision` are a normal prior of mu.
    """

    effect_scale: Floats  # (K,) variances
    mean: Floats  # (K,)
    mean_precision: Floats  # (K,) > 0
    effect_weight: float = 4.0  # > 0
    noise_weight: float = 6.0  # > 0

    def log_density(self, variances: Variances) -> float:
        """Log density of the variances, and of the noise given the common one; no constants."""
        scale = np.diag(self.effect_scale)
        n = self.effect_weight
        total = (
            -0.5
            * n
            * (
                float(np.linalg.slogdet(variances.pair)[1])
                + float(np.trace(np.linalg.solve(variances.pair, scale)))
            )
        )
        for effect in (variances.account, variances.product):
            if effect is not None:
                total -= 0.5 * n * float(np.sum(np.log(effect) + self.effect_scale / effect))
        m = self.noise_weight
        ratio = variances.common_noise / variances.noise
        return total + 0.5 * m * float(np.sum(np.log(ratio) - ratio))
