"""What happens in a plan, events and changes of regular prices, and which of two plans' belong
together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from scenarios.comparison.contender import cents_of
from scenarios.comparison.schedule import Block, Schedule

REACH = 6  # weeks: what lies further apart is another event, not a moved one
OTHER = 0.5  # how unlike another tactic or price makes two; a week apart: 1/(REACH+1)
OTHER_LENGTH = 0.25
ALONE = 1.0  # of an event without a counterpart
SAME = -4.0  # of the same event in both: it is kept, whatever that leaves of the others

Pair = tuple["Happening | None", "Happening | None"]


@dataclass(frozen=True)
class Happening:
    """One event as calendar.csv has it, or one change of a regular price as prices.csv has it.

    Money in whole cents, changes against no promotion at listed prices. `price`: the regular price
    from then on, incl. VAT; None for an event. A change of price has no tactic, depth or spend.
    """

    account: str
    product: str
    tactic: str
    start: date
    weeks: int
    depth: float
    feature: float
    display: float
    spend: int
    profit: int
    retailer_profit: int
    units: float
    reason: str
    price: float | None = None


def events_of(schedule: Schedule) -> dict[Block, list[Happening]]:
    """Events by account and product, in time."""
    return _by_block(_events(schedule.events))


def price_changes_of(schedule: Schedule) -> dict[Block, list[Happening]]:
    """Changes of regular prices by account and product, in time."""
    return _by_block(_price_changes(schedule.prices))


def _events(calendar: pd.DataFrame) -> Iterator[Happening]:
    for row in calendar.to_dict("records"):
        yield Happening(
            row["account"], row["product"], row["tactic"], date.fromisoformat(row["start_week"]),
            int(row["weeks"]), float(row["depth"]), float(row["feature"]), float(row["display"]),
            cents_of(row["spend"]), cents_of(row["incremental_profit"]),
            cents_of(row["retailer_incremental_profit"]), float(row["incremental_units"]),
            row["reason"],
        )  # fmt: skip


def _price_changes(prices: pd.DataFrame) -> Iterator[Happening]:
    for row in prices.to_dict("records"):
        yield Happening(
            row["account"], row["product"], "", date.fromisoformat(row["week"]), int(row["weeks"]),
            0.0, 0.0, 0.0, 0, cents_of(row["incremental_profit"]),
            cents_of(row["retailer_incremental_profit"]), float(row["incremental_units"]),
            row["reason"], float(row["base_price"]),
        )  # fmt: skip


def _by_block(some: Iterable[Happening]) -> dict[Block, list[Happening]]:
    found: dict[Block, list[Happening]] = {}
    for one in some:
        found.setdefault((one.account, one.product), []).append(one)
    for those in found.values():
        those.sort(key=lambda one: one.start)
    return found


def unlikeness(one: Happening, other: Happening) -> float | None:
    """How unlike two events of a product are, or two changes of its price, below 2 * ALONE; None:
    too far apart to be one. How long a price holds is said by the change that follows it."""
    alike = one.tactic == other.tactic and one.price == other.price
    as_long = one.weeks == other.weeks or one.price is not None
    if alike and as_long and one.start == other.start:
        return SAME
    apart = abs((one.start - other.start).days) / 7
    if apart > REACH:
        return None
    return apart / (REACH + 1) + OTHER * (not alike) + OTHER_LENGTH * (not as_long)


def aligned(before: Sequence[Happening], after: Sequence[Happening]) -> Iterator[Pair]:
    """Two calendars of one product event by event, in time, as alike as their order allows.

    An alignment as of two words: cost[i][j] is that of the first i and j events, and an event
    without a counterpart costs ALONE.
    """
    cost = [[ALONE * (i + j) for j in range(len(after) + 1)] for i in range(len(before) + 1)]
    for i, one in enumerate(before, 1):
        for j, other in enumerate(after, 1):
            ways = [cost[i - 1][j] + ALONE, cost[i][j - 1] + ALONE]
            unlike = unlikeness(one, other)
            if unlike is not None:
                ways.append(cost[i - 1][j - 1] + unlike)
            cost[i][j] = min(ways)
    i, j = len(before), len(after)
    pairs: list[Pair] = []
    while i or j:
        unlike = unlikeness(before[i - 1], after[j - 1]) if i and j else None
        if unlike is not None and abs(cost[i][j] - cost[i - 1][j - 1] - unlike) < 1e-9:
            i, j = i - 1, j - 1
            pairs.append((before[i], after[j]))
        elif j and abs(cost[i][j] - cost[i][j - 1] - ALONE) < 1e-9:
            j -= 1
            pairs.append((None, after[j]))
        else:
            i -= 1
            pairs.append((before[i], None))
    return reversed(pairs)
