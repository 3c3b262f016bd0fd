"""Events whose money is asked for or committed, read from the plans as they were signed."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from scenarios.signoff.deposit import withdraw
from scenarios.signoff.proposals import Proposal, all_proposals
from scenarios.signoff.states import State
from scenarios.store.store import Store

Key = tuple[str, str, date]  # account, product, first week
Weekly = tuple[tuple[date, int], ...]  # Monday, cents


@dataclass(frozen=True)
class Commitment:
    """An event of a plan that was submitted, approved or locked. Cents, excl. VAT, no rebates.

    `weekly` is its trade spend week by week (variable spend and fees); `committed` says whether its
    money is reserved.
    """

    plan: str
    state: State
    event: str
    account: str
    product: str
    tactic: str
    start_week: date
    weeks: int
    weekly: Weekly
    committed: bool

    @property
    def key(self) -> Key:
        """What a claim says of its event: no two events of a plan have the same."""
        return self.account, self.product, self.start_week

    @property
    def spend(self) -> int:
        """Cents of all its weeks."""
        return sum(cents for _, cents in self.weekly)


def commitments(store: Store, workspace: str) -> list[Commitment]:
    """The events of every plan that is locked, approved or submitted, locked plans first.

    Of a plan that is locked and submitted anew the later version is a wish yet: its events are not
    committed. Raises InputError where the copy of a signed plan was changed or lost.
    """
    found = all_proposals(store, workspace)
    locked = {proposal.name for proposal in found if proposal.state is State.LOCKED}
    alive = [p for p in found if p.state.open or p.state is State.LOCKED]
    alive.sort(key=lambda p: (p.state is not State.LOCKED, p.name, p.id))
    return [
        event
        for proposal in alive
        for event in _events(store, proposal, proposal.state.open and proposal.name in locked)
    ]


def _events(store: Store, proposal: Proposal, later: bool) -> Iterable[Commitment]:
    files = withdraw(store, proposal.plan_sha256)
    spent: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for row in _rows(files["weekly.csv"]):
        cents = _cents(row["variable_spend"]) + _cents(row["fees"])
        if cents:
            spent[row["account"], row["product"]][date.fromisoformat(row["week"])] = cents
    for row in _rows(files["calendar.csv"]):
        start, weeks = date.fromisoformat(row["start_week"]), int(row["weeks"])
        block = spent[row["account"], row["product"]]
        weekly = [(week, c) for week, c in block.items() if 0 <= (week - start).days < 7 * weeks]
        yield Commitment(
            plan=proposal.plan,
            state=proposal.state,
            event=row["event"],
            account=row["account"],
            product=row["product"],
            tactic=row["tactic"],
            start_week=start,
            weeks=weeks,
            weekly=tuple(sorted(weekly)),
            committed=proposal.state.holds_money and not later,
        )


def _rows(content: bytes) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))


def _cents(written: str) -> int:
    return int(Decimal(written) * 100)
