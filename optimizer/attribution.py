"""Which event earned what: each week's change goes to the events and prices that caused it.

The rule is that of docs/readings.md, "Attribution": the change of a weekly row is divided in
proportion to the sizes of the events' log effects on it, whole cents by largest remainder. A
*meeting* is a cause and a cell (block, week of horizon or tail) that it has an effect on. Causes
are the calendar's events, then its changes of regular prices, for the weeks in which they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.problem import Bools, Calendar, Demand, Floats, Ints, Problem
from workspace.money import REMAINDER_DIGITS

NEGLIGIBLE = 1e-12  # log effects smaller than this count as none


@dataclass(frozen=True)
class Meetings:
    """Every cause's effects, by cell. Sorted by cell, then cause; m meetings, n effects."""

    events: int  # in the calendar, and its changes of regular prices
    weeks: int  # W
    cell: Ints  # (m,) block * W + week
    event: Ints  # (m,)
    runs: Bools  # (m,) the event runs in that block and week, or no event and the price holds
    # An effect is a coefficient times a trait of the deal: own lift (1 x lift), dip (-carry x
    # pressure) and edges (coefficient x pull). `which` is the place of the coefficient in its
    # array, `deal` that of the trait, block * (K+1) + tactic. Prices: elasticity x ln of the price
    # over the listed one, `deal` block * L + level.
    kind: Ints  # (n,) LIFT, DIP, EDGE or PRICE
    which: Ints  # (n,)
    deal: Ints  # (n,)
    meeting: Ints  # (n,)
    # (P, L) ln of each level over the listed price; empty where none is planned
    prices: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def sizes(self, demand: Demand) -> Floats:
        """The size of each meeting's log effect, >= 0: (m,). Edges in the problem's order."""
        effect = np.empty(self.kind.size)
        for kind, coefficients, traits in (
            (LIFT, np.ones(1), demand.lift),
            (DIP, -demand.carry.ravel(), demand.pressure),
            (EDGE, demand.edges.coefficient, demand.pull),
            (PRICE, np.zeros(0) if demand.elasticity is None else demand.elasticity, self.prices),
        ):
            these = self.kind == kind
            effect[these] = coefficients[self.which[these]] * traits.ravel()[self.deal[these]]
        size = np.abs(np.bincount(self.meeting, effect, minlength=self.cell.size))
        return np.where(size < NEGLIGIBLE, 0.0, size).astype(np.float64)

    def shares(self, sizes: Floats) -> Floats:
        """Each meeting's part of its cell's change: (m,), summing to 1 in every cell that has one.

        Where all sizes of a cell are 0, the event that runs there gets everything.
        """
        _, place = np.unique(self.cell, return_inverse=True)
        whole = np.bincount(place, sizes)[place] if place.size else np.zeros(0)
        alone = self.runs.astype(np.float64)
        shares = np.where(whole > 0, sizes / np.where(whole > 0, whole, 1.0), alone)
        return shares.astype(np.float64)

    def parts(self, change: Floats, shares: Floats) -> Floats:
        """Divide changes (P, W) without rounding: what each cause gets, (events,)."""
        amounts = change.ravel()[self.cell] * shares
        return np.bincount(self.event, amounts, minlength=self.events).astype(np.float64)

    def cents(self, change: Ints, shares: Floats) -> Ints:
        """Divide whole cents (P, W): what each event gets, (events,). Nothing is lost.

        Quotas are cut towards minus infinity; cents that are left go to the largest remainders.
        """
        total = change.ravel()[self.cell].astype(np.float64)
        quota = total * shares
        part = np.floor(quota)
        remainder = np.round(quota - part, REMAINDER_DIGITS)
        cells, first, place = np.unique(self.cell, return_index=True, return_inverse=True)
        left = change.ravel()[cells] - np.bincount(place, part, minlength=cells.size)
        order = np.lexsort((self.event, -remainder, place))
        rank = np.empty(order.size)
        rank[order] = np.arange(order.size) - first[place[order]]
        # Float error may leave a cent too many or too few: whole rounds first, as in split_cents.
        # Cells without effects of any size leave none: there the event that runs has it all.
        count = np.bincount(place, minlength=cells.size)
        rounds = np.floor_divide(left, count)
        part += rounds[place] + (rank < (left - rounds * count)[place])
        return np.bincount(self.event, part, minlength=self.events).astype(np.int64)


LIFT, DIP, EDGE, PRICE = range(4)


def meetings(problem: Problem, calendar: Calendar) -> Meetings:
    """All effects of a calendar's events and prices on horizon and tail.

    The order of the calendar decides ties: give it as reports list it.
    """
    width, kinds = len(problem.weeks), len(problem.tactics)
    long = calendar.weeks
    event = np.repeat(np.arange(calendar.block.size), long)
    week = np.arange(event.size) - np.repeat(np.cumsum(long) - long - calendar.start, long)
    link = _links(problem)
    block = calendar.block[event]
    first = np.searchsorted(link.source, block, side="left")
    count = np.searchsorted(link.source, block, side="right") - first
    day = np.repeat(np.arange(event.size), count)  # the promoted week that each effect comes from
    which = np.arange(day.size) + np.repeat(first - (np.cumsum(count) - count), count)
    lands = week[day] + link.lag[which]
    inside = lands < width
    day, which, lands = day[inside], which[inside], lands[inside]
    cause = event[day]
    held = _held(problem, calendar)
    causes = calendar.block.size + held.moves
    cause = np.concatenate([cause, held.cause])
    kind = np.concatenate([link.kind[which], np.full(held.cell.size, PRICE)])
    cell = np.concatenate([link.target[which] * width + lands, held.cell])
    deal = calendar.block[event[day]] * kinds + calendar.tactic[event[day]]
    met, meeting = np.unique(cell * max(1, causes) + cause, return_inverse=True)
    own = np.zeros(met.size, dtype=np.bool_)
    own[meeting[kind == LIFT]] = True
    own[meeting[kind == PRICE]] = held.alone
    return Meetings(
        events=causes,
        weeks=width,
        cell=met // max(1, causes),
        event=met % max(1, causes),
        runs=own,
        kind=kind,
        which=np.concatenate([link.which[which], held.block]),
        deal=np.concatenate([deal, held.deal]),
        meeting=meeting.astype(np.int64),
        prices=held.logs,
    )


@dataclass(frozen=True)
class _Held:
    """Weeks at a regular price other than the listed one. Arrays (h,) but `logs` (P, L)."""

    moves: int
    cause: Ints
    block: Ints
    cell: Ints
    deal: Ints
    alone: Bools  # no event runs there
    logs: Floats


def _held(problem: Problem, calendar: Calendar) -> _Held:
    ladder, moves = problem.ladder, calendar.moves
    none = np.zeros(0, dtype=np.int64)
    if ladder is None or moves is None:
        nothing = np.zeros((problem.blocks, 0))
        return _Held(0, none, none, none, none, np.zeros(0, dtype=np.bool_), nothing)
    holder = np.full((problem.blocks, problem.horizon), -1, dtype=np.int64)
    for i, (block, week) in enumerate(zip(moves.block, moves.week, strict=True)):
        holder[block, week:] = i
    levels = calendar.levels(problem)
    block, week = np.nonzero(levels > 0)
    level = levels[block, week]
    return _Held(
        moves.block.size,
        calendar.block.size + holder[block, week],
        block.astype(np.int64),
        block * len(problem.weeks) + week,
        block * len(ladder.money) + level,
        calendar.grid(problem)[block, week] == 0,
        np.log(ladder.price / ladder.price[:, :1]),
    )


@dataclass(frozen=True)
class _Links:
    """Ways in which a deal acts on a block, sorted by the deal's block. All arrays (l,)."""

    source: Ints
    target: Ints
    lag: Ints
    kind: Ints
    which: Ints


def _links(problem: Problem) -> _Links:
    carry, edges = problem.demand.carry, problem.demand.edges
    blocks = np.arange(problem.blocks)
    dips, lags = np.nonzero(np.ones_like(carry, dtype=np.bool_))
    source = np.concatenate([blocks, dips, edges.source])
    target = np.concatenate([blocks, dips, edges.target])
    lag = np.concatenate([0 * blocks, lags + 1, edges.lag])
    kind = np.repeat([LIFT, DIP, EDGE], [blocks.size, dips.size, edges.source.size])
    which = np.concatenate([0 * blocks, dips * carry.shape[1] + lags, np.arange(edges.source.size)])
    order = np.argsort(source, kind="stable")
    return _Links(source[order], target[order], lag[order], kind[order], which[order])
