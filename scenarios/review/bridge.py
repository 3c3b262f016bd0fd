"""From promised to actual, cause by cause, in units and in money, tied to the last digit.

Units of a week go from world to world (`worlds.py`), each step one cause. What a week earned goes
the same way, funding and fees with it:

    profit = (invoice price - cost - funding per unit) units - fees

The event as it ran differs from the planned one in depth, feature and display: the step is divided
among them by their ln effects, each the mean over all orders in which they could have changed
(Shapley), times the logarithmic mean of the two worlds' units. Weeks in which nothing of the deal
ran, or that were not planned, are `weeks`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.review.worlds import MIXES, Weeks, believed_lifts, expected_baseline

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CAUSES = (
    "baseline", "around", "price", "depth", "feature", "display", "weeks", "fees", "stock",
    "response",
)  # fmt: skip
EXECUTION = ("price", "depth", "feature", "display", "weeks", "fees")
SMALL = 1e-9  # ln effects below it are none
BITS = (1, 2, 4)  # of a mix: depth, feature, display


@dataclass(frozen=True)
class Terms:
    """What each week pays: arrays (M,), currency excl. VAT."""

    margin: Floats  # invoice price less cost, per unit
    planned_funding: Floats  # per unit
    priced_funding: Floats  # per unit, of the planned depth at the actual regular price
    funding: Floats  # per unit, of what ran
    planned_fees: Floats
    fees: Floats


@dataclass(frozen=True)
class Bridge:
    """Units and money by cause, unrounded: (M, causes), and the units of the worlds."""

    units: Floats
    money: Floats
    quiet: Floats  # (M,) without this and any other deal of ours, at the planned price
    without: Floats  # (M,) without deals of this product, but in the company that it had
    executed: Floats  # (M,)


def bridge(weeks: Weeks, terms: Terms, coefficients: Floats, *, truly: bool = False) -> Bridge:
    """The steps at coefficients (N, K).

    With `truly`, what execution did is told by the coefficients' own lifts and not by the plan's
    belief in them: what a slip cost, were these coefficients the truth.
    """
    quiet = expected_baseline(weeks, coefficients)
    around = weeks.log(weeks.before, coefficients)
    really = weeks.log(weeks.after, coefficients)
    priced_log = weeks.log(weeks.priced, coefficients)
    planned_dip = weeks.log(weeks.planned_dip, coefficients)
    dip = weeks.log(weeks.dip, coefficients)
    rebuilt = quiet * np.exp(weeks.lift + planned_dip + around)
    beside = rebuilt * np.exp(really - around)
    priced = beside * np.exp(priced_log)
    lifts = weeks.own_lifts(coefficients)
    without = quiet * np.exp(priced_log + really)
    believed = lifts if truly else believed_lifts(weeks, lifts)
    start = without * np.exp(believed[:, 0] + planned_dip)
    end = without * np.exp(believed[:, -1] + dip)
    executed = priced + end - start
    units = np.zeros((len(quiet), len(CAUSES)))
    at = {name: k for k, name in enumerate(CAUSES)}
    units[:, at["baseline"]] = rebuilt - weeks.promised
    units[:, at["around"]] = beside - rebuilt
    units[:, at["price"]] = priced - beside
    split = _execution(weeks, start, end, believed)
    for name in ("depth", "feature", "display", "weeks"):
        units[:, at[name]] = split[name]
    last = weeks.units - executed
    units[:, at["stock"]] = np.where(weeks.out, last, 0.0)
    units[:, at["response"]] = np.where(weeks.out, 0.0, last)
    money = _money(units, terms, weeks, (priced, executed), at)
    return Bridge(units, money, quiet, without, executed)


def _execution(weeks: Weeks, start: Floats, end: Floats, believed: Floats) -> dict[str, Floats]:
    """Units of the step from `start` to `end`: what depth, feature, display and weeks did."""
    logs = shapley(believed)
    total, size = logs.sum(axis=1), np.abs(logs).sum(axis=1)
    middle = start * np.exp(total)
    # The logarithmic mean tends to the common value where nothing changes.
    small = np.abs(total) < SMALL
    mean = np.where(small, start, (middle - start) / np.where(small, 1.0, total))
    # The rest is the dip that earlier weeks of the event left, for the same causes. Where they
    # alone are to blame it is the weeks': they ran, or did not.
    whole = ~weeks.ran | ~weeks.planned | (size < SMALL)
    share = np.abs(logs) / np.where(whole, 1.0, size)[:, None]
    units = mean[:, None] * logs + (end - middle)[:, None] * share
    parts = {
        name: np.where(whole, 0.0, units[:, k])
        for k, name in enumerate(("depth", "feature", "display"))
    }
    return {**parts, "weeks": np.where(whole, end - start, 0.0)}


def shapley(values: Floats) -> Floats:
    """What each of three changes adds to values (M, 8) on the mean over all orders: (M, 3)."""
    added = np.zeros((len(values), len(BITS)))
    weight = (1 / 3, 1 / 6, 1 / 3)  # of a coalition of 0, 1, 2 others
    for k, bit in enumerate(BITS):
        for mix in range(MIXES):
            if not mix & bit:
                added[:, k] += weight[mix.bit_count()] * (values[:, mix | bit] - values[:, mix])
    return added


def _money(
    units: Floats, terms: Terms, weeks: Weeks, worlds: tuple[Floats, Floats], at: dict[str, int]
) -> Floats:
    """What each step of units earns, and what changed funding and fees cost in it."""
    priced, executed = worlds
    money = np.zeros_like(units)
    planned = terms.margin - terms.planned_funding
    for name in ("baseline", "around"):
        money[:, at[name]] = planned * units[:, at[name]]
    middle = terms.margin - 0.5 * (terms.planned_funding + terms.priced_funding)
    dearer = terms.priced_funding - terms.planned_funding
    beside = priced - units[:, at["price"]]
    money[:, at["price"]] = middle * units[:, at["price"]] - dearer * 0.5 * (priced + beside)
    middle = terms.margin - 0.5 * (terms.priced_funding + terms.funding)
    for name in ("depth", "feature", "display", "weeks"):
        money[:, at[name]] = middle * units[:, at[name]]
    dearer = (terms.funding - terms.priced_funding) * 0.5 * (priced + executed)
    whole = ~weeks.ran | ~weeks.planned
    money[:, at["depth"]] -= np.where(whole, 0.0, dearer)
    money[:, at["weeks"]] -= np.where(whole, dearer, 0.0)
    money[:, at["fees"]] = terms.planned_fees - terms.fees
    last = terms.margin - terms.funding
    for name in ("stock", "response"):
        money[:, at[name]] = last * units[:, at[name]]
    return money
