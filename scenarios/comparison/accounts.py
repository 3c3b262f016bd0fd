"""What each account gains in each scenario, as pnl.csv has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.comparison.contender import Contender, cents_of

SPEND = ("variable_spend", "fees")


@dataclass(frozen=True)
class AccountShare:
    """One account in one plan: whole cents excl. VAT, changes against no promotion."""

    account: str
    spend: int
    incremental_profit: int
    retailer_incremental_profit: int
    events: int


def accounts_of(contender: Contender) -> Iterator[AccountShare]:
    """By code."""
    events = contender.tables["calendar"]["account"].value_counts()
    table = contender.tables["pnl"]
    changes: dict[str, dict[str, int]] = {}
    for account, line, change in zip(table["account"], table["line"], table["change"], strict=True):
        lines = changes.setdefault(account, {})
        lines[line] = lines.get(line, 0) + cents_of(change)
    for account, lines in sorted(changes.items()):
        yield AccountShare(
            account,
            sum(lines[name] for name in SPEND),
            lines["profit"],
            lines["retailer_profit"],
            int(events.get(account, 0)),
        )
