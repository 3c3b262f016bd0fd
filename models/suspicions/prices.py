"""Prices that are off: a decimal, cents, another currency, another column, tax in some rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.suspicions.evidence import Evidence, median, runs, spread
from models.suspicions.suspicion import Suspicion, weeks_text
from models.suspicions.two_way import two_way
from workspace.text import Text

ROW_OFF = np.log(2.6)  # no deal cuts a price to less, nor does a rise take a week
PAIR_OFF = 0.16  # a product costs about the same in all accounts, or its history says so
ACCOUNT_OFF, PRODUCTS = np.log(1.35), 3  # of all prices of an account with so many products
STRANGE = 6.0  # robust deviations
TAX_SURE = 0.0015  # a ratio this near to 1 + VAT is no deal
TAX_ROWS = 8
ABOVE_BASE, ABOVE_SHARE = 0.01, 0.15
WHOLE_WEEKS = 12


def price_rows(evidence: Evidence) -> Iterator[Suspicion]:
    """Single weeks, or a run of them, at a multiple of the series' usual price."""
    apart = evidence.log_price - evidence.usual_price[:, None]
    for i in np.flatnonzero((np.abs(apart) > ROW_OFF).any(axis=1)):
        account, product = evidence.codes(int(i))
        for first, last in runs(np.abs(apart[i]) > ROW_OFF):
            message = Text(
                "price is {times} times the usual one of {product} in {account} ({weeks}): "
                "wrong decimal, cents, or another column?",
                times=_times(float(np.exp(apart[i, first]))),
                product=product,
                account=account,
                weeks=weeks_text(evidence.panel.weeks[[first, last]]),
            )
            week = evidence.panel.weeks[first]
            yield evidence.places.sales("price_scale", "price", message, account, product, week)


def base_price_rows(evidence: Evidence) -> Iterator[Suspicion]:
    """Regular prices at a multiple of the series' usual ones."""
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.log(evidence.panel.base_price)
    apart = base - median(base)[:, None]
    for i, t in np.argwhere(np.abs(apart) > ROW_OFF).tolist():
        account, product = evidence.codes(i)
        message = Text(
            "base_price is {times} times the usual one of {product} in {account}",
            times=_times(float(np.exp(apart[i, t]))),
            product=product,
            account=account,
        )
        week = evidence.panel.weeks[t]
        yield evidence.places.sales(
            "base_price_scale", "base_price", message, account, product, week
        )


def price_pairs(evidence: Evidence) -> Iterator[Suspicion]:
    """A pair, or a whole account, whose prices are not those of its products elsewhere."""
    panel = evidence.panel
    apart, effect = two_way(evidence.usual_price, panel.account, panel.product)
    usual = max(PAIR_OFF, STRANGE * float(np.nan_to_num(spread(apart[None, :])[0])))
    for i in np.flatnonzero(np.abs(apart) > usual):
        account, product = evidence.codes(int(i))
        message = Text(
            "all prices of {product} in {account} are {times} times what the other accounts "
            "would suggest: another product, unit or currency?",
            product=product,
            account=account,
            times=_times(float(np.exp(apart[i]))),
        )
        yield evidence.places.sales("price_of_pair", "price", message, account, product)
    enough = np.bincount(panel.account, minlength=len(effect)) >= PRODUCTS
    for a in np.flatnonzero(np.abs(effect) > np.where(enough, ACCOUNT_OFF, ROW_OFF)):
        message = Text(
            "all prices of {account} are {times} times those of the other accounts: "
            "another currency, or tax?",
            account=panel.accounts[a],
            times=_times(float(np.exp(effect[a]))),
        )
        yield evidence.places.sales("price_of_account", "price", message, panel.accounts[a])


def price_against_base(evidence: Evidence) -> Iterator[Suspicion]:
    """Prices above the regular ones in many weeks, and prices that lack exactly the tax."""
    panel = evidence.panel
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = panel.price / panel.base_price
    vat = evidence.workspace.accounts.set_index("account")["vat_rate"]
    rate = np.array([float(vat.get(code, 0.0)) for code in panel.accounts])[panel.account]
    known = np.maximum(np.isfinite(ratio).sum(axis=1), 1)
    above = (ratio > 1.0 + ABOVE_BASE).sum(axis=1) / known
    net = ratio * (1.0 + rate[:, None])
    untaxed = (np.abs(net - 1.0) < TAX_SURE) & (rate > 0.02)[:, None]
    taxed = (np.abs(ratio / (1.0 + rate[:, None]) - 1.0) < TAX_SURE) & (rate > 0.02)[:, None]
    for i in range(panel.series):
        account, product = evidence.codes(i)
        odd = untaxed[i] if untaxed[i].sum() >= taxed[i].sum() else taxed[i]
        if odd.sum() >= TAX_ROWS:
            message = Text(
                "{count} of {weeks} weeks of {product} in {account} differ from base_price by "
                "exactly the VAT: tax in some rows only?",
                count=int(odd.sum()),
                weeks=int(known[i]),
                product=product,
                account=account,
            )
            week = panel.weeks[int(np.argmax(odd))]
            yield evidence.places.sales("tax_in_some", "price", message, account, product, week)
        elif above[i] > ABOVE_SHARE:
            message = Text(
                "price is above base_price in {share} % of the weeks of {product} in {account}: "
                "columns swapped?",
                share=f"{100.0 * above[i]:.0f}",
                product=product,
                account=account,
            )
            yield evidence.places.sales("price_above_base", "price", message, account, product)


def whole_prices(evidence: Evidence) -> Iterator[Suspicion]:
    """Series whose prices have lost their decimals."""
    price = evidence.panel.price
    known = np.isfinite(price)
    whole = (np.abs(price - np.round(price)) < 1e-9) & known
    lost = (known.sum(axis=1) >= WHOLE_WEEKS) & (whole.sum(axis=1) == known.sum(axis=1))
    if lost.mean() > 0.5:  # a currency without decimals
        return
    for i in np.flatnonzero(lost):
        account, product = evidence.codes(int(i))
        message = Text(
            "all prices of {product} in {account} are whole numbers: decimals lost?",
            product=product,
            account=account,
        )
        yield evidence.places.sales("whole_prices", "price", message, account, product)


def _times(ratio: float) -> str:
    return f"{ratio:.3g}"
