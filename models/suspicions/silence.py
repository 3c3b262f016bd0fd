"""Shops that fall silent, and data that stand still while sales go on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.suspicions.evidence import Evidence, median, runs
from models.suspicions.suspicion import Suspicion, weeks_text
from workspace.text import Text

TYPICAL = 20.0  # units a week below which zeros and repetitions are chance
ZEROS = 4  # weeks without a unit
FROZEN = 4  # weeks with the same units
ENDED = 8  # weeks before the end of everybody's history
EVERY = 3  # zero weeks for each that sold: totals of a month
ROUND, LARGE = 50, 400.0  # multiples of ROUND where units are in the hundreds
SHARE = 0.95
SOLD_OUT = 0.5  # of the weeks said to be out of stock and still selling
MERGED = 12  # weeks


def silences(evidence: Evidence) -> Iterator[Suspicion]:
    """Runs of weeks without a unit, and series that end before the others do."""
    panel = evidence.panel
    typical = np.exp(np.nan_to_num(median(evidence.log_units)))
    last = len(panel.weeks) - 1
    for i in np.flatnonzero(typical >= TYPICAL):
        account, product = evidence.codes(int(i))
        recorded = panel.recorded[i]
        zero = recorded & (panel.units[i] <= 0.0) & (panel.distribution[i] != 0.0)
        if zero.sum() >= EVERY * (recorded.sum() - zero.sum()) > 0 and zero.sum() > MERGED:
            message = Text(
                "{product} in {account} sells in {count} of {weeks} weeks only: totals of a "
                "month in single weeks?",
                product=product,
                account=account,
                count=int(recorded.sum() - zero.sum()),
                weeks=int(recorded.sum()),
            )
            yield evidence.places.sales("monthly_totals", "units", message, account, product)
            continue
        for first, final in runs(zero):
            if final - first + 1 >= ZEROS:
                message = Text(
                    "no unit of {product} in {account} for {count} weeks ({weeks}), "
                    "{typical} in a usual one: a dead shop, or a feed that failed?",
                    product=product,
                    account=account,
                    count=final - first + 1,
                    weeks=weeks_text(panel.weeks[[first, final]]),
                    typical=f"{typical[i]:.0f}",
                )
                week = panel.weeks[first]
                yield evidence.places.sales("silence", "units", message, account, product, week)
        final = int(np.flatnonzero(recorded)[-1])
        if last - final >= ENDED:
            message = Text(
                "{product} in {account} ends {weeks} weeks before the history does: delisted, "
                "or a feed that failed?",
                product=product,
                account=account,
                weeks=last - final,
            )
            week = panel.weeks[final]
            yield evidence.places.sales("ended", "week", message, account, product, week)


def standstills(evidence: Evidence) -> Iterator[Suspicion]:
    """The same units week after week, or units that have all been rounded."""
    panel = evidence.panel
    typical = np.exp(np.nan_to_num(median(evidence.log_units)))
    for i in np.flatnonzero(typical >= TYPICAL):
        account, product = evidence.codes(int(i))
        units = panel.units[i]
        same = np.concatenate([[False], (units[1:] == units[:-1]) & (units[1:] > 0.0)])
        for first, final in runs(same):
            if final - first + 2 >= FROZEN:
                message = Text(
                    "{count} weeks in a row with the same units of {product} in {account}: "
                    "filled in by hand?",
                    count=final - first + 2,
                    product=product,
                    account=account,
                )
                week = panel.weeks[first - 1]
                yield evidence.places.sales("standstill", "units", message, account, product, week)
        sold = units[units > 0.0]
        if typical[i] >= LARGE and len(sold) >= MERGED and (sold % ROUND == 0).mean() >= SHARE:
            message = Text(
                "units of {product} in {account} are all multiples of {multiple}: estimates?",
                product=product,
                account=account,
                multiple=ROUND,
            )
            yield evidence.places.sales("rounded", "units", message, account, product)


def stockouts_that_sell(evidence: Evidence) -> Iterator[Suspicion]:
    """Weeks said to be out of stock in which as much was sold as ever."""
    panel = evidence.panel
    sold_out = panel.recorded & ~panel.used & (panel.units > 0.0)
    normal = sold_out & (np.abs(evidence.residual) < 0.4)
    for i in np.flatnonzero(normal.sum(axis=1) > SOLD_OUT * panel.recorded.sum(axis=1)):
        account, product = evidence.codes(int(i))
        message = Text(
            "{product} in {account} is out of stock in {count} weeks and sells as usual in them: "
            "flag inverted?",
            product=product,
            account=account,
            count=int(normal[i].sum()),
        )
        week = panel.weeks[int(np.argmax(normal[i]))]
        yield evidence.places.sales("stockout_sells", "stockout", message, account, product, week)
