"""A problem in the making: what guardrails may narrow before it is frozen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizer.problem import (
    Bools,
    Floats,
    Ints,
    Kin,
    Ladder,
    Limits,
    Money,
    Quantity,
    Row,
    Rule,
    Sense,
    Shapes,
    Standing,
    Term,
)

EDGE = 1e-9  # depths and prices closer than this are equal: they come from decimal fractions


@dataclass
class Draft:
    """Limits and rows that rules are added to. The arrays of `limits` are written in place.

    `active` blocks may have events: the included ones, and those with pinned events.
    """

    account: tuple[str, ...]  # (P,)
    product: tuple[str, ...]  # (P,)
    horizon: int  # T
    shapes: Shapes
    depth: Floats  # (P, K+1)
    money: Money
    reference_retailer: Ints  # (P, W) cents of retailer's profit with no promotion
    reference_profit: Ints  # (P, W) cents of ours
    standing: Standing
    kin: Kin
    active: Bools  # (P,)
    limits: Limits
    rows: list[Row] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # names of rows
    broken: list[str] = field(default_factory=list)
    # Rules that want a promotion in every week of a window, looked at when all is known.
    covers: list[tuple[str, int, int, int]] = field(default_factory=list)  # name, block, weeks

    lines: list[Ints] = field(default_factory=list)  # blocks that share every event
    ladder: Ladder | None = None  # None: regular prices stay as they are listed

    def unpriced(self, blocks: Ints) -> Ints:
        """Those of some blocks whose regular price is not planned."""
        return blocks if self.ladder is None else blocks[~self.ladder.priced[blocks]]

    def forbid_prices(self, rule: Rule, banned: Callable[[Floats], Bools]) -> None:
        """Close levels and tactics of priced blocks whose shelf price is banned, where selected."""
        if self.ladder is None or rule.first > rule.last:
            return
        blocks = rule.blocks[self.ladder.priced[rule.blocks]]
        for level, money in enumerate(self.ladder.money):
            kept = ~banned(money.shelf_price[blocks])
            self.ladder.open[blocks, level, :, rule.first : rule.last + 1] &= kept[:, :, None]

    def price_range(self, block: int) -> tuple[float, float]:
        """The least and the highest regular price that a block may have."""
        listed = float(self.money.base_price[block])
        if self.ladder is None or not self.ladder.priced[block]:
            return listed, listed
        levels = self.ladder.open[block].any(axis=(1, 2))
        prices = self.ladder.price[block][levels]
        return float(prices.min(initial=listed)), float(prices.max(initial=listed))

    def forbid(self, rule: Rule, banned: Bools) -> None:
        """No promoted week of the selection with a banned tactic: (P, K+1)."""
        allowed = self.limits.allowed
        for s, (tactic, weeks) in enumerate(
            zip(self.shapes.tactic, self.shapes.weeks, strict=True)
        ):
            blocks = rule.blocks[banned[rule.blocks, tactic]]
            if blocks.size and rule.first <= rule.last:
                allowed[blocks, s, max(0, rule.first - weeks + 1) : rule.last + 1] = False

    def add_row(
        self,
        rule: Rule,
        detail: str,
        quantity: Quantity,
        sense: Sense,
        limit: float,
        blocks: Ints,
        first: int | None = None,
        last: int | None = None,
        more: tuple[Term, ...] = (),
    ) -> None:
        """Add a coupling row of a rule; `detail` tells it from the rule's other rows."""
        name = f"{rule.name} {detail}".strip()
        number, unique = 1, name
        while unique in self.taken:
            number += 1
            unique = f"{name} #{number}"
        self.taken.add(unique)
        self.rows.append(
            Row(
                name=unique,
                quantity=quantity,
                sense=sense,
                limit=limit,
                blocks=blocks,
                first=rule.first if first is None else first,
                last=rule.last if last is None else last,
                rule=rule.rule,
                selection=rule.selection,
                more=more,
                penalty=rule.penalty,
            )
        )

    def block_name(self, block: int) -> str:
        """The account and product of a block, for names of rows."""
        return f"{self.account[block]} {self.product[block]}"

    def by_account(self, blocks: Ints) -> list[tuple[str, Ints]]:
        """The blocks of each account, accounts sorted."""
        return clusters(blocks, self.account)

    def impossible(self, rule: Rule) -> None:
        """Note that no calendar keeps a rule: its penalty is then due whatever is planned."""
        if not rule.soft:
            self.broken.append(rule.name)

    def whole(self, rule: Rule) -> bool:
        """Whether every week of the horizon is selected."""
        return rule.first == 0 and rule.last == self.horizon - 1


def clusters(blocks: Ints, labels: Sequence[str]) -> list[tuple[str, Ints]]:
    """The blocks of each label, labels sorted; `labels` (P,), blocks labelled "" are left out."""
    names = np.array([labels[b] for b in blocks], dtype=np.object_)
    return [(name, blocks[names == name]) for name in sorted(set(names.tolist()) - {""})]
