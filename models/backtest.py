"""Rolling-origin accuracy: hide the last weeks, forecast them, compare, beside simple peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import metrics
from models.base_price import RegularPrices, regular_prices
from models.calibration import LEVELS, calibrate, last_weeks
from models.estimator import estimate
from models.forecast import forecast
from models.member import Member, members_of
from models.panel import Panel, panel_of
from models.peers import PEERS
from workspace.faults import Fault, InputError
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Progress = Callable[[str, float], None]

LEAST_LEARNING = 8  # weeks that a series must have before an origin to be scored


@dataclass(frozen=True)
class Backtest:
    """Forecasts of hidden weeks and how good they were.

    `rows` has a line for every hidden week of every series and origin: origin (1 is the latest),
    account, product, week, units, expected, promoted (1: a week with a deal), the ends of the 50,
    80 and 90 % intervals, and each peer's forecast, all in consumer units.
    """

    rows: pd.DataFrame
    summary: dict[str, object] = field(repr=False)

    def __str__(self) -> str:
        return f"WAPE {self.summary['wape']:.3f}, bias {self.summary['bias']:+.3f}"


def backtest(
    workspace: Workspace,
    weeks: int = 13,
    origins: int = 4,
    members: tuple[Member, ...] | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Hide `weeks` weeks at each of `origins` origins and forecast them, the model frozen.

    Origin 1 hides the last `weeks` recorded weeks of each series; origin k the `weeks` before
    those of origin k - 1, learning only from what is earlier still. So no week is hidden twice and
    every origin has as many. Forecasts are expected units from the actual prices and
    merchandising of the hidden weeks; weeks out of stock are not scored. Raises InputError where
    no series is long enough.
    """
    if weeks < 1 or origins < 1:
        raise ValueError("weeks and origins must be at least 1")
    panel = panel_of(workspace)
    regular = regular_prices(panel)
    members = members or members_of(workspace.settings.season)
    country = workspace.settings.country
    found: list[pd.DataFrame] = []
    for origin in range(1, origins + 1):
        if progress:
            progress("backtest", (origin - 1) / origins)
        hidden, learning = split(panel, weeks, origin)
        if hidden.any():
            rows = _origin(panel.learning(learning), regular, members, country, hidden)
            rows.insert(0, "origin", origin)
            found.append(rows)
    if not found:
        raise InputError([_too_short(workspace, weeks, origins)])
    if progress:
        progress("backtest", 1.0)
    rows = pd.concat(found, ignore_index=True)
    return Backtest(rows, _summary(rows))


def split(panel: Panel, weeks: int, origin: int) -> tuple[Bools, Bools]:
    """The weeks to score and the weeks before the origin, both (N, T).

    Counted in recorded weeks of each series, from its end.
    """
    later = last_weeks(panel.recorded, weeks * (origin - 1))
    hidden = last_weeks(panel.recorded, weeks * origin) & ~later
    # Everything from a series' first hidden week on is the future.
    learning = ~np.logical_or.accumulate(hidden | later, axis=1)
    known = (panel.used & learning).sum(axis=1) >= LEAST_LEARNING
    sold_out = panel.recorded & ~panel.used & (panel.units > 0.0)
    scored = hidden & (known & panel.own)[:, None] & ~sold_out
    return np.asarray(scored), np.asarray(learning)


def _origin(
    panel: Panel,
    regular: RegularPrices,
    members: tuple[Member, ...],
    country: str,
    hidden: Bools,
) -> pd.DataFrame:
    """Forecasts of the hidden weeks (N, T), by us and by the peers."""
    fitted = estimate(panel, regular, members, country)
    calibration = calibrate(panel, regular, members, country, fitted)
    made = forecast(fitted, np.arange(len(panel.weeks)))
    own = panel.only(panel.own)
    scored = hidden[panel.own]
    series, week = np.nonzero(scored)
    accounts, products = np.array(own.accounts, dtype=object), np.array(own.products, dtype=object)
    columns: dict[str, object] = {
        "account": pd.Series(accounts[own.account[series]], dtype="str"),
        "product": pd.Series(products[own.product[series]], dtype="str"),
        "week": own.weeks[week].astype("datetime64[s]"),
        "units": own.units[scored],
        "expected": made.expected[scored],
        "promoted": fitted.promoted[scored].astype(np.int64),
    }
    for level in LEVELS:
        low, high = calibration.interval(made, fitted.promoted, level)
        columns[f"low_{level * 100:.0f}"] = low[scored]
        columns[f"high_{level * 100:.0f}"] = high[scored]
    prices = replace(regular, price=regular.price[panel.own])
    for name, peer in PEERS.items():
        columns[name] = peer(own, prices)[scored]
    return pd.DataFrame(columns)


def _summary(rows: pd.DataFrame) -> dict[str, object]:
    """The object that `backtest --json` prints."""
    accounts = [
        {"account": str(account), **_scores(part)}
        for account, part in rows.groupby("account", sort=True)
    ]
    peers = {
        name: {
            "wape": metrics.wape(_array(rows, name), _array(rows, "units")),
            "bias": metrics.bias(_array(rows, name), _array(rows, "units")),
        }
        for name in PEERS
    }
    promoted = rows[rows["promoted"] == 1]
    return {
        **_scores(rows),
        "promoted_weeks": _scores(promoted) if len(promoted) else None,
        "peers": peers,
        "accounts": accounts,
    }


def _scores(rows: pd.DataFrame) -> dict[str, object]:
    actual = _array(rows, "units")
    expected = _array(rows, "expected")
    covered: dict[str, float] = {}
    losses: list[float] = []
    for level in LEVELS:
        name = f"{level * 100:.0f}"
        low, high = _array(rows, f"low_{name}"), _array(rows, f"high_{name}")
        covered[name] = metrics.coverage(low, high, actual)
        losses.append(metrics.pinball(low, actual, 0.5 - 0.5 * level))
        losses.append(metrics.pinball(high, actual, 0.5 + 0.5 * level))
    return {
        "wape": metrics.wape(expected, actual),
        "bias": metrics.bias(expected, actual),
        "pinball": float(np.mean(losses)),
        "coverage": covered,
        "weeks": len(rows),
    }


def _array(rows: pd.DataFrame, column: str) -> Floats:
    return rows[column].to_numpy(dtype=np.float64)


def _too_short(workspace: Workspace, weeks: int, origins: int) -> Fault:
    return Fault(
        workspace.source("sales"),
        None,
        "week",
        Text("histories too short to hide {weeks} weeks", weeks=weeks),
        Text("at least {weeks} weeks of sales of a product", weeks=weeks + LEAST_LEARNING),
    )
