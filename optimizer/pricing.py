"""Ask every group for its best calendar, or a bound on it, at given prices of the coupling rows.

The worth of a row is what one more unit of its quantity adds to the Lagrangian: <= 0 for a ceiling
(a budget's price with its sign turned), >= 0 for a floor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType

import numpy as np

from optimizer.cancellation import Cancelled, Clock
from optimizer.kernels.alternatives import alternatives
from optimizer.kernels.arrays import Arrays, pack, prices_of
from optimizer.kernels.ascent import ascend
from optimizer.kernels.bounds import bound_groups
from optimizer.kernels.payments import Steps
from optimizer.kernels.states import count_states
from optimizer.kernels.weeks import together
from optimizer.problem import MONEY, Aim, Floats, Ints, Problem, Quantity

THREADS = 2
_STORE_LIMIT = 60_000_000  # payments kept between rounds; beyond it every round starts afresh


@dataclass(frozen=True)
class Proposals:
    """One joint calendar for each group, with its money."""

    starts: Ints  # (P, T) shape that starts in a week, or -1
    profit: Floats  # (G,) beyond no promotion, in cents
    rows: Floats  # row totals (money in cents), laid out like `Arrays.group_rows`
    value: Floats  # (G,) Lagrangian value beyond no promotion, currency; -inf if impossible


@dataclass(frozen=True)
class Alternatives:
    """Calendars that differ from a group's present one in a single block."""

    count: Ints  # (P,) found for each block
    calendars: Ints  # (P, n, T) shapes that start, or -1
    profit: Floats  # (P, n) of the whole group, cents
    rows: Floats  # (P, n, most rows of a group) of the whole group


@dataclass(frozen=True)
class GroupBounds:
    """Upper bounds on what groups can be worth at given prices."""

    value: Floats  # (G,) Lagrangian value beyond no promotion, currency; inf: not looked at
    blocks: Floats  # (P,) each block's part, baseline included; NaN: not looked at
    payments: Floats  # what copies of siblings are paid, as the kernels lay it out
    state_payments: Floats  # what blocks are paid for their states, likewise

    def but(self, earlier: GroupBounds) -> GroupBounds:
        """These, and the `earlier` ones at the same prices for groups not looked at again."""
        blocks = np.where(np.isnan(self.blocks), earlier.blocks, self.blocks)
        return GroupBounds(
            np.minimum(self.value, earlier.value), blocks, self.payments, self.state_payments
        )


class Pricer:
    """Answers from all groups, computed on every core. Use it as a context manager."""

    def __init__(self, problem: Problem, cancelled: Callable[[], bool] | None = None) -> None:
        self.problem = problem
        self.arrays: Arrays = pack(problem)
        self._cancelled = cancelled
        self._threads = ThreadPoolExecutor(THREADS)
        self.groups = len(self.arrays.group_start) - 1
        self.row_scale = np.array([0.01 if row.quantity in MONEY else 1.0 for row in problem.rows])
        self.baseline = np.add.reduceat(
            self.arrays.reference.sum(axis=1) / 100.0, self.arrays.group_start[:-1]
        )
        self._sizes = np.diff(self.arrays.group_start)
        self.store_start = self._store_layout()
        self._store = np.full(int(self.store_start[-1]), np.nan)
        self.state_start = self._state_layout()
        self._state_store = np.full(int(self.state_start[-1]), np.nan)

    def __enter__(self) -> Pricer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def ascend(
        self,
        worth: Floats,
        starts: Ints,
        groups: Ints | None = None,
        profit_weight: float = 1.0,
        passes: int = 3,
        event_worth: float = 0.0,
    ) -> Proposals:
        """Local optima of `groups` (default all) at `worth` (R,), climbing from `starts` (P, T).

        `event_worth` is added for each event: far below zero it empties calendars.
        """
        prices = prices_of(self.problem, worth, profit_weight)
        prices = prices._replace(starts=prices.starts + event_worth)
        found = Proposals(
            starts.copy(),
            np.zeros(self.groups),
            np.zeros(self.arrays.group_rows.size),
            np.full(self.groups, -np.inf),
        )
        row_worth = worth * self.row_scale
        chosen = np.arange(self.groups) if groups is None else groups

        def work(part: Ints) -> None:
            ascend(
                self.arrays, prices, row_worth, part, passes,
                found.starts, found.profit, found.rows, found.value,
            )  # fmt: skip

        self._everywhere(work, chosen, blocks_at_once=400)
        return found

    def alternatives(self, worth: Floats, starts: Ints, groups: Ints, most: int) -> Alternatives:
        """Up to `most` near-best calendars of each block of `groups`, the others as in `starts`."""
        prices = prices_of(self.problem, worth)
        blocks, horizon = starts.shape
        width = int(np.diff(self.arrays.group_rows_start).max(initial=0))
        found = Alternatives(
            np.zeros(blocks, dtype=np.int64),
            np.full((blocks, most, horizon), -1, dtype=np.int64),
            np.zeros((blocks, most)),
            np.zeros((blocks, most, width)),
        )
        current = starts.copy()

        def work(part: Ints) -> None:
            alternatives(
                self.arrays, prices, part, current,
                found.count, found.calendars, found.profit, found.rows,
            )  # fmt: skip

        self._everywhere(work, groups, blocks_at_once=60)
        return found

    def bound(
        self,
        worth: Floats,
        reference: Proposals,
        steps: Steps,
        closeness: float = 0.0,
        profit_weight: float = 1.0,
        groups: Ints | None = None,
        clock: Clock | None = None,
        views: bool = True,
    ) -> GroupBounds:
        """Bounds at `worth` (R,); steps stop once a group is within `closeness` of its reference.

        Of `groups` (default all), those that the `clock` leaves time for are bounded. Payments to
        copies are kept between calls where memory allows, so that the next call at nearby prices
        starts where this one ended. Without `views` siblings are not seen together, which is
        looser and quicker.
        """
        prices = prices_of(self.problem, worth, profit_weight)
        baseline = self.baseline * profit_weight
        target = reference.value + baseline
        bounds = np.full(self.groups, np.inf)
        blocks = np.full(self.problem.blocks, np.nan)
        chosen = np.arange(self.groups) if groups is None else groups

        def work(part: Ints) -> None:
            bound_groups(
                self.arrays, prices, part, steps, views, closeness, reference.starts,
                target, bounds, self.store_start, self._store,
                self.state_start, self._state_store, blocks,
            )  # fmt: skip

        self._everywhere(work, chosen, blocks_at_once=20, clock=clock)
        return GroupBounds(bounds - baseline, blocks, self._store, self._state_store)

    def forget(self) -> None:
        """Drop the payments kept: the next bound is at prices of another kind."""
        self._store[:] = np.nan
        self._state_store[:] = np.nan

    def total(self, bounds: GroupBounds, worth: Floats) -> float:
        """The bound on the objective, currency, that group bounds at `worth` prove.

        Group bounds know unrounded money; what rounding to cents could add is allowed for.
        """
        limits = np.array([row.limit for row in self.problem.rows])
        return float(bounds.value.sum() - worth @ limits + self.rounding(worth))

    def rounding(self, worth: Floats) -> float:
        """The most that rounding every week to cents can add to a Lagrangian value, currency."""
        aim = np.abs(self.arrays.aims[:, 0])
        amounts = aim.sum(axis=1) - aim[:, Aim.VOLUME] + aim[:, Aim.SPEND]  # spend is two
        allowance = 0.005 * float(amounts.sum()) * len(self.problem.weeks)
        for row, price in zip(self.problem.rows, worth, strict=True):
            for term in row.terms if price != 0.0 and row.quantity in MONEY else ():
                each = 2 if term.quantity == Quantity.SPEND else 1
                cells = term.blocks.size * (term.last - term.first + 1)
                allowance += 0.005 * each * abs(price * term.weight) * cells
        return float(allowance)

    def _everywhere(
        self,
        work: Callable[[Ints], None],
        groups: Ints,
        blocks_at_once: int,
        clock: Clock | None = None,
    ) -> None:
        """Run `work` over `groups` in parts small enough that Ctrl-C and cancelling are prompt.

        Parts that the `clock` leaves no time for are left out.

        Finished parts come through a queue: a signal that raises while `concurrent.futures.wait`
        sleeps can strike inside its lock and turn Ctrl-C into an error about that lock.
        """
        pending: set[Future[None]] = set()
        finished: SimpleQueue[Future[None]] = SimpleQueue()
        try:
            for part in self._parts(groups, blocks_at_once):
                future = self._threads.submit(work, part)
                pending.add(future)
                future.add_done_callback(finished.put)
            while pending:
                with suppress(Empty):
                    future = finished.get(timeout=0.2)
                    pending.discard(future)
                    future.result()
                if pending and self._cancelled is not None and self._cancelled():
                    raise Cancelled
                if clock is not None and clock.left <= 0:
                    break
        finally:
            for future in pending:
                future.cancel()
            wait(pending)
        for future in pending:
            if not future.cancelled():
                future.result()

    def _parts(self, groups: Ints, blocks_at_once: int) -> Sequence[Ints]:
        if groups.size == 0:
            return []
        size = np.cumsum(self._sizes[groups])
        label = np.minimum(size, size[-1] - 1) // max(
            1, min(blocks_at_once, -(-int(size[-1]) // THREADS))
        )
        edges = np.flatnonzero(np.diff(label)) + 1
        return [np.ascontiguousarray(part) for part in np.split(groups, edges)]

    def _store_layout(self) -> Ints:
        a = self.arrays
        each = a.pair_coefficient.shape[1] * a.base.shape[1] * a.possible.shape[2]
        starts: Ints = a.target_pairs[a.group_start] * each
        if starts[-1] > _STORE_LIMIT:
            starts = np.zeros_like(starts)
        return starts

    def _state_layout(self) -> Ints:
        a = self.arrays
        each = a.base.shape[1] * count_states(a)
        linked = [
            bool(together(a, first, stop).any() and not a.priced[first:stop].any())
            for first, stop in zip(a.group_start[:-1], a.group_start[1:], strict=True)
        ]
        sizes = np.where(linked, self._sizes * each, 0)
        starts: Ints = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return starts if starts[-1] <= _STORE_LIMIT else np.zeros_like(starts)

    def group_rows(self, group: int) -> Ints:
        """The rows that touch a group, in the order of its columns' totals."""
        a = self.arrays
        return np.asarray(a.group_rows[a.group_rows_start[group] : a.group_rows_start[group + 1]])
