"""What changes from one plan to another, event by event and price by price, with its money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from optimizer.reports.cells import money, number
from scenarios.comparison.contender import Contender
from scenarios.comparison.happening import Happening, aligned, events_of, price_changes_of
from workspace.text import Text


class Move(StrEnum):
    """What became of an event or of a change of a regular price; several may hold at once."""

    KEPT = "kept"
    MOVED = "moved"
    DEEPENED = "deepened"
    SHALLOWER = "shallower"
    REDRESSED = "redressed"  # another feature or display at the same depth
    LONGER = "longer"
    SHORTER = "shorter"
    HIGHER = "higher"  # the regular price
    LOWER = "lower"
    DROPPED = "dropped"
    NEW = "new"


HEADER = (
    "scenario", "account", "product", "change", "base_tactic", "base_start_week", "base_weeks",
    "tactic", "start_week", "weeks", "base_spend", "spend", "base_incremental_profit",
    "incremental_profit", "incremental_profit_change", "retailer_incremental_profit_change",
    "incremental_units_change", "reason", "base_regular_price", "regular_price",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What happens in the base beside its counterpart; one is None where it has none."""

    before: Happening | None
    after: Happening | None
    reason: Text | None = None

    @property
    def _one(self) -> Happening:
        one = self.after or self.before
        assert one is not None
        return one

    @property
    def block(self) -> tuple[str, str]:
        """Account and product."""
        return self._one.account, self._one.product

    @property
    def of_price(self) -> bool:
        """Whether it is about a regular price, not an event."""
        return self._one.price is not None

    @property
    def moves(self) -> tuple[Move, ...]:
        """What became of it, one or more."""
        before, after = self.before, self.after
        if before is None or after is None:
            return (Move.NEW if before is None else Move.DROPPED,)
        found = [Move.MOVED] if before.start != after.start else []
        if after.price is not None and before.price is not None:
            if after.price != before.price:
                found.append(Move.HIGHER if after.price > before.price else Move.LOWER)
            return tuple(found) or (Move.KEPT,)
        if after.depth != before.depth:
            found.append(Move.DEEPENED if after.depth > before.depth else Move.SHALLOWER)
        elif after.tactic != before.tactic:
            found.append(Move.REDRESSED)
        if after.weeks != before.weeks:
            found.append(Move.LONGER if after.weeks > before.weeks else Move.SHORTER)
        return tuple(found) or (Move.KEPT,)

    @property
    def kept(self) -> bool:
        """Whether the event is the same in both, whatever it earns in each."""
        return self.moves == (Move.KEPT,)

    @property
    def profit(self) -> int:
        """Change of incremental profit, cents."""
        return (self.after.profit if self.after else 0) - (self.before.profit if self.before else 0)

    @property
    def spend(self) -> int:
        """Change of spend, cents."""
        return (self.after.spend if self.after else 0) - (self.before.spend if self.before else 0)

    @property
    def retailer_profit(self) -> int:
        """Change of the retailer's incremental profit, cents."""
        return (self.after.retailer_profit if self.after else 0) - (
            self.before.retailer_profit if self.before else 0
        )

    @property
    def units(self) -> float:
        """Change of incremental units."""
        return (self.after.units if self.after else 0.0) - (
            self.before.units if self.before else 0.0
        )


def changes(base: Contender, other: Contender) -> list[Change]:
    """Every event of both and every change of a regular price, by account, product and time.

    Their money sums to the difference.
    """
    found = []
    for kind in (events_of, price_changes_of):
        before, after = kind(base.schedule), kind(other.schedule)
        found += [
            Change(*pair)
            for block in {*before, *after}
            for pair in aligned(before.get(block, []), after.get(block, []))
        ]
    return sorted(found, key=lambda change: change.block)


def change_rows(name: str, found: Iterable[Change]) -> Iterator[list[str]]:
    """changes.csv: one row for each."""
    for change in found:
        before, after = change.before, change.after
        yield [
            name, *change.block, "+".join(change.moves), *_when(before), *_when(after),
            money(before.spend) if before else "", money(after.spend) if after else "",
            money(before.profit) if before else "", money(after.profit) if after else "",
            money(change.profit), money(change.retailer_profit), number(change.units),
            str(change.reason or ""), *(_price(one) for one in (before, after)),
        ]  # fmt: skip


def _when(one: Happening | None) -> list[str]:
    return ["", "", ""] if one is None else [one.tactic, one.start.isoformat(), str(one.weeks)]


def _price(one: Happening | None) -> str:
    return "" if one is None or one.price is None else number(one.price)
