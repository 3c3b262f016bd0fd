"""New products: how much they should sell, by what is like them in brand, category, size and price.

The crossed model gives a product that has not sold yet the mean of all products. A term of its own
carries what its attributes say, each week the same: a ridge regression of the established products'
levels. These have theirs by a regression without themselves, so that the term's coefficient is
learned from how well attributes tell levels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A product with fewer weeks than this, in the account where it has most, is new.
ESTABLISHED = 26
LEAST = 4  # established products: fewer tell nothing of what makes a product sell
STEPS = 10
RIDGE = 1.0  # variance of a level over that of an attribute's effect


def likeness(panel: Panel, centre: Floats) -> Floats | None:
    """What each series' product should sell by its attributes, ln units against the mean: (N,).

    `centre` (N,) are ln prices. None where no product of ours is new, where too few are
    established, or where the panel has no brands.
    """
    weeks = panel.used.sum(axis=1)
    most = np.zeros(len(panel.products), dtype=np.int64)
    np.maximum.at(most, panel.product, weeks)
    known = most >= ESTABLISHED
    own = np.zeros(len(panel.products), dtype=np.bool_)
    own[panel.product[panel.own]] = True
    if panel.brand is None or known.sum() < LEAST or known[own].all():
        return None
    level = _levels(panel, known)
    return np.asarray(_predicted(_attributes(panel, centre), level, known)[panel.product])


def _predicted(attributes: Floats, level: Floats, known: Bools) -> Floats:
    """A ridge regression of levels on attributes; of each established product without itself: (P,).

    (Left out in closed form: the residual over one less its leverage.)
    """
    x, y = attributes[known], level[known]
    inner = np.linalg.inv(x.T @ x + RIDGE * np.eye(x.shape[1]))
    found = attributes @ (inner @ (x.T @ y))
    leverage = np.einsum("pk,kl,pl->p", x, inner, x)
    found[known] = y - (y - found[known]) / (1.0 - leverage)
    return np.asarray(found)


def _attributes(panel: Panel, centre: Floats) -> Floats:
    """Brands and categories as columns of 0 and 1, ln size, ln price: (P, K), unknown 0."""
    count = len(panel.products)
    first = np.zeros(count, dtype=np.int64)
    first[panel.product[::-1]] = np.arange(panel.series)[::-1]
    columns = [_mean_by(panel.product, centre, count)]
    if panel.size is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            columns.append(np.log(panel.size[first]))
    numbers = np.stack(columns, axis=1)
    numbers = np.nan_to_num(numbers - np.nanmean(numbers, axis=0), posinf=0.0, neginf=0.0)
    kinds = [panel.category[first]] + ([] if panel.brand is None else [panel.brand[first]])
    flags = [(kind[:, None] == np.unique(kind)[None, :]).astype(np.float64) for kind in kinds]
    return np.concatenate([numbers, *flags], axis=1)


def _levels(panel: Panel, known: Bools) -> Floats:
    """ln units of established products, accounts' sizes taken out, against their mean: (P,)."""
    logs = panel.logs.sum(axis=1) / np.maximum(panel.used.sum(axis=1), 1)
    rows = known[panel.product] & panel.used.any(axis=1)
    account, product, y = panel.account[rows], panel.product[rows], logs[rows]
    of_account, of_product = np.zeros(len(panel.accounts)), np.zeros(len(panel.products))
    for _ in range(STEPS):
        of_account = _mean_by(account, y - of_product[product], len(of_account))
        of_product = _mean_by(product, y - of_account[account], len(of_product))
    middle = of_product[known].mean()
    return np.where(known, of_product - middle, 0.0)


def _mean_by(index: Ints, cells: Floats, count: int) -> Floats:
    """Means of cells with the same index, 0 where there are none: (count,)."""
    total = np.bincount(index, cells, minlength=count)
    return np.asarray(total / np.maximum(np.bincount(index, minlength=count), 1))
