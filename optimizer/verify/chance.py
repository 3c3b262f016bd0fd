"""What the draws of the response say about a plan: spread of profits and of spend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.response import Response
from optimizer.verify.credit import Shares
from optimizer.verify.effects import Belief, Effects, pair_places, repeats_last_week
from optimizer.verify.facts import WEEK, Facts
from optimizer.verify.grouped import by_product
from optimizer.verify.rebates import Steps, by_account
from optimizer.verify.weekly import Deals, amounts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EFFECT_TABLES = ("carry", "cross", "rival")


@dataclass(frozen=True)
class Spread:
    """Unrounded, by draw, in currency: what the events earn, what the budgets pay."""

    profit: Floats  # (D, E) incremental profit
    spend: Floats  # (D, budgets)
    total: Floats  # (D,) incremental profit of the plan less the change of rebates
    units: Floats  # (D, N, W) units of each product, sorted, and week


def spread(
    facts: Facts,
    response: Response,
    best: Belief,
    effects: Effects,
    deals: Deals,
    holder: Ints,
    draws: int,
    budgets: list[Floats],
    events: int,
    steps: Steps,
) -> Spread | None:
    """Evaluate the plan under the first `draws` draws; None where there are none.

    `holder` (B, W): what has the change of a cell that nothing moved by its effects, or -1.
    `budgets`: for each the weight (B, W) of the spend of a block and week in it, 1 or 0.
    `steps`: the rebates of the workspace.
    """
    profit, spend, totals, volume = [], [], [], []
    products = facts.blocks["product"].tolist()
    horizon = slice(facts.T)
    for belief in beliefs(facts, response, best, draws):
        sizes = effects.sizes(belief)
        units, without = effects.units(belief, sizes)
        volume.append(by_product(products, units)[1])
        money = amounts(facts, deals, units, without)
        shares = Shares.of(effects, sizes, holder)
        change = money["profit"] - money["profit_no_promotion"]
        profit.append(shares.amounts(change, events))
        total = money["variable_spend"] + money["fees"]
        spend.append(np.array([float(np.sum(total * weight)) for weight in budgets]))
        totals.append(float(change.sum()))
        if steps:
            net = money["gross_sales"] - total
            after = by_account(steps, facts, units[:, horizon], net[:, horizon])
            net = money["gross_sales_no_promotion"]
            before = by_account(steps, facts, without[:, horizon], net[:, horizon])
            totals[-1] -= sum(after.values()) - sum(before.values())
    if not profit:
        return None
    spends = np.array(spend).reshape(len(profit), len(budgets))
    return Spread(np.array(profit), spends, np.array(totals), np.array(volume))


def beliefs(facts: Facts, response: Response, best: Belief, draws: int) -> Iterator[Belief]:
    """The response's numbers in each of its first draws, in order."""
    table = response.draws
    numbers = sorted(set(table["draw"].tolist()))[:draws]
    table = table[table["draw"].isin(numbers)].reset_index(drop=True)
    patches = [
        _patch(table, *_trait_places(facts, table)),
        _patch(table, *_coefficient_places(facts, response, table)),
        _patch(table, *_baseline_places(facts, response, table)),
        _patch(table, *_level_places(facts, table)),
    ]
    for draw in numbers:
        trait, coefficient = best.trait.copy(), best.coefficient.copy()
        logs, levels = best.log_baseline.copy(), np.zeros(len(facts.blocks))
        for patch, target in zip(
            patches, (trait, coefficient, logs.reshape(-1), levels), strict=True
        ):
            patch.apply(draw, target)
        yield Belief(coefficient, trait, logs + levels[:, None])


@dataclass(frozen=True)
class Patch:
    """Values that the draws put in place of others, sorted by draw."""

    draw: Ints
    place: Ints
    value: Floats

    def apply(self, draw: int, target: Floats) -> None:
        """Put this draw's values into a flat array."""
        rows = slice(*np.searchsorted(self.draw, [draw, draw + 1]))
        target[self.place[rows]] = self.value[rows]


def _patch(table: pd.DataFrame, rows: Ints, place: Ints, value: Floats) -> Patch:
    """`place` < 0 and blank values are left out; `rows` of the table, in any order."""
    keep = (place >= 0) & ~np.isnan(value)
    draw = table["draw"].to_numpy()[rows[keep]]
    order = np.argsort(draw, kind="stable")
    return Patch(draw[order], place[keep][order], value[keep][order])


def _kinds(table: pd.DataFrame) -> Ints:
    """Which table a row varies: 0 lift, 1 carry, 2 cross, 3 rival, 4 baseline, 5 none of these."""
    return np.select(
        [
            table["tactic"] != "",
            table["by_product"] != "",
            table["by_account"] != "",
            table["week"].notna(),
            table["lag"] >= 0,
        ],
        [0, 2, 3, 4, 1],
        default=5,
    )


def _trait_places(facts: Facts, table: pd.DataFrame) -> tuple[Ints, Ints, Floats]:
    rows = np.flatnonzero(_kinds(table) == 0)
    part = table.iloc[rows]
    sources = pd.MultiIndex.from_tuples(list(facts.source))
    block = np.asarray(sources.get_indexer(pd.MultiIndex.from_frame(part[["account", "product"]])))
    tactic = pd.Index(list(facts.tactics)).get_indexer(pd.Index(part["tactic"]))
    known = (block >= 0) & (tactic >= 0)
    first = np.where(known, (block * len(facts.tactics) + tactic) * 3, -9)
    return (
        np.tile(rows, 3),
        np.concatenate([first + j for j in range(3)]),
        np.concatenate([part[name].to_numpy() for name in ("log_lift", "pressure", "pull")]),
    )


def _coefficient_places(
    facts: Facts, response: Response, table: pd.DataFrame
) -> tuple[Ints, Ints, Floats]:
    kinds = _kinds(table)
    keys = (
        ["account", "product", "lag"],
        ["account", "product", "by_product", "lag"],
        ["account", "by_account", "product", "lag"],
    )
    every: list[tuple[Ints, Ints, Floats]] = []
    first = 1
    for kind, (name, key) in enumerate(zip(EFFECT_TABLES, keys, strict=True), start=1):
        effects: pd.DataFrame = getattr(response, name)
        rows = np.flatnonzero(kinds == kind)
        part = table.iloc[rows]
        index = pd.MultiIndex.from_frame(effects[key])
        place = np.asarray(index.get_indexer(pd.MultiIndex.from_frame(part[key])))
        value = part["coefficient"].to_numpy()
        every.append(
            (rows, np.where(place >= 0, place + first, -1), -value if kind == 1 else value)
        )
        first += len(effects)
    rows = np.flatnonzero(kinds == 5)
    part = table.iloc[rows]
    block = pair_places(facts, part)
    every.append((rows, np.where(block >= 0, block + first, -1), part["elasticity"].to_numpy()))
    rows, place, value = (np.concatenate(parts) for parts in zip(*every, strict=True))
    return rows, place, value


def _baseline_places(
    facts: Facts, response: Response, table: pd.DataFrame
) -> tuple[Ints, Ints, Floats]:
    rows = np.flatnonzero(_kinds(table) == 4)
    part = table.iloc[rows]
    block = pair_places(facts, part)
    week = (part["week"].to_numpy().astype("M8[D]") - facts.first_week) // WEEK
    short = repeats_last_week(facts, response)
    known = (block >= 0) & (week >= 0) & (week < np.where(short[block], facts.T, facts.W))
    logs = np.log(part["units"].to_numpy())
    # Where the tail repeats the horizon's last week, that week's value stands for the tail too.
    last = np.flatnonzero(known & short[block] & (week == facts.T - 1))
    return (
        np.concatenate([rows, np.repeat(rows[last], facts.tail)]),
        np.concatenate(
            [
                np.where(known, block * facts.W + week, -1),
                (block[last][:, None] * facts.W + np.arange(facts.T, facts.W)).ravel(),
            ]
        ),
        np.concatenate([logs, np.repeat(logs[last], facts.tail)]),
    )


def _level_places(facts: Facts, table: pd.DataFrame) -> tuple[Ints, Ints, Floats]:
    rows = np.flatnonzero(_kinds(table) == 5)
    part = table.iloc[rows]
    return rows, pair_places(facts, part), part["log_baseline"].to_numpy()
