"""How far each driver may swing: by the response's own draws where it has them, else as stated.

A driver is a change of `what_if`, made everywhere, and its swing two factors. Drawn ones run from
the 10 % to the 90 % quantile of the driver as a whole: on each draw

    lift             sum of w log_lift over the plan's events / the same of the best estimate,
                     w the event's baseline units
    demand           sum of baseline units over the plan's pairs / the same of the best estimate
    dip, cannibalisation, rivalry
                     sum of |coefficient| over the plan's pairs / the same of the best estimate
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.response import Response
from models.response_checks import DRAW_KINDS, draw_kind
from optimizer.assumption import CHANGES, Assumption
from optimizer.problem import Floats
from scenarios.comparison.contender import Contender

# Factors where the response has no draws of a driver: round numbers, to be seen as such.
STATED: Mapping[str, tuple[float, float]] = {
    "lift": (0.9, 1.1),
    "demand": (0.95, 1.05),
    "elasticity": (0.9, 1.1),
    "feature_effect": (0.8, 1.2),
    "display_effect": (0.8, 1.2),
    "dip": (0.8, 1.2),
    "cannibalisation": (0.8, 1.2),
    "rivalry": (0.8, 1.2),
    "unit_cost": (0.95, 1.05),
    "list_price": (0.98, 1.02),
    "handling_cost": (0.9, 1.1),
    "funding_share": (0.9, 1.1),
    "event_fee": (0.9, 1.1),
    "weekly_fee": (0.9, 1.1),
}
COEFFICIENTS = {"dip": "carry", "cannibalisation": "cross", "rivalry": "rival"}
LEVELS = (0.10, 0.90)
LARGEST = 10.0
_KIND = {kind.table: place for place, kind in enumerate(DRAW_KINDS)}


@dataclass(frozen=True)
class Swing:
    """A driver and the factors it is multiplied by, the lower first."""

    driver: str
    low: float
    high: float
    drawn: bool  # from the response's draws; else stated


def read_swing(text: str) -> Swing:
    """`lift=0.8:1.2`. Raises ValueError for anything else."""
    driver, _, ends = text.partition("=")
    low, high = (float(end) for end in ends.split(":"))
    if driver.strip() not in CHANGES or not 0.0 <= low < high <= LARGEST:  # NaN is false too
        raise ValueError(text)
    for factor in (low, high):
        Assumption(change=driver.strip(), times=factor)  # a driver's own limits
    return Swing(driver.strip(), low, high, False)


def swings(contender: Contender, given: Iterable[Swing] = ()) -> tuple[Swing, ...]:
    """Of every driver in STATED and every one given; those given win, then the draws."""
    asked = {swing.driver: swing for swing in given}
    drawn = _drawn(contender)
    found = []
    for driver in dict.fromkeys([*STATED, *asked]):
        if driver in asked:
            found.append(asked[driver])
        elif driver in drawn:
            low, high = (float(np.quantile(drawn[driver], level)) for level in LEVELS)
            found.append(Swing(driver, round(max(low, 0.0), 6), round(high, 6), True))
        else:
            found.append(Swing(driver, *STATED[driver], False))
    return tuple(found)


def _drawn(contender: Contender) -> dict[str, Floats]:
    """For each driver that the draws vary, its factor on every draw: (D,)."""
    response = contender.response
    draws = response.draws
    kinds = draw_kind(draws)
    pairs = contender.tables["pairs"]
    found = {}
    for driver, table, value in (
        ("lift", "lift", "log_lift"),
        *((name, table, "coefficient") for name, table in COEFFICIENTS.items()),
    ):
        rows = draws[kinds == _KIND[table]].dropna(subset=[value])
        best = getattr(response, table)
        if len(rows) and len(best):
            found[driver] = _ratios(rows, best, table, value, _weights(contender, driver), draws)
    level = draws[kinds == _KIND["price"]].dropna(subset=["log_baseline"])
    if len(level):
        found["demand"] = _demand(level, response, pairs, draws)
    return {name: ratio for name, ratio in found.items() if np.ptp(ratio) > 1e-9}


def _weights(contender: Contender, driver: str) -> pd.DataFrame:
    """What counts how much: columns account, product (and tactic), weight."""
    if driver != "lift":
        return contender.tables["pairs"].assign(weight=1.0)
    events = contender.tables["calendar"][["account", "product", "tactic"]].copy()
    events["weight"] = contender.tables["calendar"]["baseline_units"].astype(float)
    return events.groupby(["account", "product", "tactic"])["weight"].sum().reset_index()


def _ratios(
    rows: pd.DataFrame,
    best: pd.DataFrame,
    table: str,
    value: str,
    weights: pd.DataFrame,
    draws: pd.DataFrame,
) -> Floats:
    """Sum of weight x |value| on each draw, over that of the best estimate."""
    extra = [key for key in DRAW_KINDS[_KIND[table]].keys if key in best]
    keys = ["account", "product", *extra]
    shared = [key for key in keys if key in weights]
    mean = best[[*keys, value]].merge(weights, on=shared)
    total = float((mean["weight"] * mean[value].abs()).sum())
    both = rows[["draw", *keys, value]].merge(mean.rename(columns={value: "mean"}), on=keys)
    numbers = np.unique(draws["draw"].to_numpy(dtype=np.int64))
    if total <= 0.0 or not len(both):
        return np.ones(numbers.size)
    moved = both["weight"] * (both[value].abs() - both["mean"].abs())
    change = moved.groupby(both["draw"]).sum().reindex(numbers, fill_value=0.0)
    return np.asarray(1.0 + change.to_numpy(dtype=np.float64) / total)


def _demand(
    level: pd.DataFrame, response: Response, pairs: pd.DataFrame, draws: pd.DataFrame
) -> Floats:
    """Baseline units of the plan's pairs on each draw, over those of the best estimate."""
    units = response.baseline.merge(pairs, on=["account", "product"])
    units = units.groupby(["account", "product"])["units"].sum().reset_index()
    total = float(units["units"].sum())
    both = level[["draw", "account", "product", "log_baseline"]].merge(
        units, on=["account", "product"]
    )
    numbers = np.unique(draws["draw"].to_numpy(dtype=np.int64))
    if total <= 0.0:
        return np.ones(numbers.size)
    moved = both["units"] * np.expm1(both["log_baseline"])
    change = moved.groupby(both["draw"]).sum().reindex(numbers, fill_value=0.0)
    return np.asarray(1.0 + change.to_numpy(dtype=np.float64) / total)
