"""What the inputs say about the blocks of a plan: one row a block, one column a week."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.response import Response
from optimizer.spec import Spec
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pair = tuple[str, str]

WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True)
class Terms:
    """What one tactic means for one block: the row of `tactics` that is in force there."""

    depth: float
    feature: float
    display: float
    funding: str  # scan_back, bill_back, off_invoice
    min_weeks: int
    max_weeks: int
    per_price: float  # variable spend per unit, per currency unit of base price incl. VAT
    event_fee: float  # currency, excl. VAT
    weekly_fee: float


@dataclass(frozen=True)
class Facts:
    """The listed pairs a plan has rows for, sorted by account and product: `blocks` (B rows).

    Columns of `blocks`: account, chain, market, product, brand, category, line, included,
    base_price (incl. VAT), list_price, cost, handling, vat, forward_buy. `T` weeks of horizon,
    then `tail` weeks.
    """

    blocks: pd.DataFrame
    first_week: np.datetime64
    T: int
    tail: int
    strangers: tuple[Pair, ...]  # pairs that are no blocks, but whose history acts on blocks
    tactics: tuple[str, ...]
    terms: dict[tuple[int, int], Terms]  # (block, tactic) -> terms; absent: cannot run there

    @property
    def W(self) -> int:
        """Weeks of horizon and tail."""
        return self.T + self.tail

    @cached_property
    def place(self) -> dict[Pair, int]:
        """(account, product) -> row of `blocks`."""
        pairs = zip(self.blocks["account"], self.blocks["product"], strict=True)
        return {pair: row for row, pair in enumerate(pairs)}

    @cached_property
    def source(self) -> dict[Pair, int]:
        """(account, product) -> index of everything that may act on blocks: blocks, strangers."""
        return self.place | {pair: len(self.place) + i for i, pair in enumerate(self.strangers)}

    @cached_property
    def tactic_place(self) -> dict[str, int]:
        """Tactic -> index."""
        return {tactic: k for k, tactic in enumerate(self.tactics)}

    @cached_property
    def week_texts(self) -> list[str]:
        """The Mondays of horizon and tail as ISO dates."""
        return [str(self.first_week + WEEK * t) for t in range(self.W)]

    def column(self, name: str) -> Floats:
        """A number of every block, as a column (B, 1) that meets weeks (B, W)."""
        return self.blocks[name].to_numpy(dtype=np.float64)[:, None]

    def week_number(self, week: object) -> int:
        """Weeks from the first week of the horizon to a date."""
        return int((pd.Timestamp(str(week)).to_datetime64() - self.first_week) // WEEK)


def gather(workspace: Workspace, response: Response, spec: Spec) -> Facts:
    """The facts of a plan; `spec` says which part of the workspace it is about."""
    listed = (
        workspace.listings.merge(workspace.accounts, on="account", suffixes=("", "_account"))
        .merge(workspace.products, on="product", suffixes=("", "_product"))
        .query("own == 1")
        .sort_values(["account", "product"], ignore_index=True)
    )
    blocks = pd.DataFrame(
        {
            **{
                name: listed[name]
                for name in ("account", "chain", "market", "product", "brand", "category", "line")
            },
            "size": listed["size"],
            "size_unit": listed["size_unit"],
            "base_price": listed["base_price"],
            "list_price": listed["list_price"],
            "cost": listed["unit_cost"],
            "handling": listed["handling_cost"],
            "vat": listed["vat_rate"],
            "forward_buy": listed["forward_buy"],
        }
    )
    blocks["included"] = _included(blocks, spec)
    listed_pairs = set(zip(blocks["account"], blocks["product"], strict=True))
    blocks = blocks[_connected(blocks, response)].reset_index(drop=True)
    tactics = tuple(sorted(set(workspace.tactics["tactic"])))
    lags = [table["lag"].max() for table in (response.carry, response.cross, response.rival)]
    return Facts(
        blocks=blocks,
        first_week=pd.Timestamp(str(spec.horizon.first_week)).to_datetime64().astype("M8[D]"),
        T=int(spec.horizon.weeks),
        tail=max((int(lag) for lag in lags if not pd.isna(lag)), default=0),
        strangers=tuple(sorted(_with_history(workspace) - listed_pairs)),
        tactics=tactics,
        terms=_terms_in_force(workspace, blocks, tactics),
    )


def _with_history(workspace: Workspace) -> set[Pair]:
    past = workspace.events[workspace.events["status"] == "actual"]
    return set(zip(past["account"], past["product"], strict=True))


def _included(blocks: pd.DataFrame, spec: Spec) -> Bools:
    wanted = np.ones(len(blocks), dtype=bool)
    for names, column in (
        (spec.include.accounts, "account"),
        (spec.include.brands, "brand"),
        (spec.include.products, "product"),
    ):
        if names:
            wanted &= blocks[column].isin(list(names)).to_numpy()
    return wanted


def _connected(blocks: pd.DataFrame, response: Response) -> Bools:
    """Which blocks are in one piece with an included one, walking cross and rival effects."""
    pairs = list(zip(blocks["account"], blocks["product"], strict=True))
    neighbours: dict[Pair, list[Pair]] = {pair: [] for pair in pairs}

    def join(one: Pair, other: Pair) -> None:
        if one in neighbours and other in neighbours:
            neighbours[one].append(other)
            neighbours[other].append(one)

    cross, rival = response.cross, response.rival
    for a, p, q in zip(cross["account"], cross["product"], cross["by_product"], strict=True):
        join((a, p), (a, q))
    for a, b, p in zip(rival["account"], rival["by_account"], rival["product"], strict=True):
        join((a, p), (b, p))
    reached = {pair for pair, included in zip(pairs, blocks["included"], strict=True) if included}
    todo = list(reached)
    while todo:
        for pair in neighbours[todo.pop()]:
            if pair not in reached:
                reached.add(pair)
                todo.append(pair)
    return np.array([pair in reached for pair in pairs], dtype=bool)


def _terms_in_force(
    workspace: Workspace, blocks: pd.DataFrame, tactics: tuple[str, ...]
) -> dict[tuple[int, int], Terms]:
    """The most specific row: most selectors first, then product, account, brand."""
    rows = {
        (str(r["tactic"]), str(r["product"]), str(r["account"]), str(r["brand"])): r
        for r in workspace.tactics.to_dict("records")
    }
    # (product, account, brand) used or not, in the order in which rows win.
    wins = [
        (1, 1, 1),
        (1, 1, 0), (1, 0, 1), (0, 1, 1),
        (1, 0, 0), (0, 1, 0), (0, 0, 1),
        (0, 0, 0),
    ]  # fmt: skip
    made: dict[tuple[object, ...], Terms] = {}
    terms: dict[tuple[int, int], Terms] = {}
    columns = [blocks[name] for name in ("product", "account", "brand", "vat", "forward_buy")]
    for block, (product, account, brand, vat, forward) in enumerate(zip(*columns, strict=True)):
        for k, tactic in enumerate(tactics):
            for use in wins:
                key = (
                    tactic,
                    product if use[0] else "",
                    account if use[1] else "",
                    brand if use[2] else "",
                )
                row = rows.get(key)
                if row is not None:
                    if (key, vat, forward) not in made:
                        made[key, vat, forward] = _terms(row, float(vat), float(forward))
                    terms[block, k] = made[key, vat, forward]
                    break
    return terms


def _terms(row: Mapping[Hashable, object], vat: float, forward_buy: float) -> Terms:
    def number(name: str) -> float:
        return float(str(row[name]))

    bought_ahead = forward_buy if row["funding"] == "off_invoice" else 0.0
    return Terms(
        depth=number("depth"),
        feature=number("feature"),
        display=number("display"),
        funding=str(row["funding"]),
        min_weeks=int(number("min_weeks")),
        max_weeks=int(number("max_weeks")),
        per_price=number("funding_share") * number("depth") / (1 + vat) * (1 + bought_ahead),
        event_fee=number("event_fee"),
        weekly_fee=number("weekly_fee"),
    )
