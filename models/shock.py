"""The shock that deals may have been timed on: how an account sold beyond all its terms.

A buyer who expects a good week puts the deal there, and its lift gets the credit. The account's
other products had the same week without the same deal. Their residuals are a common shock, a
first-order autoregression, plus noise of their own:

    e[i,t] = z[t] + noise,     z[t] = memory z[t-1] + innovation,     var z = V, var noise = R

V, R and the memory come from how residuals of different products move together, now and a week
later; the shock is its best linear prediction from the other products, by the Kalman filter and the
smoother of Rauch, Tung and Striebel (1965). Of weeks after the last one nothing is known: zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.structure import of_others

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

LEAST_SHARE = 0.01  # of the residuals' variance: a shock smaller than that is none
LONGEST = 0.95  # memory of a week's shock in the next


@dataclass(frozen=True)
class ShockModel:
    """Variances in ln units squared."""

    common: float  # V, 0 where residuals do not move together
    noise: float  # R > 0
    memory: float  # 0..LONGEST

    @staticmethod
    def of(residual: Floats, used: Bools, group: Ints) -> ShockModel:
        """By moments: mean products of residuals (N, T) of two series of a group (N,)."""
        error, seen = np.where(used, residual, 0.0), used.astype(np.float64)
        others, count = of_others(error, group), of_others(seen, group)
        pairs = float((seen * count).sum())
        total = float((error**2).sum()) / max(float(seen.sum()), 1.0)
        common = float((error * others).sum()) / pairs if pairs else 0.0
        if common <= LEAST_SHARE * total:
            return ShockModel(0.0, max(total, 1e-6), 0.0)
        later_pairs = float((seen[:, 1:] * count[:, :-1]).sum())
        later = float((error[:, 1:] * others[:, :-1]).sum()) / max(later_pairs, 1.0)
        memory = min(max(later / common, 0.0), LONGEST)
        return ShockModel(common, max(total - common, LEAST_SHARE * total), memory)


def shock_column(residual: Floats, used: Bools, group: Ints, deals: Bools) -> Floats:
    """The shock of each series' group as the other series tell it, and its own deals: (N, T).

    `residual` (N, T) are ln units less everything but the shock, where `used`; `group` (N,), the
    account; `deals` (N, T), weeks that were chosen for a deal. Zeros where no two series of a group
    move together.
    """
    model = ShockModel.of(residual, used, group)
    if model.common == 0.0:
        return np.zeros(residual.shape)
    total = of_others(np.where(used, residual, 0.0), group)
    count = of_others(used.astype(np.float64), group)
    weeks = used.shape[1]
    last = np.where(used.any(axis=1), weeks - 1 - np.argmax(used[:, ::-1], axis=1), -1)
    known = np.arange(weeks)[None, :] <= last[:, None]
    mean, variance = smoothed(total, count, model)
    chosen = np.where(deals, timing(mean, used, deals) * variance, 0.0)
    return np.asarray(np.where(known, mean + chosen, 0.0))


def timing(shock: Floats, used: Bools, deals: Bools) -> float:
    """By how much ln odds of a deal rise with the shock, per unit of it.

    Where deals come exp(timing x shock) times as often, the shocks of their weeks are higher by
    timing x variance than all weeks': of those that other products tell, and, by the variance that
    these leave, of those that are to be told.
    """
    seen, chosen = shock[used], shock[used & deals]
    variance = float(seen.var()) if len(seen) else 0.0
    if variance <= 0.0 or len(chosen) < 2:
        return 0.0
    return float(chosen.mean() - seen.mean()) / variance


def smoothed(total: Floats, count: Floats, model: ShockModel) -> tuple[Floats, Floats]:
    """Mean and variance of z given every week's sum `total` of `count` observations: (N, T) all."""
    series, weeks = total.shape
    innovation = model.common * (1.0 - model.memory**2)
    ahead, ahead_var = np.zeros((weeks, series)), np.full((weeks, series), model.common)
    mean, variance = np.zeros((weeks, series)), np.zeros((weeks, series))
    for week in range(weeks):
        if week:
            ahead[week] = model.memory * mean[week - 1]
            ahead_var[week] = model.memory**2 * variance[week - 1] + innovation
        variance[week] = 1.0 / (1.0 / ahead_var[week] + count[:, week] / model.noise)
        told = ahead[week] / ahead_var[week] + total[:, week] / model.noise
        mean[week] = variance[week] * told
    for week in range(weeks - 2, -1, -1):
        gain = model.memory * variance[week] / ahead_var[week + 1]
        mean[week] += gain * (mean[week + 1] - ahead[week + 1])
        variance[week] += gain**2 * (variance[week + 1] - ahead_var[week + 1])
    return mean.T, variance.T
