"""Lifts under what-ifs, pair by pair: docs/readings.md, section What-ifs, formula of the parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.assumption import Assumption

Floats = NDArray[np.float64]
Terms = dict[str, object]
Find = Callable[[str, str, str, str], Terms | None]
Key = tuple[str, str, str]

RIDGE = 1e-4
CHANGES = ("elasticity", "feature_effect", "display_effect")


class Selecting(Protocol):
    """What is asked of accounts and products here."""

    def chosen(self, assumption: Assumption, account: str, product: str, tactic: str = "") -> bool:
        """Whether the pair and tactic are meant."""

    def brand(self, product: str) -> str:
        """The brand of a product."""


def suppose_lifts(
    lift: pd.DataFrame,
    draws: pd.DataFrame,
    old: Find,
    new: Find,
    assumptions: Iterable[Assumption],
    codes: Selecting,
) -> dict[str, pd.DataFrame]:
    """`lift` and `draws` under the assumptions."""
    assumptions = [a for a in assumptions if a.change in (*CHANGES, "lift")]
    keys: list[Key] = list(zip(lift["account"], lift["product"], lift["tactic"], strict=True))
    logs = dict(zip(keys, lift["log_lift"].tolist(), strict=True))
    was = {(a, p, k): _drivers(old(k, a, p, codes.brand(p))) for a, p, k in keys}
    parts = _parts(logs, was)
    plus: dict[Key, float] = {}
    times: dict[Key, float] = {}
    ratio: dict[Key, float] = {}
    for key in keys:
        account, product, tactic = key
        moved, whole = 0.0, 1.0
        strength = list(parts[account, product])
        for assumption in assumptions:
            if codes.chosen(assumption, account, product, tactic):
                factor = float(assumption.times or 0.0)
                if assumption.change == "lift":
                    whole *= factor
                else:
                    strength[CHANGES.index(assumption.change)] *= factor
        before, after = was[key], _drivers(new(tactic, account, product, codes.brand(product)))
        if before is not None and after is not None:
            moved = sum(s * x for s, x in zip(strength, after, strict=True))
            moved -= sum(s * x for s, x in zip(parts[account, product], before, strict=True))
        lifted = min(20.0, max(-20.0, whole * (logs[key] + moved)))
        plus[key], times[key] = moved, whole
        ratio[key] = min(10.0, max(0.0, lifted / logs[key])) if logs[key] > 1e-9 else 1.0
    return {
        "lift": _changed(lift, keys, plus, times, ratio),
        "draws": _changed(
            draws,
            list(zip(draws["account"], draws["product"], draws["tactic"], strict=True)),
            plus, times, ratio,
        ),
    }  # fmt: skip


def _changed(
    frame: pd.DataFrame,
    keys: list[Key],
    plus: dict[Key, float],
    times: dict[Key, float],
    ratio: dict[Key, float],
) -> pd.DataFrame:
    """The rows of known lifts moved, the others as they are."""
    columns = {name: frame[name].tolist() for name in ("log_lift", "pressure", "pull")}
    for i, key in enumerate(keys):
        if key in plus:
            log = times[key] * (columns["log_lift"][i] + plus[key])
            columns["log_lift"][i] = log if math.isnan(log) else min(20.0, max(-20.0, log))
            columns["pressure"][i] *= ratio[key]
            columns["pull"][i] *= ratio[key]
    return frame.assign(**columns)


def _drivers(terms: Terms | None) -> tuple[float, float, float] | None:
    if terms is None:
        return None
    depth, feature, display = (float(str(terms[k])) for k in ("depth", "feature", "display"))
    return -math.log(1.0 - depth), feature, display


def _parts(
    logs: dict[Key, float], was: dict[Key, tuple[float, float, float] | None]
) -> dict[tuple[str, str], Floats]:
    """What a unit of each driver lifts in each pair."""
    rows: dict[tuple[str, str], list[tuple[tuple[float, float, float], float]]] = {}
    for (account, product, tactic), log in logs.items():
        own = rows.setdefault((account, product), [])
        drivers = was[account, product, tactic]
        if drivers is not None:
            own.append((drivers, log))
    common = _least_squares([row for own in rows.values() for row in own], np.zeros(3))
    common = np.maximum(common, 0.0)
    return {pair: np.maximum(_least_squares(own, common), 0.0) for pair, own in rows.items()}


def _least_squares(rows: list[tuple[tuple[float, float, float], float]], towards: Floats) -> Floats:
    """min |y - X b|^2 + r |b - towards|^2, as ordinary least squares with three rows more."""
    x = np.array([list(driver) for driver, _ in rows]).reshape(-1, 3)
    y = np.array([log for _, log in rows])
    root = math.sqrt(RIDGE)
    design = np.vstack([x, root * np.eye(3)])
    target = np.concatenate([y, root * towards])
    found: Floats = np.linalg.lstsq(design, target, rcond=None)[0]
    return found
