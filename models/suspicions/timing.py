"""Deals and sales that are told in different weeks, and flags that say the opposite."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.suspicions.evidence import Evidence, around
from models.suspicions.suspicion import Suspicion
from workspace.text import Text

Floats = NDArray[np.float64]

SHIFTS = (-2, -1, 1, 2)
CLEAR, BETTER = 0.45, 0.3  # correlation of units and deals in another week, and above this week's
LEAST = 30  # weeks
SERIES = 3  # of an account, or one with a very clear pattern
INVERTED, MOSTLY = -0.3, 0.5


def shifted_weeks(evidence: Evidence) -> Iterator[Suspicion]:
    """Accounts, else series, whose volumes answer to deals of another week."""
    panel = evidence.panel
    deal = _deal(evidence)
    volume = evidence.log_units - around(evidence.log_units)
    here = _correlations(volume, deal, 0)
    best, shift = np.full(panel.series, -1.0), np.zeros(panel.series, dtype=np.int64)
    for weeks in SHIFTS:
        there = _correlations(volume, deal, weeks)
        shift = np.where(there > best, weeks, shift)
        best = np.maximum(best, there)
    odd = (best > CLEAR) & (best - here > BETTER)
    for a, account in enumerate(panel.accounts):
        mine = np.flatnonzero(panel.account == a)
        shifts = shift[mine[odd[mine]]]
        if len(shifts) >= SERIES and 2 * len(shifts) > len(mine):
            weeks = int(np.median(shifts))
            message = Text(
                "volumes of {account} follow its deals by {weeks} weeks in {count} products: "
                "weeks shifted?",
                account=account,
                weeks=weeks,
                count=len(shifts),
            )
            yield evidence.places.sales("shifted_weeks", "week", message, account)
            continue
        for i in mine[odd[mine]]:
            code, product = evidence.codes(int(i))
            message = Text(
                "volumes of {product} in {account} follow its deals by {weeks} weeks: "
                "weeks shifted?",
                product=product,
                account=code,
                weeks=int(shift[i]),
            )
            yield evidence.places.sales("shifted_weeks", "week", message, code, product)


def swapped_accounts(evidence: Evidence) -> Iterator[Suspicion]:
    """Two accounts whose volumes of a product each answer to the other's deals."""
    panel = evidence.panel
    deal = _deal(evidence)
    volume = evidence.log_units - around(evidence.log_units)
    here = _correlations(volume, deal, 0)
    for product in np.unique(panel.product):
        mine = np.flatnonzero(panel.product == product)
        lost = mine[here[mine] < CLEAR]
        for k, i in enumerate(lost):
            others = lost[k + 1 :]
            one = _correlations(np.repeat(volume[[i]], len(others), axis=0), deal[others], 0)
            two = _correlations(volume[others], np.repeat(deal[[i]], len(others), axis=0), 0)
            better = np.minimum(one - here[i], two - here[others])
            for j in others[(np.minimum(one, two) > CLEAR) & (better > BETTER)]:
                (account, code), (other, _) = evidence.codes(int(i)), evidence.codes(int(j))
                message = Text(
                    "units of {product} in {account} follow the deals of {other}, and the other "
                    "way round: swapped?",
                    product=code,
                    account=account,
                    other=other,
                )
                yield evidence.places.sales("swapped_accounts", "units", message, account, code)


def _deal(evidence: Evidence) -> Floats:
    """How much of a deal each week is, in ln price and a fifth of what is shown: (N, T)."""
    panel = evidence.panel
    cheaper = np.nan_to_num(around(evidence.log_price) - evidence.log_price)
    return np.asarray(cheaper + 0.2 * (np.nan_to_num(panel.feature) + np.nan_to_num(panel.display)))


def _correlations(volume: Floats, deal: Floats, weeks: int) -> Floats:
    """Of each series' volume with its deal so many weeks before: (N,), 0 where unknown."""
    span = volume.shape[1] - abs(weeks)
    later, earlier = max(weeks, 0), max(-weeks, 0)
    y, x = volume[:, later : later + span], deal[:, earlier : earlier + span]
    known = np.isfinite(y)
    count = np.maximum(known.sum(axis=1), 1)[:, None]
    y0 = np.where(known, np.clip(y, -2.5, 2.5), 0.0)
    x0 = np.where(known, x, 0.0)
    y0 = np.where(known, y0 - y0.sum(axis=1)[:, None] / count, 0.0)
    x0 = np.where(known, x0 - x0.sum(axis=1)[:, None] / count, 0.0)
    scale = np.sqrt((y0**2).sum(axis=1) * (x0**2).sum(axis=1))
    found = np.divide((x0 * y0).sum(axis=1), scale, np.zeros_like(scale), where=scale > 1e-9)
    return np.where(known.sum(axis=1) >= LEAST, found, 0.0)


def inverted_flags(evidence: Evidence) -> Iterator[Suspicion]:
    """Features and displays that stand in most weeks and not in those of the deals."""
    panel = evidence.panel
    volume = evidence.log_units - around(evidence.log_units)
    for name, cells in (("feature", panel.feature), ("display", panel.display)):
        known = np.isfinite(cells)
        count = np.maximum(known.sum(axis=1), 1)
        mean = np.where(known, cells, 0.0).sum(axis=1) / count
        sold = _correlations(volume, np.nan_to_num(cells), 0)
        for i in np.flatnonzero((mean > MOSTLY) & (sold < INVERTED)):
            account, product = evidence.codes(int(i))
            message = Text(
                "{column} of {product} in {account} is set in {share} % of the weeks, and volumes "
                "are lower in them: flag inverted?",
                column=name,
                product=product,
                account=account,
                share=f"{100.0 * mean[i]:.0f}",
            )
            yield evidence.places.sales("inverted_flag", name, message, account, product)
