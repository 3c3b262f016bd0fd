"""A market made up from a seed: accounts, products, shoppers, and deals in its past."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from models.simulator.activity import competitors_deals, past_deals
from models.simulator.catalogue import Catalogue, catalogue
from models.simulator.feast import easter_bump
from models.simulator.forms import FORMS
from models.simulator.forms.stockpiling import attractions
from models.simulator.regimes import level_shifts, log_noise
from models.simulator.truth import Deals, Floats, Tastes, Truth

FIRST_WEEK_AFTER = np.datetime64("2026-01-05", "D")  # the Monday after the history


@dataclass(frozen=True)
class MarketOptions:
    """Size and severity of a market. Raises ValueError on construction if out of range."""

    form: str = "log-linear"  # a name in FORMS
    accounts: int = 6  # >= 1
    brands: tuple[int, ...] = (4, 3)  # products of each of our brands
    competitors: int = 1  # >= 0 products of competitors
    weeks: int = 104  # of history, > lags
    future: int = 106  # weeks after it in which a plan can be valued
    carry_lags: int = 3  # C
    cross_lags: int = 0  # M, weeks after its own that a deal takes from siblings
    cross: float = 0.3  # >= 0, mean of the cross parameters of lag 0
    deals_a_year: float = 7.0  # of each product and account in the history
    timing: float = 0.0  # >= 0: how much deals of the past were put in weeks of high demand
    shock: float = 0.08  # sd of the account's weekly log demand, which persists
    noise: float = 0.12  # scale of the log units of one product, account and week
    noise_freedom: float = np.inf  # > 2: degrees of freedom of the noise; few: heavy tails
    level_shifts: float = 0.0  # of a series in the history, on average
    level_shift: float = 0.25  # sd of each, in log units; half of it common to the product
    easter: float = 0.0  # log demand that Easter's week adds in the first category; before it half
    threshold: float = 0.12  # depth, form `threshold`
    ceiling: float = 1.5  # multiples of the baseline, form `saturating`
    outside: float = 0.45  # share of the potential that buys none, form `logit`

    def __post_init__(self) -> None:
        """Check the ranges above."""
        if self.form not in FORMS:
            raise ValueError(f"form: found {self.form!r}, expected one of {', '.join(FORMS)}")
        if min(self.accounts, *self.brands, self.carry_lags) < 1 or self.competitors < 0:
            raise ValueError("accounts, brands and carry_lags must be at least 1")
        if self.weeks <= max(self.carry_lags, self.cross_lags) or self.future < 1:
            raise ValueError("history must be longer than the lags, and a future is needed")
        if not 0 < self.outside < 1 or self.ceiling <= 0 or not 0 <= self.threshold < 1:
            raise ValueError("outside, threshold or ceiling out of range")
        low = min(self.cross, self.deals_a_year, self.timing, self.shock, self.noise)
        if min(low, self.level_shifts, self.level_shift, self.cross_lags) < 0:
            raise ValueError("shares, rates and deviations cannot be negative")
        if not self.noise_freedom > 2:
            raise ValueError("noise_freedom must be above 2")

    @property
    def products(self) -> int:
        """N, competitors' products included."""
        return sum(self.brands) + self.competitors


@dataclass(frozen=True)
class Market:
    """A market whose truth is known. `catalogue` is what the parties know, `truth` what is so.

    `shocks` (A, 1, W) are log demand shocks of an account's weeks, mean of exp 1, zero in the
    future: they are part of what happened, not of what could be expected.
    """

    options: MarketOptions
    seed: int
    catalogue: Catalogue
    truth: Truth
    shocks: Floats

    @property
    def expected(self) -> Floats:
        """Units that were to be expected, without shocks and noise: (A, N, W)."""
        return FORMS[self.truth.form].units(self.truth)


def make_market(options: MarketOptions | None = None, seed: int = 1) -> Market:
    """A market from its options and a seed: the same ones give the same market."""
    options = options or MarketOptions()
    # One stream for each part, so that a change of one option leaves the other parts alone.
    taste, level, price, shock, deal, rival, regime = np.random.default_rng(seed).spawn(7)
    goods = catalogue(options.accounts, options.brands, options.competitors, level)
    shape = (options.accounts, options.products)
    weeks = options.weeks + options.future
    days = FIRST_WEEK_AFTER + 7 * (np.arange(weeks) - options.weeks)
    log_base = _log_base(goods.typical_units, days, level)
    log_base = log_base + level_shifts(
        options.level_shifts, options.level_shift, options.weeks, log_base.shape, regime
    )
    first = goods.products["category"].to_numpy() == goods.products["category"].iloc[0]
    log_base = log_base + options.easter * first[:, None] * easter_bump(days)
    shocks = _shocks(options, shock)
    past = past_deals(goods, shocks[:, :, : options.weeks], options.deals_a_year, options.timing,
                      deal)  # fmt: skip
    theirs = competitors_deals(goods.own, (*shape, weeks), options.deals_a_year, rival)
    truth = Truth(
        form=options.form,
        accounts=goods.account_codes,
        products=goods.product_codes,
        category=tuple(goods.products["category"]),
        own=goods.own,
        weeks=days,
        history=options.weeks,
        log_base=log_base,
        base_price=_base_price(goods.base_price, options.weeks, weeks, price),
        listed_price=goods.base_price,
        tastes=_tastes(options, np.exp(log_base.mean(axis=2)), goods.same, taste),
        deals=_joined(past, theirs),
    )
    return Market(options, seed, goods, truth, shocks)


def _joined(past: Deals, theirs: Deals) -> Deals:
    """Ours in the past, theirs always."""
    weeks = past.depth.shape[2]
    depth, feature, display = theirs.depth.copy(), theirs.feature.copy(), theirs.display.copy()
    depth[:, :, :weeks] += past.depth
    feature[:, :, :weeks] += past.feature
    display[:, :, :weeks] += past.display
    return Deals(depth, feature, display)


def _log_base(typical: Floats, days: np.ndarray, rng: np.random.Generator) -> Floats:
    """Typical units times a year's wave: log_base = ln typical + a sin(2 pi (week - b) / 52.18)."""
    accounts, products = typical.shape
    year = 2 * np.pi * days.astype("datetime64[D]").astype(np.int64) / 365.25
    wave = rng.uniform(0.05, 0.20, (1, products)) * rng.uniform(0.8, 1.2, (accounts, 1))
    peak = rng.uniform(0, 2 * np.pi, (1, products))
    season = wave[:, :, None] * np.sin(year[None, None, :] - peak[:, :, None])
    return np.asarray(np.log(typical)[:, :, None] + season)


def _shocks(options: MarketOptions, rng: np.random.Generator) -> Floats:
    """First-order autoregression of .7 a week, stationary sd `shock`; zero in the future."""
    innovations = rng.normal(0.0, 1.0, (options.accounts, options.weeks))
    shocks = np.zeros((options.accounts, 1, options.weeks + options.future))
    now = innovations[:, 0]
    for week in range(options.weeks):
        if week:
            now = 0.7 * now + np.sqrt(1 - 0.49) * innovations[:, week]
        shocks[:, 0, week] = options.shock * now - options.shock**2 / 2
    return shocks


def _base_price(listed: Floats, history: int, weeks: int, rng: np.random.Generator) -> Floats:
    """Regular prices: the listed one at last, one or two other levels within 8 % before it."""
    price = np.repeat(listed[:, :, None], weeks, axis=2)
    for account, product in np.ndindex(*listed.shape):
        changes = np.sort(rng.integers(history // 6, max(history, 2), rng.integers(1, 3)))
        for change in changes[::-1]:
            factor = rng.uniform(0.92, 1.08)
            price[account, product, :change] = listed[account, product] * factor
    return np.round(price, 2)


def _tastes(
    options: MarketOptions, units: Floats, same: Floats, rng: np.random.Generator
) -> Tastes:
    """Crossed effects of accounts and products around the figures of the literature."""
    accounts, products = units.shape
    shape = (accounts, products)

    def crossed(mean: float, sd: float) -> Floats:
        parts = [rng.normal(0, sd, size) for size in ((accounts, 1), (1, products), shape)]
        return np.asarray(mean + sum(parts) / np.sqrt(3.0))

    # Deals borrow a fifth of their log effect from the weeks after, most from the first one.
    decay = 0.5 ** np.arange(1, options.carry_lags + 1)
    borrowed = np.maximum(crossed(0.22, 0.06), 0.02)[:, :, None] * decay / decay.sum()
    lags = 0.5 ** np.arange(options.cross_lags + 1)
    taken = np.maximum(crossed(options.cross, 0.2 * options.cross), 0.0)[:, :, None] * lags
    tastes = Tastes(
        elasticity=np.minimum(crossed(-3.2, 0.4), -0.5),
        base_elasticity=np.minimum(crossed(-1.8, 0.3), -0.3),
        feature=np.maximum(crossed(0.30, 0.08), 0.0),
        display=np.maximum(crossed(0.45, 0.10), 0.0),
        share=units / (units @ same),
        carry=borrowed,
        cross=taken,
        potential=units @ same / (1 - options.outside),
        attraction=np.zeros(shape),
        threshold=options.threshold,
        ceiling=options.ceiling,
    )
    if options.form != "stockpiling":
        return tastes
    return replace(tastes, attraction=attractions(tastes, units))


def history_of(market: Market) -> pd.DataFrame:
    """What the scanners saw: the `sales` table of contract section 1, one row per pair and week.

    units = round(expected x exp(shock + noise)); the exponentials of both have mean one.
    """
    truth, options = market.truth, market.options
    weeks = options.weeks
    shape = (*truth.listed_price.shape, weeks)
    rng = np.random.default_rng([market.seed, 7])
    error = log_noise(options.noise, options.noise_freedom, shape, rng)
    units = market.expected[:, :, :weeks] * np.exp(market.shocks[:, :, :weeks] + error)
    base = truth.base_price[:, :, :weeks]
    pairs = shape[0] * shape[1]
    deals = {
        "base_price": base,
        "feature": truth.deals.feature[:, :, :weeks],
        "display": truth.deals.display[:, :, :weeks],
    }
    frame = pd.DataFrame(
        {
            "account": np.repeat(np.array(truth.accounts), shape[1] * weeks),
            "product": np.tile(np.repeat(np.array(truth.products), weeks), shape[0]),
            "week": np.tile(np.datetime_as_string(truth.weeks[:weeks], unit="D"), pairs),
            "units": np.rint(units).astype(np.int64).ravel(),
            "price": np.round(base * (1 - truth.deals.depth[:, :, :weeks]), 4).ravel(),
        }
    )
    return frame.assign(**{name: values.ravel() for name, values in deals.items()})
