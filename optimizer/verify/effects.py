"""Which event moves the demand of which block and week, and by how much.

Every term of contract section 3 is a coefficient times a property of a tactic: 1 x log_lift,
-carry x pressure, cross x pull, rival x pull. An *effect* is such a product landing in one cell
(block, week) because of one event; coefficients and properties stay apart so that the draws can
change either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.response import Response
from optimizer.verify.facts import WEEK, Facts
from optimizer.verify.grouped import sums

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOG_LIFT, PRESSURE, PULL = range(3)


@dataclass(frozen=True)
class Event:
    """One run of a tactic. `start` counts weeks from the horizon's first; history is negative."""

    block: int  # or another source, in history
    tactic: int
    start: int
    weeks: int


@dataclass(frozen=True)
class Belief:
    """The numbers of the response, of its best estimate or of one draw.

    `coefficient` (C,): 1 for own lifts, then minus carry, cross, rival, row by row of their tables,
    then the elasticity of the regular price of each block.
    `trait` (S*K*3 + B*W,): log_lift, pressure, pull of tactic k in source s at (s*K + k)*3, then
    ln of each cell's regular price over the listed one.
    `log_baseline` (B, W).
    """

    coefficient: Floats
    trait: Floats
    log_baseline: Floats


@dataclass(frozen=True)
class Effects:
    """Effects grouped by cell and event: `n` effects, `m` (cell, event) meetings, sorted.

    `cell` = block * W + week. Events are the plan's in calendar order, then its changes of regular
    prices, then history's.
    """

    coefficient: Ints  # (n,) which coefficient
    trait: Ints  # (n,) which trait
    meeting: Ints  # (n,) which (cell, event)
    cell: Ints  # (m,)
    event: Ints  # (m,)
    planned: NDArray[np.bool_]  # (m,) whether the event is the plan's, not history's

    def sizes(self, belief: Belief) -> Floats:
        """The log effect of each event on each cell it meets: (m,)."""
        value = belief.coefficient[self.coefficient] * belief.trait[self.trait]
        return sums(self.meeting, value, len(self.cell))

    def units(self, belief: Belief, sizes: Floats) -> tuple[Floats, Floats]:
        """Units with the plan and without it: (B, W) each. History acts on both."""
        shape = belief.log_baseline.shape
        cells = belief.log_baseline.size
        every = sums(self.cell, sizes, cells)
        past = sums(self.cell, np.where(self.planned, 0.0, sizes), cells)
        return (
            np.exp(belief.log_baseline + every.reshape(shape)),
            np.exp(belief.log_baseline + past.reshape(shape)),
        )


def best_estimate(facts: Facts, response: Response, price: Floats) -> Belief:
    """The response's own numbers, at regular prices (B, W)."""
    traits = np.zeros((len(facts.source), len(facts.tactics), 3))
    lift = response.lift
    for a, p, k, *values in zip(
        lift["account"],
        lift["product"],
        lift["tactic"],
        lift["log_lift"],
        lift["pressure"],
        lift["pull"],
        strict=True,
    ):
        if (a, p) in facts.source and k in facts.tactic_place:
            traits[facts.source[a, p], facts.tactic_place[k]] = values
    return Belief(
        np.concatenate(
            [
                [1.0],
                -response.carry["coefficient"].to_numpy(),
                response.cross["coefficient"].to_numpy(),
                response.rival["coefficient"].to_numpy(),
                _elasticities(facts, response),
            ]
        ),
        np.concatenate([traits.ravel(), np.log(price / facts.column("base_price")).ravel()]),
        np.log(baseline_units(facts, response)),
    )


def _elasticities(facts: Facts, response: Response) -> Floats:
    known = {
        (a, p): float(e)
        for a, p, e in response.price[["account", "product", "elasticity"]].itertuples(index=False)
    }
    pairs = zip(facts.blocks["account"], facts.blocks["product"], strict=True)
    return np.array([known.get(pair, 0.0) for pair in pairs], dtype=np.float64)


def baseline_units(facts: Facts, response: Response) -> Floats:
    """Baseline of horizon and tail (B, W); NaN where the response has no row it should have."""
    frame = response.baseline
    units = np.full((len(facts.blocks), facts.W), np.nan)
    week = (frame["week"].to_numpy().astype("M8[D]") - facts.first_week) // WEEK
    block = pair_places(facts, frame)
    here = (block >= 0) & (week >= 0) & (week < facts.W)
    units[block[here], week[here]] = frame["units"].to_numpy()[here]
    short = np.isnan(units[:, facts.T :]).any(axis=1)
    units[short, facts.T :] = units[short, facts.T - 1][:, None]
    return units


def repeats_last_week(facts: Facts, response: Response) -> NDArray[np.bool_]:
    """Blocks (B,) whose tail is not all in the baseline: their last horizon week is repeated."""
    frame = response.baseline
    week = (frame["week"].to_numpy().astype("M8[D]") - facts.first_week) // WEEK
    block = pair_places(facts, frame)
    tail = (block >= 0) & (week >= facts.T) & (week < facts.W)
    short: NDArray[np.bool_] = np.bincount(block[tail], minlength=len(facts.blocks)) < facts.tail
    return short


def pair_places(facts: Facts, frame: pd.DataFrame) -> Ints:
    """The block of each row of a frame with account and product, -1 where there is none."""
    keys = pd.MultiIndex.from_frame(facts.blocks[["account", "product"]])
    return np.asarray(keys.get_indexer(pd.MultiIndex.from_frame(frame[["account", "product"]])))


def effects_of(
    facts: Facts,
    response: Response,
    events: list[Event],
    history: list[Event],
    holder: Ints,
    changes: int,
) -> Effects:
    """All effects of the plan's events and prices, and of history's events, on all weeks.

    `holder` (B, W): which of the `changes` of regular prices holds, -1 where none does.
    """
    every = [*events, *history]
    links = _links(facts, response)
    # One row a promoted week of an event, then one row a link out of its block.
    number = np.repeat(np.arange(len(every)), [event.weeks for event in every]).astype(np.int64)
    table = np.array(
        [(event.block, event.tactic, event.start) for event in every], dtype=np.int64
    ).reshape(-1, 3)
    first = np.searchsorted(number, number)
    week = table[number, 2] + np.arange(len(number)) - first
    source = table[number, 0]
    start = np.searchsorted(links[:, 0], source, side="left")
    count = np.searchsorted(links[:, 0], source, side="right") - start
    which = np.repeat(np.arange(len(number)), count)
    link = links[
        np.repeat(start, count) + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    ]
    lands = week[which] + link[:, 2]
    inside = (lands >= 0) & (lands < facts.W)
    which, link, lands = which[inside], link[inside], lands[inside]
    event = number[which]
    cell = link[:, 1] * facts.W + lands
    trait = (table[event, 0] * len(facts.tactics) + table[event, 1]) * 3 + link[:, 4]
    event = np.where(event < len(events), event, event + changes)
    priced = np.flatnonzero(holder.ravel() >= 0)
    first_price = len(facts.source) * len(facts.tactics) * 3
    first_elasticity = 1 + len(response.carry) + len(response.cross) + len(response.rival)
    cell = np.concatenate([cell, priced])
    event = np.concatenate([event, len(events) + holder.ravel()[priced]])
    causes = max(1, len(every) + changes)
    keys, meeting = np.unique(cell * causes + event, return_inverse=True)
    return Effects(
        np.concatenate([link[:, 3], first_elasticity + priced // facts.W]),
        np.concatenate([trait, first_price + priced]),
        meeting.astype(np.int64),
        keys // causes,
        keys % causes,
        keys % causes < len(events) + changes,
    )


def _links(facts: Facts, response: Response) -> Ints:
    """(source block, block it acts on, lag, coefficient, trait), sorted by source."""
    place, source = facts.place, facts.source
    links = [(b, b, 0, 0, LOG_LIFT) for b in range(len(place))]
    number = 1
    carry, cross, rival = response.carry, response.cross, response.rival
    for a, p, lag in zip(carry["account"], carry["product"], carry["lag"], strict=True):
        if (a, p) in place:
            links.append((place[a, p], place[a, p], int(lag), number, PRESSURE))
        number += 1
    for a, p, q, lag in zip(
        cross["account"], cross["product"], cross["by_product"], cross["lag"], strict=True
    ):
        if (a, p) in place and (a, q) in source:
            links.append((source[a, q], place[a, p], int(lag), number, PULL))
        number += 1
    for a, b, p, lag in zip(
        rival["account"], rival["by_account"], rival["product"], rival["lag"], strict=True
    ):
        if (a, p) in place and (b, p) in source:
            links.append((source[b, p], place[a, p], int(lag), number, PULL))
        number += 1
    return np.array(sorted(links), dtype=np.int64).reshape(-1, 5)
