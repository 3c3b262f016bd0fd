"""A market in which a plan is carried out, with slips, so that the truth of each is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models.simulator import FORMS, Deals, Market, MarketOptions, make_market, write_market
from scenarios.run import evaluate

OPTIONS = MarketOptions(
    accounts=5, brands=(3, 2), competitors=1, weeks=104, future=40, noise=0.08, shock=0.08
)
SCENARIO = """scenario: played
horizon: {{first_week: {first}, weeks: 12}}
objective: profit
prices: fixed
risk: {{draws: 60}}
solver: {{gap: 0.01, seconds: 5, seed: 1}}
"""


@dataclass(frozen=True)
class Event:
    """An event of the plan, and how it was carried out instead."""

    account: int
    product: int
    tactic: str
    start: int  # week of the plan
    weeks: int
    slip: str = ""  # "", "half", "dropped", "shown", "none", "late"


@dataclass(frozen=True)
class Played:
    """A workspace whose plan has been carried out; units expected in the worlds that matter."""

    folder: Path
    market: Market
    events: tuple[Event, ...]
    with_slips: np.ndarray  # (A, N, weeks) expected with the deals that ran, shocks included
    as_planned: np.ndarray  # the same had every event run as planned
    nothing: np.ndarray  # the same with no deal of ours after history
    without: tuple[np.ndarray, ...]  # of each event: the world of `with_slips` without it

    @property
    def plan(self) -> Path:
        return self.folder / "results" / "plans" / "played"


def play(
    folder: Path,
    events: tuple[Event, ...],
    seed: int = 1,
    weeks: int = 20,
    options: MarketOptions = OPTIONS,
) -> Played:
    """Plan the events in a market, carry them out for `weeks` weeks, and add the sales."""
    market = make_market(options, seed)
    write_market(market, folder)
    first = market.truth.weeks[market.truth.history]
    scenario = folder / "scenarios" / "played.yaml"
    scenario.write_text(SCENARIO.format(first=first), encoding="utf-8")
    calendar = folder / "calendar.csv"
    _calendar(market, events).to_csv(calendar, index=False)
    evaluate(folder, scenario, calendar)
    tactics = market.catalogue.tactics
    ran = _deals(market, events, tactics, carried_out=True)
    worlds = [
        ran,
        _deals(market, events, tactics, carried_out=False),
        _deals(market, (), tactics, carried_out=True),
    ]
    worlds += [
        _deals(market, tuple(e for e in events if e is not gone), tactics, carried_out=True)
        for gone in events
    ]
    shocks = _shocks(market, seed, weeks)
    expected = [_units(market, deals, shocks) for deals in worlds]
    _add_sales(folder, market, ran, expected[0], seed, weeks)
    return Played(folder, market, events, *expected[:3], tuple(expected[3:]))


def _calendar(market: Market, events: tuple[Event, ...]) -> pd.DataFrame:
    truth = market.truth
    return pd.DataFrame(
        {
            "account": [truth.accounts[e.account] for e in events],
            "product": [truth.products[e.product] for e in events],
            "tactic": [e.tactic for e in events],
            "start_week": [str(truth.weeks[truth.history + e.start]) for e in events],
            "weeks": [e.weeks for e in events],
        }
    )


def _deals(
    market: Market, events: tuple[Event, ...], tactics: pd.DataFrame, *, carried_out: bool
) -> Deals:
    truth = market.truth
    quiet = truth.deals.without(truth.own, truth.history)
    parts = [quiet.depth.copy(), quiet.feature.copy(), quiet.display.copy()]
    for event in events:
        terms = tactics[tactics["tactic"] == event.tactic].iloc[0]
        deal = [float(terms[name]) for name in ("depth", "feature", "display")]
        start = truth.history + event.start
        weeks = list(range(start, start + event.weeks))
        if carried_out:
            if event.slip == "half":
                deal[0] /= 2
            if event.slip == "shown":
                deal[2] = 0.0
            if event.slip == "dropped":
                weeks = weeks[:-1]
            if event.slip == "none":
                weeks = []
            if event.slip == "late":
                weeks = [*weeks, weeks[-1] + 1]
        for part, value in zip(parts, deal, strict=True):
            part[event.account, event.product, weeks] = value
    return Deals(*parts)


def _shocks(market: Market, seed: int, weeks: int) -> np.ndarray:
    """Shocks of accounts, of history and of the weeks played: (A, 1, W)."""
    options, random = market.options, np.random.default_rng([seed, 11])
    shocks = market.shocks.copy()
    now = (shocks[:, 0, options.weeks - 1] + options.shock**2 / 2) / options.shock
    for week in range(options.weeks, options.weeks + weeks):
        now = 0.7 * now + np.sqrt(0.51) * random.standard_normal(options.accounts)
        shocks[:, 0, week] = options.shock * now - options.shock**2 / 2
    return shocks


def _units(market: Market, deals: Deals, shocks: np.ndarray) -> np.ndarray:
    truth = market.truth.planned(deals)
    return FORMS[truth.form].units(truth) * np.exp(shocks)


def _add_sales(
    folder: Path, market: Market, deals: Deals, units: np.ndarray, seed: int, weeks: int
) -> None:
    truth, random = market.truth, np.random.default_rng([seed, 12])
    span = slice(truth.history, truth.history + weeks)
    noise = random.normal(0.0, market.options.noise, units[:, :, span].shape)
    sold = np.rint(units[:, :, span] * np.exp(noise - market.options.noise**2 / 2))
    shape, base = sold.shape, truth.base_price[:, :, span]
    days = np.datetime_as_string(truth.weeks[span], unit="D")
    rows = pd.DataFrame(
        {
            "account": np.repeat(np.array(truth.accounts), shape[1] * shape[2]),
            "product": np.tile(np.repeat(np.array(truth.products), shape[2]), shape[0]),
            "week": np.tile(days, shape[0] * shape[1]),
            "units": sold.astype(np.int64).ravel(),
            "price": np.round(base * (1 - deals.depth[:, :, span]), 4).ravel(),
            "base_price": base.ravel(),
            "feature": deals.feature[:, :, span].ravel(),
            "display": deals.display[:, :, span].ravel(),
        }
    )
    before = pd.read_csv(folder / "sales.csv", dtype=str)
    pd.concat([before, rows.astype(str)]).to_csv(folder / "sales.csv", index=False)
