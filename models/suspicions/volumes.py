"""Volumes that are off: single weeks, whole weeks of an account, levels, units of measure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.suspicions.evidence import MAD, Evidence, median, spread
from models.suspicions.suspicion import Suspicion
from models.suspicions.two_way import two_way
from workspace.text import Text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_SIZE = np.log(1.6)  # what is smaller is nobody's slip
CERTAIN = np.log(6.0)  # a digit: no quiet week does that
TAIL, RISK = 0.02, 2e-5  # of weeks: where the tail begins, and how rare an alarm must be
LEAST_TAIL = 20
LEAST_COMMON = 0.45  # ln units: less is no slip of a whole account
PRODUCTS = 3  # of an account that a whole week is told from
BREAK = np.log(5.0)  # a lasting change of level that no market makes
SIDE = 8  # weeks that a level must last
PAIR_OFF = 1.4  # ln units against what account and product suggest
STRANGE = 5.0  # robust deviations


def odd_weeks(evidence: Evidence) -> Iterator[Suspicion]:
    """Single weeks far from their neighbours, beyond what this history's own tails allow."""
    scale = np.maximum(spread(evidence.residual), 0.05)[:, None]
    common = _common(evidence)
    apart = evidence.residual - np.nan_to_num(common[evidence.panel.account])
    z = np.where(evidence.quiet, apart / scale, np.nan)
    limit = tail_limit(np.abs(z[np.isfinite(z)]))
    odd = (np.abs(z) > limit) & (np.abs(apart) > LEAST_SIZE)
    odd |= evidence.quiet & (np.abs(apart) > np.maximum(CERTAIN, 4.0 * scale))
    for i, t in np.argwhere(odd).tolist():
        account, product = evidence.codes(i)
        message = Text(
            "units of {product} in {account} are {times} times what the weeks around suggest, "
            "without a deal: booked twice, a wrong decimal, or somebody else's?",
            product=product,
            account=account,
            times=f"{np.exp(apart[i, t]):.2g}",
        )
        week = evidence.panel.weeks[t]
        yield evidence.places.sales("odd_week", "units", message, account, product, week)


def odd_account_weeks(evidence: Evidence) -> Iterator[Suspicion]:
    """Weeks in which all products of an account move together as no shock does."""
    common = _common(evidence)
    known = common[np.isfinite(common).any(axis=1)]
    if not known.size:
        return
    # Shocks come and go over weeks; against its neighbours a slip of one week stands out.
    odd = _odd(common) | _odd(_against_neighbours(common))
    for a, t in np.argwhere(odd).tolist():
        account, week = evidence.panel.accounts[a], evidence.panel.weeks[t]
        message = Text(
            "all units of {account} are {times} times what the weeks around suggest: two weeks "
            "booked in one, or half a week?",
            account=account,
            times=f"{np.exp(common[a, t]):.2g}",
        )
        yield evidence.places.sales("odd_week_of_account", "units", message, account, "", week)


def _odd(common: Floats) -> Bools:
    """Weeks (A, T) that are off by more than the tail of all of them, and by enough to matter."""
    z = np.abs(common / np.maximum(spread(common), 0.03)[:, None])
    return np.asarray((z > tail_limit(z[np.isfinite(z)])) & (np.abs(common) > LEAST_COMMON))


def _against_neighbours(common: Floats) -> Floats:
    """Less the mean of the weeks before and after: (A, T), NaN at the ends."""
    found = np.full_like(common, np.nan)
    found[:, 1:-1] = common[:, 1:-1] - 0.5 * (common[:, :-2] + common[:, 2:])
    return found


def _common(evidence: Evidence) -> Floats:
    """Median residual of an account's series in each week, (A, T), NaN with too few."""
    panel = evidence.panel
    found = np.full((len(panel.accounts), len(panel.weeks)), np.nan)
    for a in range(len(panel.accounts)):
        mine = evidence.residual[panel.account == a]
        enough = np.isfinite(mine).sum(axis=0) >= PRODUCTS
        found[a] = np.where(enough, median(mine.T), np.nan)
    return found


def tail_limit(sizes: Floats) -> float:
    """Where a share RISK of weeks would lie beyond, from the tail that these sizes have.

    A generalised Pareto tail above the largest TAIL of them, its parameters by probability-weighted
    moments (Hosking and Wallis 1987, Technometrics 29, equations 4 and 5). Heavy tails push the
    limit out; one odd week among thousands does not.
    """
    tail = np.sort(sizes)[::-1][: int(TAIL * len(sizes))]
    if len(tail) < LEAST_TAIL:
        return 6.0
    start = tail[-1]
    over = np.sort(tail[:-1] - start)
    rank = (np.arange(1, len(over) + 1) - 0.35) / len(over)
    first, second = float(over.mean()), float((over * (1.0 - rank)).mean())
    shape = 2.0 - first / (first - 2.0 * second) if first > 2.0 * second else 0.5
    shape = float(np.clip(shape, -0.5, 0.5))  # xi; at .5 the variance is infinite already
    size = 2.0 * first * second / (first - 2.0 * second) if first > 2.0 * second else first
    rarer = TAIL / RISK
    reach = np.log(rarer) if abs(shape) < 1e-6 else (rarer**shape - 1.0) / shape
    return float(max(4.0, start + size * reach))


def levels(evidence: Evidence) -> Iterator[Suspicion]:
    """A level that changes for good by a factor: cases for units, thousands, another shop."""
    free = evidence.level + evidence.residual  # of deals
    usable = np.where(evidence.quiet, free, np.nan)
    apart = np.abs(np.nan_to_num(usable - median(usable)[:, None])).max(axis=1, initial=0.0)
    # Half of a break is the least that one of its sides is away from the middle.
    for i in np.flatnonzero(apart > 0.5 * BREAK).tolist():
        known = np.flatnonzero(np.isfinite(free[i]) & evidence.quiet[i])
        if len(known) < 2 * SIDE:
            continue
        values = free[i, known]
        steps = [
            float(np.median(values[k : k + SIDE]) - np.median(values[k - SIDE : k]))
            for k in range(SIDE, len(known) - SIDE + 1)
        ]
        k = int(np.argmax(np.abs(steps)))
        if abs(steps[k]) > BREAK:
            account, product = evidence.codes(i)
            message = Text(
                "units of {product} in {account} are {times} times what they were from then on: "
                "cases instead of units, or another shop?",
                product=product,
                account=account,
                times=f"{np.exp(steps[k]):.2g}",
            )
            week = evidence.panel.weeks[known[min(k + SIDE, len(known) - 1)]]
            yield evidence.places.sales("level_break", "units", message, account, product, week)


def volume_pairs(evidence: Evidence) -> Iterator[Suspicion]:
    """A pair that sells a multiple of what its account and its product suggest."""
    panel = evidence.panel
    apart, _ = two_way(median(evidence.log_units), panel.account, panel.product)
    near = apart[np.isfinite(apart)]
    scale = MAD * float(np.median(np.abs(near))) if near.size else 0.0
    for i in np.flatnonzero(np.abs(apart) > max(PAIR_OFF, STRANGE * scale)):
        account, product = evidence.codes(int(i))
        message = Text(
            "{product} in {account} sells {times} times what account and product suggest: "
            "cases, thousands, or another account's units?",
            product=product,
            account=account,
            times=f"{np.exp(apart[i]):.2g}",
        )
        yield evidence.places.sales("volume_of_pair", "units", message, account, product)
