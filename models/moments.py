"""What the estimator sees of the data: sums over weeks, so that fewer terms cost nothing more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_ACCOUNTS = 20  # fewer do not tell how accounts differ


@dataclass(frozen=True)
class Moments:
    """Sums over the weeks of each of N series, K terms; all that the estimator sees of the data."""

    gram: Floats  # (N, K, K) X'X
    cross: Floats  # (N, K) X'y
    square: Floats  # (N,) y'y
    count: Floats  # (N,) weeks used
    account: Ints  # (N,) 0..accounts-1
    product: Ints  # (N,) 0..products-1
    accounts: int
    products: int

    @staticmethod
    def of(
        design: Floats,
        logs: Floats,
        used: NDArray[np.bool_],
        account: Ints,
        product: Ints,
        weight: Floats | None = None,
    ) -> Moments:
        """Sum up a design (N, T, K) and ln units (N, T) over the weeks `used` (N, T).

        `weight` (N, T): how much each of them counts, 0..1 (None: all one). Weeks are counted whole
        where they count at all: those far off have their own variance, not a part of a week's.
        """
        root = used.astype(np.float64) if weight is None else np.sqrt(np.where(used, weight, 0.0))
        x = design * root[:, :, None]
        y = np.where(used, logs, 0.0) * root
        transposed = np.swapaxes(x, 1, 2)
        return Moments(
            gram=transposed @ x,
            cross=(transposed @ y[:, :, None])[:, :, 0],
            square=np.einsum("nt,nt->n", y, y),
            count=(root > 0.0).sum(axis=1).astype(np.float64),
            account=account,
            product=product,
            accounts=int(account.max(initial=-1)) + 1,
            products=int(product.max(initial=-1)) + 1,
        )

    def of_accounts(self, most: int) -> Bools:
        """Series of as many accounts, evenly spread over the codes, as have `most` series: (N,)."""
        series = len(self.account)
        count = max(int(self.accounts * most / max(series, 1)), min(self.accounts, LEAST_ACCOUNTS))
        if count >= self.accounts:
            return np.ones(series, dtype=np.bool_)
        places = np.linspace(0, self.accounts - 1, count).round().astype(np.int64)
        return np.isin(self.account, places)

    def only(self, chosen: Bools) -> Moments:
        """The series where `chosen` (N,) is true, their accounts and products numbered anew."""
        account = np.unique(self.account[chosen], return_inverse=True)[1].astype(np.int64)
        product = np.unique(self.product[chosen], return_inverse=True)[1].astype(np.int64)
        return Moments(
            gram=self.gram[chosen],
            cross=self.cross[chosen],
            square=self.square[chosen],
            count=self.count[chosen],
            account=account,
            product=product,
            accounts=int(account.max(initial=-1)) + 1,
            products=int(product.max(initial=-1)) + 1,
        )

    def keep(self, kept: list[int]) -> Moments:
        """The moments of fewer terms: sub-blocks, nothing is summed again."""
        return replace(
            self, gram=self.gram[:, kept][:, :, kept].copy(), cross=self.cross[:, kept].copy()
        )
