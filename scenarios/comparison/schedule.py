"""What a plan runs: its events, and the changes of regular prices that it recommends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from optimizer.folder import PRICES
from optimizer.price_table import PRICE_COLUMNS, PriceTable

Block = tuple[str, str]  # account and product


@dataclass(frozen=True)
class Schedule:
    """Rows of calendar.csv and of prices.csv as text; no rows where prices are not planned."""

    events: pd.DataFrame
    prices: pd.DataFrame

    @staticmethod
    def of(tables: Mapping[str, pd.DataFrame]) -> Schedule:
        """That of a plan's tables by name: `calendar`, and `prices` where it has them."""
        prices = tables.get("prices")
        return Schedule(
            tables["calendar"],
            pd.DataFrame(columns=list(PRICE_COLUMNS), dtype="str") if prices is None else prices,
        )

    @property
    def price_table(self) -> PriceTable:
        """Its regular prices with the name of their file."""
        return PriceTable(self.prices, PRICES)

    def with_block(self, other: Schedule, block: Block) -> Schedule:
        """The same with one product's events and regular prices as in another."""
        return Schedule(
            _swapped(self.events, other.events, block), _swapped(self.prices, other.prices, block)
        )


def _swapped(mine: pd.DataFrame, other: pd.DataFrame, block: Block) -> pd.DataFrame:
    return pd.concat([mine[~_of(mine, block)], other[_of(other, block)]], ignore_index=True)


def _of(table: pd.DataFrame, block: Block) -> pd.Series:
    return (table["account"] == block[0]) & (table["product"] == block[1])
