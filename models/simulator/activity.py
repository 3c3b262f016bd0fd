"""Deals of the past, ours and the competitors', drawn at random with gaps between them."""

from __future__ import annotations

import numpy as np

from models.simulator.catalogue import Catalogue
from models.simulator.truth import Bools, Deals, Floats

GAP = 3  # weeks without a deal between two of one product and account
THEIR_DEPTHS = (0.10, 0.15, 0.20, 0.25)


def past_deals(
    goods: Catalogue,
    shocks: Floats,
    deals_a_year: float,
    timing: float,
    rng: np.random.Generator,
) -> Deals:
    """Our deals of the history (A, N, weeks), each a random tactic and length of the catalogue.

    A week of an account whose log demand is one sd above the mean (`shocks`, (A, 1, weeks)) gets
    exp(timing) times as many starts. No deal reaches past the last week.
    """
    weeks = shocks.shape[2]
    spread = max(float(shocks.std()), 1e-9)
    weight = np.exp(timing * (shocks[:, 0] - shocks.mean()) / spread)
    rows = goods.tactics[goods.tactics["account"] == ""]
    kinds = rows[["depth", "feature", "display"]].to_numpy(dtype=np.float64)
    low, high = rows["min_weeks"].to_numpy(), rows["max_weeks"].to_numpy()
    grid = np.zeros((*goods.base_price.shape, weeks, 3))
    for account, product in np.ndindex(*goods.base_price.shape):
        if not goods.own[product]:
            continue
        week = int(rng.integers(0, GAP + 1))
        while week < weeks:
            kind = int(rng.integers(len(kinds)))
            length = int(rng.integers(low[kind], high[kind] + 1))
            # Weeks that a deal and its gap take cannot start another, so the rest start more.
            rate = deals_a_year / max(52 - deals_a_year * (GAP + 1.5), 10.0)
            starts = rng.uniform() < rate * weight[account, week]
            if starts and week + length <= weeks:
                grid[account, product, week : week + length] = kinds[kind]
                week += length + GAP
            else:
                week += 1
    return Deals(grid[..., 0], grid[..., 1], grid[..., 2])


def competitors_deals(
    own: Bools, shape: tuple[int, int, int], deals_a_year: float, rng: np.random.Generator
) -> Deals:
    """Deals of the products that are not ours, (A, N, W), in history and future alike."""
    depth, feature = np.zeros(shape), np.zeros(shape)
    for account, product in np.ndindex(shape[0], shape[1]):
        if own[product]:
            continue
        week = int(rng.integers(0, 8))
        while week < shape[2]:
            if rng.uniform() < deals_a_year / 52 * 1.5:
                length = int(rng.integers(1, 3))
                depth[account, product, week : week + length] = rng.choice(THEIR_DEPTHS)
                feature[account, product, week : week + length] = rng.integers(0, 2)
                week += length + GAP
            else:
                week += 1
    return Deals(depth, feature, np.zeros(shape))
