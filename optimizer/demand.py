"""From the response's tables to the demand of a problem's blocks, history's effects included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.response import Response
from optimizer.blocks import Pairs
from optimizer.effects import felt
from optimizer.groups import touching
from optimizer.happenings import Spans
from optimizer.problem import Bools, Demand, Edges, Floats, Ints
from optimizer.tactics import Offers
from workspace.faults import Fault
from workspace.text import Text
from workspace.weeks import week_index


@dataclass(frozen=True)
class Parts:
    """What a demand is made of, before history is folded into its base.

    N >= P pairs: the blocks, then pairs that only had events before the horizon.
    """

    baseline: Floats  # (P, W) units with no promotion anywhere
    repeated: Bools  # (P,) the tail repeats the horizon's last week
    lift: Floats  # (N, K+1)
    pressure: Floats  # (N, K+1)
    pull: Floats  # (N, K+1)
    carry: Floats  # (P, C)
    edges: Edges  # sources up to N
    past: Ints  # (N, H) tactics of the H weeks before the horizon
    elasticity: Floats  # (P,) of the regular price

    def demand(self) -> Demand:
        """The demand of the P blocks."""
        blocks, weeks = self.baseline.shape
        edges, depth = self.edges, self.past.shape[1]
        base = self.baseline
        if self.past.any():
            effect = felt(self.pressure, self.pull, self.carry, edges, self.past, -depth, weeks)
            base = base * np.exp(effect)
        inside = edges.source < blocks
        return Demand(
            base=base,
            lift=self.lift[:blocks],
            pressure=self.pressure[:blocks],
            pull=self.pull[:blocks],
            carry=self.carry,
            edges=Edges(
                edges.target[inside],
                edges.source[inside],
                edges.lag[inside],
                edges.coefficient[inside],
            ),
            elasticity=self.elasticity,
        )


def parts(
    response: Response,
    pairs: Pairs,
    blocks: int,
    offers: Offers,
    history: Spans,
    first_week: np.datetime64,
    horizon: int,
    faults: list[Fault],
) -> Parts:
    """Look up the response for the first `blocks` of `pairs`.

    Adds a fault for every block whose baseline lacks a week of the horizon.
    """
    weeks = horizon + response.tail
    baseline, repeated = _baseline(response, pairs, blocks, first_week, horizon, weeks, faults)
    lift = response.lift
    pair, tactic = pairs.find(lift["account"], lift["product"]), offers.find(lift["tactic"])
    known = (pair >= 0) & (tactic >= 0)

    def spread(column: str) -> Floats:
        values = np.zeros((len(pairs), len(offers.tactics)))
        values[pair[known], tactic[known]] = lift[column].to_numpy(dtype=np.float64)[known]
        return values

    return Parts(
        baseline=baseline,
        repeated=repeated,
        lift=spread("log_lift"),
        pressure=spread("pressure"),
        pull=spread("pull"),
        carry=_carry(response, pairs, blocks),
        edges=_edges(response, pairs, blocks),
        past=_past(history, len(pairs), response.tail),
        elasticity=_elasticity(response, pairs, blocks),
    )


def _baseline(
    response: Response,
    pairs: Pairs,
    blocks: int,
    first_week: np.datetime64,
    horizon: int,
    weeks: int,
    faults: list[Fault],
) -> tuple[Floats, Bools]:
    table = response.baseline
    pair = pairs.find(table["account"], table["product"])
    week = week_index(table["week"].to_numpy(), first_week)
    chosen = (pair >= 0) & (pair < blocks) & (week >= 0) & (week < weeks)
    units = np.full((blocks, weeks), np.nan)
    units[pair[chosen], week[chosen]] = table["units"].to_numpy(dtype=np.float64)[chosen]
    absent = np.isnan(units)
    for block in np.flatnonzero(absent[:, :horizon].any(axis=1)):
        lacking = np.flatnonzero(absent[block, :horizon])
        faults.append(
            Fault(
                "baseline",
                None,
                "units",
                Text(
                    "{count} of {weeks} weeks missing for {account}, {product}, from {week}",
                    count=lacking.size,
                    weeks=horizon,
                    account=pairs.account[block],
                    product=pairs.product[block],
                    week=str(first_week + np.timedelta64(7 * int(lacking[0]), "D")),
                ),
                Text("the expected units of every week of the horizon"),
            )
        )
    repeated = absent[:, horizon:].any(axis=1)
    units[repeated, horizon:] = units[repeated, horizon - 1 : horizon]
    return units, repeated


def _elasticity(response: Response, pairs: Pairs, blocks: int) -> Floats:
    table = response.price
    pair = pairs.find(table["account"], table["product"])
    mine = (pair >= 0) & (pair < blocks)
    elasticity = np.zeros(blocks)
    elasticity[pair[mine]] = table["elasticity"].to_numpy(dtype=np.float64)[mine]
    return elasticity


def _carry(response: Response, pairs: Pairs, blocks: int) -> Floats:
    table = response.carry
    pair = pairs.find(table["account"], table["product"])
    mine = (pair >= 0) & (pair < blocks)
    lag = table["lag"].to_numpy(dtype=np.int64)[mine]
    carry = np.zeros((blocks, int(lag.max(initial=0))))
    carry[pair[mine], lag - 1] = table["coefficient"].to_numpy(dtype=np.float64)[mine]
    return carry


def _edges(response: Response, pairs: Pairs, blocks: int) -> Edges:
    target, source, effects = touching(response, pairs)
    inside = (target >= 0) & (target < blocks) & (source >= 0)
    lag = effects["lag"].to_numpy(dtype=np.int64)[inside]
    coefficient = effects["coefficient"].to_numpy(dtype=np.float64)[inside]
    target, source = target[inside], source[inside]
    order = np.lexsort((lag, source, target))
    return Edges(target[order], source[order], lag[order], coefficient[order])


def _past(history: Spans, pairs: int, depth: int) -> Ints:
    """The tactics that ran in the `depth` weeks before the horizon: (pairs, depth)."""
    past = np.zeros((pairs, depth), dtype=np.int64)
    for pair, tactic, start, end in zip(
        history.pair, history.tactic, history.start, history.end, strict=True
    ):
        past[pair, max(0, start + depth) : max(0, end + depth)] = tactic
    return past


def weeks_of(first_week: np.datetime64, weeks: int) -> tuple[str, ...]:
    """The ISO Mondays of `weeks` weeks."""
    days = first_week + 7 * np.arange(weeks).astype("timedelta64[D]")
    return tuple(pd.DatetimeIndex(days).strftime("%Y-%m-%d"))
