"""The planning problem as arrays: response, money, tactics, rules and budgets over one horizon.

Axes used throughout the floor: P blocks (account x product), W = T + M weeks (horizon, then tail),
K + 1 tactics (index 0: nothing runs), S shapes (a tactic with a length), E edges (one cross or
rival effect at one lag), R rows (coupling constraints).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Quantity(IntEnum):
    """What a coupling row adds up over its blocks and weeks."""

    SPEND = 0  # variable spend + fees, workspace currency, excl. VAT
    RETAILER_PROFIT = 1  # retailer's profit, workspace currency, excl. VAT
    UNITS = 2  # consumer units
    ACTIVE = 3  # promoted block-weeks
    STARTS = 4  # events, counted in their first week
    PROFIT = 5  # manufacturer's profit before rebates, workspace currency, excl. VAT
    DEAL_UNITS = 6  # consumer units sold in promoted weeks
    CUTS = 7  # block-weeks with a price below the regular one
    CUT_STARTS = 8  # events with such a price, counted in their first week
    GROSS_SALES = 9  # invoice price times units, workspace currency, excl. VAT
    REGULAR_PRICE = 10  # regular prices incl. VAT, block-weeks added up
    RAISES = 11  # weeks from which a regular price is higher than before


MONEY = (  # kept in cents by columns
    Quantity.SPEND,
    Quantity.RETAILER_PROFIT,
    Quantity.PROFIT,
    Quantity.GROSS_SALES,
)


class Aim(IntEnum):
    """What an objective may weigh, week by week, tail included; always against no promotion."""

    PROFIT = 0  # manufacturer's, before rebates, currency excl. VAT
    REVENUE = 1  # gross sales, currency excl. VAT
    VOLUME = 2  # consumer units
    RETAILER_PROFIT = 3  # before rebates, currency excl. VAT
    SPEND = 4  # variable spend + fees, currency excl. VAT


class Sense(IntEnum):
    """Direction of a coupling row."""

    AT_MOST = 0
    AT_LEAST = 1


@dataclass(frozen=True)
class Term:
    """A part of a row: so many times a quantity, over blocks and weeks."""

    quantity: Quantity
    weight: float
    blocks: Ints  # (n,) block indices, ascending
    first: int  # first week, 0-based
    last: int  # last week, inclusive, < T


@dataclass(frozen=True)
class Row:
    """One coupling constraint: the sum of a quantity over blocks and weeks against a limit.

    `more` adds weighted sums of other quantities in the same unit (money, units or counts).
    """

    name: str  # the budget's name, or the rule with its selection: unique in a problem
    quantity: Quantity
    sense: Sense
    limit: float
    blocks: Ints  # (n,) block indices, ascending
    first: int  # first week, 0-based
    last: int  # last week, inclusive, < T
    rule: str = ""  # the guardrail's rule, or `budget`
    selection: str = ""  # the guardrail's selectors as reports show them
    more: tuple[Term, ...] = ()
    penalty: float = inf  # what a unit past the limit costs the objective; inf: may not be

    @property
    def terms(self) -> tuple[Term, ...]:
        """Everything that the row adds up."""
        return (Term(self.quantity, 1.0, self.blocks, self.first, self.last), *self.more)

    @property
    def touched(self) -> Ints:
        """Every block that counts in some term, ascending."""
        if not self.more:
            return self.blocks
        return np.unique(np.concatenate([term.blocks for term in self.terms]))

    @property
    def soft(self) -> bool:
        """Whether the limit may be passed at a price."""
        return self.penalty < inf


@dataclass(frozen=True)
class Shapes:
    """Every (tactic, length) that some block may run. Ordered by tactic, then length."""

    tactic: Ints  # (S,) 1..K
    weeks: Ints  # (S,) >= 1

    def number(self, tactic: int, weeks: int) -> int:
        """The shape of a tactic and a length. IndexError where there is none."""
        return int(np.flatnonzero((self.tactic == tactic) & (self.weeks == weeks))[0])


@dataclass(frozen=True)
class Edges:
    """Effects of a block's deals on another block: contract section 3, `cross` and `rival`."""

    target: Ints  # (E,) block whose units change
    source: Ints  # (E,) block that runs the deal
    lag: Ints  # (E,) weeks between the deal and its effect, >= 0
    coefficient: Floats  # (E,) multiplies pull[source, tactic] in ln units[target]


@dataclass(frozen=True)
class Demand:
    """Units without promotion and what deals do to them (contract section 3)."""

    base: Floats  # (P, W) units with no promotion in the horizon; history's effects included
    lift: Floats  # (P, K+1) log_lift, column 0 is 0
    pressure: Floats  # (P, K+1) >= 0, column 0 is 0
    pull: Floats  # (P, K+1) >= 0, column 0 is 0
    carry: Floats  # (P, C) coefficient of lag 1..C, >= 0
    edges: Edges
    elasticity: Floats | None = None  # (P,) of the regular price; None: those are not planned


@dataclass(frozen=True)
class Money:
    """Unit money of every block and tactic (contract section 4), workspace currency excl. VAT."""

    list_price: Floats  # (P,) L
    unit_cost: Floats  # (P,) c
    base_price: Floats  # (P,) B, incl. VAT
    shelf_price: Floats  # (P, K+1) B (1 - d), incl. VAT
    funding: Floats  # (P, K+1) variable spend per unit sold, forward buying included
    event_fee: Floats  # (P, K+1)
    weekly_fee: Floats  # (P, K+1)
    retail_margin: Floats  # (P, K+1) B (1 - d) / (1 + v) - L - h, before trade spend


@dataclass(frozen=True)
class Ladder:
    """Regular prices that a plan may choose from; level 0 is the listed one. L levels."""

    changes: int  # of a block's regular price in the horizon at most; a start off the list is one
    money: tuple[Money, ...]  # (L,) unit money at each level; that of level 0 is the problem's
    open: Bools  # (P, L, K+1, T) a level and a tactic (0: none) may hold in a week
    priced: Bools  # (P,) blocks whose regular price is planned; all others stay at level 0
    permitted: Bools  # (P, L) levels that a block may have where no rule is against it

    @property
    def price(self) -> Floats:
        """Regular prices incl. VAT: (P, L)."""
        return np.stack([money.base_price for money in self.money], axis=1)


@dataclass(frozen=True)
class Limits:
    """What one block may do whatever the others do: the rules that dynamic programming keeps."""

    allowed: Bools  # (P, S, T) shape s may start in week t (fits the horizon, no rule against it)
    must: Ints  # (P, T) shape that has to start in week t, or -1
    free: Ints  # (P, T+1) earliest start of the next event after one that ends before week e
    opens: Ints  # (P,) earliest start of the first event (a gap after history)
    max_events: Ints  # (P,) events in the horizon
    max_weeks: Ints  # (P,) promoted weeks in the horizon


@dataclass(frozen=True)
class Rule:
    """A guardrail with its selectors resolved to blocks and weeks: what `violations` measures."""

    rule: str
    value: float | None
    selection: str  # the selectors as reports show them, "" for all
    blocks: Ints  # (n,) ascending
    first: int  # first selected week of the horizon
    last: int  # last selected week, inclusive; first - 1 where none is selected
    since_history: bool  # first_week is blank, so that events before the horizon count as selected
    of: float | None = None  # agreed units, what `deal_share_ceiling` is a share of
    penalty: float = inf  # currency per unit of shortage that a soft rule costs; inf: a hard rule

    @property
    def name(self) -> str:
        """The rule with its selection, for people and for names of rows."""
        return f"{self.rule} [{self.selection}]" if self.selection else self.rule

    @property
    def soft(self) -> bool:
        """Whether the rule may be broken at a price."""
        return self.penalty < inf


@dataclass(frozen=True)
class Kin:
    """What makes blocks comparable: codes (P,), "" where blank, and sizes."""

    market: tuple[str, ...]
    line: tuple[str, ...]
    family: tuple[str, ...]  # brand, category and unit of size: packs of one thing
    size: Floats  # (P,) of a consumer unit, NaN where unknown


@dataclass(frozen=True)
class Standing:
    """What holds without any guardrail: which events a block may have at all."""

    included: Bools  # (P,) may be promoted; elsewhere only pinned events run
    shortest: Ints  # (P, K+1) least weeks of an event, 0 where the tactic cannot run
    longest: Ints  # (P, K+1) most weeks, 0 where the tactic cannot run
    history_end: Ints  # (P,) the week after the last event before the horizon, <= 0; NEVER: none
    history_cut: Ints  # (P,) the same, of events that lowered the price
    pinned: Calendar
    forbidden: Calendar  # spans cut to the horizon, in which the tactic may not run


NEVER = -(2**31)  # Standing.history_end of a block without history


@dataclass(frozen=True)
class Tier:
    """One step of an account's rebates (contract section 1, `rebates`)."""

    account: str
    basis: str  # `units` or `net_sales`, over the horizon
    threshold: float  # units, or currency excl. VAT
    rate: float  # share of net sales
    reach: str  # `all` or `excess`


@dataclass(frozen=True)
class Problem:
    """All that an algorithm needs to know. Arrays are read-only."""

    account: tuple[str, ...]  # (P,) code of each block's account
    product: tuple[str, ...]  # (P,)
    tactics: tuple[str, ...]  # (K+1,) names, "" at index 0
    depth: Floats  # (P, K+1) 0 where none
    weeks: tuple[str, ...]  # (W,) ISO Mondays
    horizon: int  # T
    group: Ints  # (P,) connected component under edges, 0..G-1, blocks of a group contiguous
    shapes: Shapes
    demand: Demand
    money: Money
    limits: Limits
    rows: tuple[Row, ...]
    budgets: tuple[Row, ...] = ()  # every budget by name, also those that touch no block (not rows)
    rules: tuple[Rule, ...] = ()  # every guardrail, in the scenario's order
    standing: Standing | None = None  # None: arrays made without a workspace
    tiers: tuple[Tier, ...] = ()  # rebates of the problem's accounts
    kin: Kin | None = None  # None: arrays made without a workspace
    lines: tuple[Ints, ...] = ()  # blocks of a group that share every event, ascending; disjoint
    broken: tuple[str, ...] = ()  # rules that no calendar can satisfy, whatever the others do
    ladder: Ladder | None = None  # None: regular prices stay as they are listed
    aims: Floats | None = None  # (P, Aim) weights of the objective; None: profit alone
    shares: Floats | None = None  # (P,) weight of the horizon's net sales, besides; None: 0
    tilt: Floats | None = None  # (P, K+1) what counts of a unit's worth and variable spend; None: 1

    @property
    def blocks(self) -> int:
        """P, the number of blocks."""
        return len(self.account)

    @property
    def tail(self) -> int:
        """M, the weeks past the horizon."""
        return len(self.weeks) - self.horizon


@dataclass(frozen=True)
class Moves:
    """Changes of regular prices, sorted by block, then week. All arrays have shape (m,)."""

    block: Ints
    week: Ints  # the first week at the new price, 0-based
    level: Ints  # of the ladder, other than the one before


@dataclass(frozen=True)
class Calendar:
    """A set of events, sorted by block, then start. All arrays have shape (n,)."""

    block: Ints
    tactic: Ints  # 1..K
    start: Ints  # first week, 0-based
    weeks: Ints  # >= 1
    moves: Moves | None = None  # of regular prices; None: they stay as they are listed

    @classmethod
    def of_starts(cls, starts: Ints, shapes: Shapes, first: int = 0) -> Calendar:
        """From the shape that starts by block and week, -1 for none: (blocks, T).

        `first`: the block of the first row.
        """
        block, start = np.nonzero(starts >= 0)
        shape = starts[block, start]
        return cls(
            block.astype(np.int64) + first,
            shapes.tactic[shape],
            start.astype(np.int64),
            shapes.weeks[shape],
        )

    def grid(self, problem: Problem) -> Ints:
        """The tactic that each block runs in each week: shape (P, T), 0 for none."""
        grid = np.zeros((problem.blocks, problem.horizon), dtype=np.int64)
        for block, tactic, start, weeks in zip(
            self.block, self.tactic, self.start, self.weeks, strict=True
        ):
            grid[block, start : start + weeks] = tactic
        return grid

    def levels(self, problem: Problem) -> Ints:
        """The level of each block's regular price in each week: shape (P, T), 0 as listed."""
        levels = np.zeros((problem.blocks, problem.horizon), dtype=np.int64)
        if self.moves is not None:
            for block, week, level in zip(
                self.moves.block, self.moves.week, self.moves.level, strict=True
            ):
                levels[block, week:] = level
        return levels
