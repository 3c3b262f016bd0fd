"""Lagrangian values of all joint calendars of a group, in unrounded money, by plain arrays."""

from __future__ import annotations

from itertools import product

import numpy as np

from optimizer.kernels.arrays import Prices
from optimizer.problem import Floats, Ints, Problem


def joint_values(problem: Problem, blocks: list[int], lists: list[Ints], z: Prices) -> Floats:
    """Value of every combination of the blocks' calendars: shape (n_1, n_2, ...), currency.

    `lists[i]` (n_i, T) are calendars of `blocks[i]`. Nothing is taken off for no promotion.
    """
    total = np.zeros([len(one) for one in lists])
    for i, p in enumerate(blocks):
        weekly, fixed = _alone(problem, p, lists[i], z)
        axes = "abcdef"[: len(blocks)]
        operands = [weekly]
        letters = [axes[i] + "t"]
        for j, q in enumerate(blocks):
            if j != i:
                operands.append(_multiplies(problem, q, p, lists[j]))
                letters.append(axes[j] + "t")
        total += np.einsum(",".join(letters) + "->" + axes, *operands)
        total += fixed.reshape([-1 if j == i else 1 for j in range(len(blocks))])
    return total


def joint_calendars(lists: list[Ints]) -> Ints:
    """The combinations themselves, (n_1 n_2 .., blocks, T), in the order of `joint_values`."""
    return np.array([np.stack(chosen) for chosen in product(*lists)])


def tactics_of(problem: Problem, calendars: Ints) -> Ints:
    """What runs in each week, (n, T)."""
    running = np.zeros_like(calendars)
    for n, t in zip(*np.nonzero(calendars >= 0), strict=True):
        s = calendars[n, t]
        running[n, t : t + problem.shapes.weeks[s]] = problem.shapes.tactic[s]
    return running


def _alone(problem: Problem, p: int, calendars: Ints, z: Prices) -> tuple[Floats, Floats]:
    """What each week is worth with idle siblings, (n, W), and what fees and counts are worth."""
    demand, money, horizon = problem.demand, problem.money, problem.horizon
    k = tactics_of(problem, calendars)
    weeks = demand.base.shape[1]
    effect = np.zeros((len(calendars), weeks))
    effect[:, :horizon] += demand.lift[p, k]
    for lag in range(1, demand.carry.shape[1] + 1):
        reach = min(horizon, weeks - lag)
        effect[:, lag : lag + reach] -= demand.carry[p, lag - 1] * demand.pressure[p, k[:, :reach]]
    worth = np.full((len(calendars), weeks), z.profit * (money.list_price - money.unit_cost)[p])
    funding = money.funding[p, k]
    worth[:, :horizon] += funding * (z.spend[p] + z.retailer[p] - z.profit)
    worth[:, :horizon] += money.retail_margin[p, k] * z.retailer[p] + z.units[p]
    fee = money.weekly_fee[p, k] + np.where(
        calendars >= 0, money.event_fee[p, problem.shapes.tactic[calendars]], 0.0
    )
    fixed = fee * (z.spend[p] + z.retailer[p] - z.profit)
    fixed += np.where(k > 0, z.active[p], 0.0) + np.where(calendars >= 0, z.starts[p], 0.0)
    return demand.base[p] * np.exp(effect) * worth, fixed.sum(axis=1)


def _multiplies(problem: Problem, source: int, target: int, calendars: Ints) -> Floats:
    """What the source's calendars multiply the target's units by, (n, W)."""
    demand, horizon = problem.demand, problem.horizon
    pull = demand.pull[source, tactics_of(problem, calendars)]
    effect = np.zeros((len(calendars), demand.base.shape[1]))
    edges = demand.edges
    for e in np.flatnonzero((edges.target == target) & (edges.source == source)):
        lag = edges.lag[e]
        reach = min(horizon, effect.shape[1] - lag)
        effect[:, lag : lag + reach] += edges.coefficient[e] * pull[:, :reach]
    return np.exp(effect)
