"""Sales that stand twice in the history: of a series, or of a week."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.suspicions.evidence import Evidence, median
from models.suspicions.suspicion import Suspicion
from workspace.text import Text

TYPICAL = 20.0  # median units a week: small counts are equal by chance
LEAST = 8  # weeks that two series share
SHARE = 0.5  # of their weeks
PRODUCTS = 3  # of an account whose week stands twice


def copied_series(evidence: Evidence) -> Iterator[Suspicion]:
    """Pairs of series with the same units in the same weeks."""
    panel = evidence.panel
    typical = np.exp(np.nan_to_num(median(evidence.log_units)))
    large = np.flatnonzero(typical >= TYPICAL)
    same: dict[tuple[int, int], int] = {}
    for t in range(len(panel.weeks)):
        units = panel.units[large, t]
        order = np.argsort(units, kind="stable")
        ranked = units[order]
        for k in np.flatnonzero((ranked[1:] == ranked[:-1]) & (ranked[1:] >= TYPICAL)):
            pair = (int(large[order[k]]), int(large[order[k + 1]]))
            key = (min(pair), max(pair))
            same[key] = same.get(key, 0) + 1
    for (i, j), count in sorted(same.items()):
        weeks = int((panel.recorded[i] & panel.recorded[j]).sum())
        if count >= LEAST and count >= SHARE * weeks:
            account, product = evidence.codes(j)
            other = evidence.codes(i)
            message = Text(
                "{product} in {account} has the same units as {other} in {elsewhere} in "
                "{count} weeks: copied?",
                product=product,
                account=account,
                other=other[1],
                elsewhere=other[0],
                count=count,
            )
            yield evidence.places.sales("copied_series", "units", message, account, product)


def copied_weeks(evidence: Evidence) -> Iterator[Suspicion]:
    """Weeks of an account that repeat the week before in every product."""
    panel = evidence.panel
    before, after = panel.units[:, :-1], panel.units[:, 1:]
    known = np.isfinite(before) & np.isfinite(after) & (after >= TYPICAL)
    same = known & (before == after)
    for a, account in enumerate(panel.accounts):
        mine = panel.account == a
        count = known[mine].sum(axis=0)
        for t in np.flatnonzero((count >= PRODUCTS) & (same[mine].sum(axis=0) == count)):
            message = Text(
                "{account} sells exactly what it sold the week before, in {count} products: "
                "the same week twice?",
                account=account,
                count=int(count[t]),
            )
            week = panel.weeks[t + 1]
            yield evidence.places.sales("copied_week", "week", message, account, "", week)
