"""From worlds and draws to what is told of every event: rounded once, tied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.otherwise import Otherwise
from scenarios.review.bridge import CAUSES
from scenarios.review.event_review import (
    Compared,
    Deal,
    EventReview,
    Lifts,
    Promise,
    Range,
    Returns,
)
from scenarios.review.lesson import lesson
from scenarios.review.outcome import SOURCES, Facts, Outcome, executed, quantiles
from scenarios.review.promised import Promised
from scenarios.review.seen import Status, Window
from scenarios.review.tied import tied
from workspace.money import to_cents

Floats = NDArray[np.float64]

THOUSANDTHS = 1000.0
LOW, HIGH = 0.1, 0.9
WHOLE = (Status.DONE, Status.NOT_RUN)  # events whose weeks are over


@dataclass(frozen=True)
class Learned:
    """ln lifts of the planned deals, (E,): of a fit without their weeks, and of one with all."""

    before: Floats
    next: Floats


def untold(promised: Promised, window: Window) -> EventReview:
    """An event whose weeks have no sales."""
    event = promised.events.iloc[window.event]
    return EventReview(
        _promise(event),
        status=window.status,
        missing=window.missing,
        actual=None,
        compared=None,
        returns=None,
        lifts=None,
        verdict=lesson(window.status, None, None),
    )


def told(
    promised: Promised, windows: list[Window], facts: Facts, mean: Outcome, draws: list[Outcome],
    learned: Learned, otherwise: Otherwise,
) -> tuple[list[EventReview], Range]:  # fmt: skip
    """Every window with sales, in order; and the range of what all that are over earned."""
    ranges = _ranges(draws)
    profit, gain = (
        [quantiles(draws, name, level) for level in (LOW, HIGH)] for name in ("incremental", "gain")
    )
    found = []
    for i, window in enumerate(windows):
        event = promised.events.iloc[window.event]
        here = np.flatnonzero(facts.weeks.window == i)
        compared = _compared(promised, facts, here, mean, i, ranges)
        ends, gained = (Range(float(low[i]), float(high[i])) for low, high in (profit, gain))
        planned = facts.weeks.lift[here][window.planned]
        lifts = Lifts(
            planned=float(np.expm1(planned.mean())) if len(planned) else 0.0,
            before=float(np.expm1(learned.before[i])),
            next=float(np.expm1(learned.next[i])),
        )
        found.append(
            EventReview(
                _promise(event),
                status=window.status,
                missing=window.missing,
                actual=_actual(window, otherwise),
                compared=compared,
                returns=_returns(facts, here, mean, i, (ends, gained))
                if window.status in WHOLE
                else None,
                lifts=lifts,
                verdict=lesson(window.status, compared, lifts),
            )
        )
    over = [window.status in WHOLE for window in windows]
    total = [float(draw.incremental[over].sum()) for draw in draws]
    return found, Range(*(float(end) for end in np.quantile(total, (LOW, HIGH))))


def _compared(
    promised: Promised, facts: Facts, here: NDArray[np.int64], mean: Outcome, i: int,
    ranges: dict[str, tuple[Floats, Floats]],
) -> Compared:  # fmt: skip
    weeks, terms = facts.weeks, facts.terms
    planned_units = int(np.rint(weeks.promised[here] * THOUSANDTHS).sum())
    actual_units = int(np.rint(weeks.units[here] * THOUSANDTHS).sum())
    units = tied(mean.units[i] * THOUSANDTHS, actual_units - planned_units)
    planned = int(promised.profit[weeks.pair[here], weeks.place[here]].sum())
    earned = (terms.margin - terms.funding) * weeks.units - terms.fees
    actual = int(to_cents(earned[here]).sum())
    money = tied(mean.money[i] * 100.0, actual - planned)
    return Compared(
        planned_units=planned_units,
        actual_units=actual_units,
        units=dict(zip(CAUSES, units.tolist(), strict=True)),
        planned_profit=planned,
        actual_profit=actual,
        profit=dict(zip(CAUSES, money.tolist(), strict=True)),
        ranges={n: Range(float(low[i]), float(high[i])) for n, (low, high) in ranges.items()},
    )


def _ranges(draws: list[Outcome]) -> dict[str, tuple[Floats, Floats]]:
    """Of the units that causes moved: (E,) ends by cause, execution as one."""
    cells = np.array([draw.units for draw in draws])
    at = {name: CAUSES.index(name) for name in ("baseline", "around", "response")}
    values = {name: cells[:, :, k] for name, k in at.items()}
    values["execution"] = np.array([executed(draw.units) for draw in draws])
    return {
        name: (np.quantile(v, LOW, axis=0), np.quantile(v, HIGH, axis=0))
        for name, v in values.items()
    }


def _returns(
    facts: Facts, here: NDArray[np.int64], mean: Outcome, i: int, ends: tuple[Range, Range]
) -> Returns:
    terms = facts.terms
    outlay = to_cents(terms.funding[here] * facts.weeks.units[here] + terms.fees[here])
    gain = int(np.rint(mean.gain[i] * THOUSANDTHS))
    return Returns(
        spend=int(outlay.sum()),
        gain=gain,
        gain_range=ends[1],
        sources=dict(zip(SOURCES, tied(mean.sources[i] * THOUSANDTHS, gain).tolist(), strict=True)),
        incremental=int(to_cents(mean.incremental[[i]])[0]),
        range=ends[0],
    )


def _actual(window: Window, otherwise: Otherwise) -> Deal:
    """What ran, in the mean of the weeks that it ran in; nothing where it did not."""
    ran = window.weeks[window.ran]
    panel, deals, series = otherwise.estimate.panel, otherwise.actual, window.series
    shown = ran if len(ran) else window.weeks
    return Deal(
        depth=float(np.mean(-np.expm1(-deals.cut[series, shown]))),
        feature=float(np.mean(deals.feature[series, shown])),
        display=float(np.mean(deals.display[series, shown])),
        price=float(np.mean(panel.price[series, shown])),
        weeks=len(ran),
    )


def _planned(event: pd.Series) -> Deal:
    numbers = ("depth", "feature", "display", "shelf_price")
    depth, feature, display, price = (float(event[name]) for name in numbers)
    return Deal(depth, feature, display, price, int(event["weeks"]))


def _promise(event: pd.Series) -> Promise:
    """What the calendar promised of an event."""
    low, high = (float(event[f"incremental_profit_{end}"]) for end in ("p10", "p90"))
    spend, profit = (
        int(to_cents(np.array([float(event[name])]))[0]) for name in ("spend", "incremental_profit")
    )
    return Promise(
        event=str(event["event"]),
        account=str(event["account"]),
        product=str(event["product"]),
        tactic=str(event["tactic"]),
        start_week=str(event["start_week"]),
        deal=_planned(event),
        spend=spend,
        incremental=profit,
        range=Range(low, high) if np.isfinite(low) and np.isfinite(high) else None,
    )
