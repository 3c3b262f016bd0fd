"""Accounts x products as numbers: finding the block of a pair of codes, many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from optimizer.problem import Ints


@dataclass(frozen=True)
class Pairs:
    """A list of distinct pairs of account and product; a pair's place in it is its number."""

    account: tuple[str, ...]
    product: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.account)

    @cached_property
    def _accounts(self) -> pd.Index[str]:
        return pd.Index(sorted(set(self.account)), dtype="str")

    @cached_property
    def _products(self) -> pd.Index[str]:
        return pd.Index(sorted(set(self.product)), dtype="str")

    @cached_property
    def _numbers(self) -> Ints:
        # One row and column more, so that an unknown code (-1) finds -1.
        numbers = np.full((len(self._accounts) + 1, len(self._products) + 1), -1, dtype=np.int64)
        rows = self._accounts.get_indexer(pd.Index(self.account, dtype="str"))
        columns = self._products.get_indexer(pd.Index(self.product, dtype="str"))
        numbers[rows, columns] = np.arange(len(self))
        return numbers

    def find(self, accounts: pd.Series[str], products: pd.Series[str]) -> Ints:
        """The number of each pair of codes, -1 for pairs that are not in the list: (n,)."""
        rows = self._accounts.get_indexer(pd.Index(accounts, dtype="str"))
        columns = self._products.get_indexer(pd.Index(products, dtype="str"))
        return self._numbers[rows, columns]

    def take(self, numbers: Ints) -> Pairs:
        """The pairs with these numbers, in this order."""
        return Pairs(
            tuple(self.account[i] for i in numbers), tuple(self.product[i] for i in numbers)
        )

    def extended(self, accounts: pd.Series[str], products: pd.Series[str]) -> Pairs:
        """These pairs, then those of the given ones that are new, sorted."""
        new = sorted(
            {
                (account, product)
                for account, product, number in zip(
                    accounts, products, self.find(accounts, products), strict=True
                )
                if number < 0
            }
        )
        return Pairs(
            (*self.account, *(account for account, _ in new)),
            (*self.product, *(product for _, product in new)),
        )
