"""The best plan of a tiny instance for any objective, over draws and rebates, by looking at all.

`exhaustive` knows profit alone and prunes; this looks at every pair of joint calendars, so it needs
instances with few of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.response import Response
from optimizer.spec import Spec
from tests.oracle.drawn import replaced
from tests.oracle.evaluate import prices_keep
from tests.oracle.exhaustive import (
    Cluster,
    Limits,
    _cents,
    _cluster,
    _clusters,
    _effects,
    _price,
    _sums,
    _values,
)
from tests.oracle.market import Event, Market
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
MOST = 400_000  # pairs of joint calendars that are looked at
CHANGES = ("profit", "revenue", "retailer_profit", "volume")


@dataclass(frozen=True)
class Goal:
    """What the search for the best came to. `best` in the objective's unit; None: no plan."""

    best: float | None
    calendar: tuple[Event, ...] = ()


@dataclass
class Layer:
    """Every joint calendar of a cluster under one belief. Money in cents."""

    changes: Floats  # (N, 4) in the order of CHANGES
    spend: Floats  # (N, budgets)
    net: dict[str, Floats]  # by account, (N,) net sales of the horizon
    units: dict[str, Floats]
    quiet: dict[str, tuple[float, float]]  # by account, net sales and units of no promotion


def too_large(workspace: Workspace, response: Response, spec: Spec) -> bool:
    """Whether there are more pairs of joint calendars than are looked at."""
    market = Market.of(workspace, response, spec)
    clusters = [_cluster(market, pairs) for pairs in _clusters(market)]
    return int(np.prod([len(cluster.objective) for cluster in clusters])) > MOST


def best_goal(workspace: Workspace, response: Response, spec: Spec) -> Goal:
    """The largest objective that a calendar within the rules has, and one that has it."""
    market = Market.of(workspace, response, spec)
    clusters = [_cluster(market, pairs) for pairs in _clusters(market)]
    if any(not len(cluster.objective) for cluster in clusters) or not prices_keep(market):
        return Goal(None)
    beliefs = [response]
    numbers = sorted(set(response.draws["draw"].tolist()))[: spec.risk.draws]
    beliefs += [replaced(response, number) for number in numbers]
    layers = []
    for i, belief in enumerate(beliefs):
        believed = Market.of(workspace, belief, spec)
        sides = [_layer(believed, cluster, exact=i > 0) for cluster in clusters]
        layers.append(_joined(sides))
    sums = _sums(market)
    limits = Limits(
        np.array([limit for _, limit in sums]), np.array([_price(about) for about, _ in sums])
    )
    use = _outer([cluster.use for cluster in clusters])
    inside = _outer([_layer(market, c, exact=False).changes[:, 0] - c.objective for c in clusters])
    good = limits.fits(use) & _sure(market, spec, layers[1:])
    if not good.any():
        return Goal(None)
    worth = _worth(workspace, spec, layers) - (inside + limits.penalty(use)) / 100
    winner = int(np.flatnonzero(good)[np.argmax(worth[good])])
    places = np.unravel_index(winner, [len(cluster.objective) for cluster in clusters])
    calendar = [e for c, row in zip(clusters, places, strict=True) for e in c.calendar(int(row))]
    return Goal(float(worth[winner]), tuple(calendar))


def _layer(market: Market, cluster: Cluster, *, exact: bool) -> Layer:
    count = len(cluster.objective)
    layer = Layer(np.zeros((count, 4)), np.zeros((count, len(market.budgets))), {}, {}, {})
    for i, pair in enumerate(cluster.pairs):
        logs = np.zeros((count, market.horizon + market.tail))
        for j in range(len(cluster.pairs)):
            logs += _effects(market, cluster.choices[j], pair)[cluster.picked[j]]
        valued = _values(market, pair, cluster.choices[i], cluster.picked[i], logs, exact=exact)
        layer.changes += valued.changes
        for column, budget in enumerate(market.budgets):
            if market.selects(budget, pair):
                weeks = [t for t in range(market.horizon) if market.in_weeks(budget, t)]
                layer.spend[:, column] += valued.spend[:, weeks].sum(axis=1)
        layer.net[pair[0]] = layer.net.get(pair[0], 0.0) + valued.net.sum(axis=1)
        layer.units[pair[0]] = layer.units.get(pair[0], 0.0) + valued.units.sum(axis=1)
    layer.quiet |= {a: _no_promotion(market, a, exact=exact) for a in layer.net}
    return layer


def _outer(sides: list[Floats]) -> Floats:
    """Sums over every combination of the clusters' rows, the last cluster fastest."""
    total = sides[0]
    for side in sides[1:]:
        total = (total[:, None] + side[None]).reshape(-1, *total.shape[1:])
    return total


def _joined(sides: list[Layer]) -> Layer:
    shape = [len(side.changes) for side in sides]

    def spread(name: str) -> dict[str, Floats]:
        found = {}
        for i, side in enumerate(sides):
            for account, values in getattr(side, name).items():
                zeros = [np.zeros(n) for n in shape]
                zeros[i] = values
                found[account] = _outer(zeros)
        return found

    return Layer(
        _outer([side.changes for side in sides]),
        _outer([side.spend for side in sides]),
        spread("net"),
        spread("units"),
        {account: quiet for side in sides for account, quiet in side.quiet.items()},
    )


def _sure(market: Market, spec: Spec, draws: list[Layer]) -> NDArray[np.bool_] | bool:
    """Whether each plan's budgets hold with confidence."""
    level = spec.risk.budget_confidence
    if not draws or level is None:
        return True
    spend = np.array([layer.spend for layer in draws])  # (D, plans, budgets)
    good = np.ones(spend.shape[1], dtype=bool)
    for column, budget in enumerate(market.budgets):
        limit = 100 * float(str(budget["amount"]))
        if budget["kind"] == "ceiling":
            within = (spend[:, :, column] <= limit + 0.01).sum(axis=0)
        else:
            within = (spend[:, :, column] >= limit - 0.01).sum(axis=0)
        good &= within >= level * len(draws) - 1e-6
    return good


def _worth(workspace: Workspace, spec: Spec, layers: list[Layer]) -> Floats:
    """The objective of every plan, before what soft rules outside clusters cost."""
    rebated = [_rebates(workspace, layer) for layer in layers]
    gained = np.array([layer.changes[:, 0] - r for layer, r in zip(layers, rebated, strict=True)])
    profit, draws = gained[0] / 100, gained[1:] / 100
    risk = spec.risk
    if risk.weight > 0:
        tail = cvar(draws, risk.cvar)
        return (1 - risk.weight) * draws.mean(axis=0) + risk.weight * tail
    first = layers[0].changes
    retailer = (first[:, 2] + rebated[0]) / 100
    if spec.objective == "nash":
        return np.maximum(profit, 0) * np.maximum(retailer, 0)
    parts = {
        "profit": profit,
        "revenue": first[:, 1] / 100,
        "retailer_profit": retailer,
        "volume": first[:, 3],
    }
    weights = spec.objective
    if isinstance(weights, str):
        weights = {weights: 1.0}
    total: Floats = sum(weight * parts[name] for name, weight in weights.items())
    return total


def cvar(values: Floats, level: float) -> Floats:
    """The mean of the worst share 1 - level of the draws, (D, n) -> (n,)."""
    count = (1 - level) * len(values)
    left = np.clip(count - np.arange(len(values)), 0.0, 1.0)
    worst: Floats = (np.sort(values, axis=0) * left[:, None]).sum(axis=0) / count
    return worst


def _rebates(workspace: Workspace, layer: Layer) -> Floats:
    """What the plans add to the rebates, in cents."""
    total = np.zeros(len(layer.changes))
    steps = workspace.rebates.to_dict("records")
    for account, net in layer.net.items():
        mine = sorted(
            (s for s in steps if s["account"] == account), key=lambda s: float(s["threshold"])
        )
        units = layer.units[account]
        before = (np.array([amount]) for amount in layer.quiet[account])
        if mine:
            total += _due(mine, net, units) - _due(mine, *before)
    return total


def _no_promotion(market: Market, account: str, *, exact: bool) -> tuple[float, float]:
    """Net sales (cents) and units of an account when nothing is promoted."""
    net = units = 0.0
    for pair in market.pairs:
        if pair[0] == account:
            none = np.zeros((1, market.horizon + market.tail))
            one = _values(market, pair, [[]], np.zeros(1, int), none, exact=exact)
            net += float(one.net.sum())
            units += float(one.units.sum())
    return net, units


def _due(steps: list[dict[str, object]], net: Floats, units: Floats) -> Floats:
    """The rebate in whole cents, half to even: floats just beside a tie count as one."""
    due = np.zeros(len(net))
    for basis, size in (("net_sales", net / 100), ("units", units)):
        mine = [s for s in steps if s["basis"] == basis]
        whole = np.zeros(len(net))
        for step in (s for s in mine if s["reach"] == "all"):
            whole = np.where(size >= float(str(step["threshold"])), float(str(step["rate"])), whole)
        due += whole * net
        excess = [s for s in mine if s["reach"] == "excess"]
        for step, after in zip(excess, [*excess, None][1:], strict=True):
            top = np.inf if after is None else float(str(after["threshold"]))
            part = np.clip(np.minimum(size, top) - float(str(step["threshold"])), 0, None)
            due += float(str(step["rate"])) * net * part / np.where(size > 0, size, 1)
    return np.where(net > 0, _cents(due / 100), 0.0)
