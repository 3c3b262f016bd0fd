"""LightGBM on everything that a data scientist would give it, tuned on weeks before the origin."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from benchmarks.demand.regressors import YEAR, expected_units, log_units
from models.base_price import RegularPrices
from models.calibration import last_weeks
from models.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HELD_OUT = 13  # last weeks of the learning ones, on which the settings are chosen
MOST_ROUNDS = 600
PATIENCE = 40
LEAVES, LEAST, RATES = (4, 8, 16, 31), (10, 30), (0.05,)
# More of a deal never sells less: as much as ours is told by its signs.
RISING = {"deal": 1, "feature": 1, "display": 1, "price": -1}


@dataclass(frozen=True)
class Features:
    """(N, T, F) columns and their names."""

    names: tuple[str, ...]
    x: Floats


def boosting(panel: Panel, regular: RegularPrices) -> Floats:
    """Expected units (N, T): trees on ln units less the series' mean, exp(f + s^2 / 2)."""
    known = panel.used
    settings, rounds = _tuned(panel, regular, known)
    features, mean = features_of(panel, regular, known), _means(panel, known)
    target = log_units(panel) - mean[:, None]
    model = _train(features, target, known, settings, rounds)
    made = _predict(model, features)
    inner = (target - made)[known]
    # In-sample residuals of trees are too small; those held out are honest.
    spread = settings.pop("spread", float(np.var(inner)))
    return expected_units(panel, made + mean[:, None], np.full(panel.series, spread))


def features_of(panel: Panel, regular: RegularPrices, known: Bools) -> Features:
    """Own prices and merchandising, the shelf's, the level and the time of the year, the codes."""
    with np.errstate(invalid="ignore", divide="ignore"):
        price, base = np.log(panel.price), np.log(regular.price)
    mean = np.where(known, np.nan_to_num(price), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    deal = regular.depth_log(panel.price)
    feature, display = np.nan_to_num(panel.feature), np.nan_to_num(panel.display)
    logs, level = log_units(panel), _means(panel, known)
    recent = last_weeks(known, 8)
    drift = np.where(recent, logs - level[:, None], 0.0).sum(axis=1)
    drift = drift / np.maximum(recent.sum(axis=1), 1)
    angle = 2 * np.pi * panel.weeks.astype("datetime64[D]").astype(np.int64) / YEAR
    shape = panel.units.shape
    shelf = _others(panel, deal), _others(panel, np.maximum(feature, display))
    columns = {
        "price": np.nan_to_num(base - mean[:, None]),
        "paid": np.nan_to_num(price - mean[:, None]),
        "deal": deal,
        "feature": feature,
        "display": display,
        "others_deal": shelf[0],
        "others_shown": shelf[1],
        "before_deal": _lagged(deal, 1),
        "before_deal_2": _lagged(deal, 2),
        "level": np.broadcast_to(level[:, None], shape),
        "drift": np.broadcast_to(drift[:, None], shape),
        "sine": np.broadcast_to(np.sin(angle), shape),
        "cosine": np.broadcast_to(np.cos(angle), shape),
        "account": np.broadcast_to(panel.account[:, None].astype(float), shape),
        "product": np.broadcast_to(panel.product[:, None].astype(float), shape),
    }
    return Features(tuple(columns), np.stack(list(columns.values()), axis=2))


def _others(panel: Panel, cells: Floats) -> Floats:
    """The sum over the other series of the account and category: (N, T)."""
    shelf = np.unique(
        np.stack([panel.account, panel.category]), axis=1, return_inverse=True
    )[1].ravel()  # fmt: skip
    total = np.zeros((int(shelf.max(initial=-1)) + 1, cells.shape[1]))
    np.add.at(total, shelf, cells)
    return np.asarray(total[shelf] - cells)


def _lagged(cells: Floats, weeks: int) -> Floats:
    moved = np.zeros_like(cells)
    moved[:, weeks:] = cells[:, :-weeks]
    return moved


def _means(panel: Panel, known: Bools) -> Floats:
    logs = np.where(known, log_units(panel), 0.0)
    return np.asarray(logs.sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _tuned(
    panel: Panel, regular: RegularPrices, known: Bools
) -> tuple[dict[str, float | int], int]:
    """The settings and rounds with the least error in the last weeks of `known`."""
    scored = last_weeks(known, HELD_OUT)
    learning = known & ~scored
    features = features_of(panel, regular, learning)
    target = log_units(panel) - _means(panel, learning)[:, None]
    best: tuple[float, dict[str, float | int], int] | None = None
    for leaves, least, rate in itertools.product(LEAVES, LEAST, RATES):
        settings: dict[str, float | int] = {
            "num_leaves": leaves, "min_data_in_leaf": least, "learning_rate": rate,
        }  # fmt: skip
        model = _train(features, target, learning, settings, MOST_ROUNDS, scored)
        made = model.predict(features.x[scored], num_threads=1)
        error = float(np.mean((target[scored] - made) ** 2))
        if best is None or error < best[0]:
            best = error, {**settings, "spread": error}, max(model.best_iteration, 20)
    assert best is not None
    return best[1], best[2]


def _train(
    features: Features,
    target: Floats,
    known: Bools,
    settings: dict[str, float | int],
    rounds: int,
    scored: Bools | None = None,
) -> lightgbm.Booster:
    parameters: dict[str, object] = {
        "objective": "regression",
        "verbosity": -1,
        "num_threads": 1,
        "deterministic": True,
        "seed": 1,
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "monotone_constraints": [RISING.get(name, 0) for name in features.names],
        **{name: value for name, value in settings.items() if name != "spread"},
    }
    codes = [features.names.index(name) for name in ("account", "product")]
    data = lightgbm.Dataset(features.x[known], target[known], categorical_feature=codes)
    if scored is None:
        return lightgbm.train(parameters, data, rounds)
    inner = lightgbm.Dataset(features.x[scored], target[scored], reference=data)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    return lightgbm.train(parameters, data, rounds, valid_sets=[inner], callbacks=[stop])


def _predict(model: lightgbm.Booster, features: Features) -> Floats:
    flat = features.x.reshape(-1, features.x.shape[2])
    made = np.asarray(model.predict(flat, num_threads=1))
    return made.reshape(features.x.shape[:2])
