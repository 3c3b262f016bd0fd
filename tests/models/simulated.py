"""A crossed log-linear market with known truth, as a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """A panel of accounts x products, and the coefficients that made it (by series)."""

    panel: Panel
    deal: Floats  # (N,) coefficient of -ln(1 - depth)
    feature: Floats
    elasticity: Floats  # of the regular price
    dip: float  # coefficient of the lagged ln lift, a week later
    noise: float
    expected: Floats  # (N, T) expected units


def simulate(
    accounts: int = 6,
    products: int = 5,
    weeks: int = 104,
    *,
    seed: int = 3,
    noise: float = 0.2,
    dip: float = 0.0,
    given: bool = True,
) -> Simulated:
    """Random deals, features and regular prices; effects vary by account and by product."""
    random = np.random.default_rng(seed)
    series = accounts * products
    account = np.repeat(np.arange(accounts), products)
    product = np.tile(np.arange(products), accounts)

    def effect(middle: float, spread: float) -> Floats:
        by_account = random.normal(0.0, spread, accounts)[account]
        by_product = random.normal(0.0, spread, products)[product]
        return middle + by_account + by_product + random.normal(0.0, 0.5 * spread, series)

    steps = (random.random((series, weeks)) < 0.04) * random.normal(0.0, 0.06, (series, weeks))
    base = np.round(3.0 * np.exp(np.cumsum(steps, axis=1)), 2)
    on = random.random((series, weeks)) < 0.2
    depth = np.where(on, random.choice([0.1, 0.2, 0.3], (series, weeks)), 0.0)
    feature = np.where(on & (random.random((series, weeks)) < 0.5), 1.0, 0.0)
    deal, shown, elasticity = effect(2.5, 0.3), effect(0.5, 0.1), effect(-1.8, 0.2)
    lift = -np.log1p(-depth) * deal[:, None] + feature * shown[:, None]
    before = np.zeros_like(lift)
    before[:, 1:] = lift[:, :-1]
    log = effect(6.0, 0.6)[:, None] + elasticity[:, None] * np.log(base / 3.0) + lift - dip * before
    units = np.exp(log + random.normal(0.0, noise, log.shape))
    blank = np.full(log.shape, np.nan)
    panel = Panel(
        accounts=tuple(f"A{i:02d}" for i in range(accounts)),
        products=tuple(f"P{i:02d}" for i in range(products)),
        weeks=np.datetime64("2024-01-01", "D") + 7 * np.arange(weeks),
        account=account,
        product=product,
        category=np.zeros(series, dtype=np.int64),
        own=np.ones(series, dtype=np.bool_),
        units=units,
        price=base * (1.0 - depth),
        base_price=base if given else blank,
        feature=feature,
        display=blank,
        distribution=blank,
        used=np.ones(log.shape, dtype=np.bool_),
    )
    expected = np.exp(log + 0.5 * noise**2)
    return Simulated(panel, deal, shown, elasticity, dip, noise, expected)
