"""Plans that weigh the worst draws: (1 - w) mean + w CVaR of the profit over the draws.

A plan's profit on a draw is the sum of its columns' profits on it, and the CVaR is the least mean
under any counts of the draws that its level allows. So counts u bound it from above, CVaR(plan) <=
u . profits(plan), with equality at the counts of the plan's own worst draws: a master over columns
with such cuts, to which those of its answer are added until the answer is worth what the master
says (Kunzi-Bay & Mayer 2006, Computational aspects of minimizing conditional value-at-risk,
Computational Management Science 3; each cut is a vertex of the dual of Rockafellar and Uryasev's
programme). Where all columns can be listed the answer is the best of all plans. Else the columns
come from ordinary searches whose units count as much more or less as they do on the draws that
matter (`tilt`), some groups are freed at a time, and nothing is proven.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from optimizer.cancellation import Clock
from optimizer.closing import Room, list_all
from optimizer.codes import codes_in
from optimizer.drawn_columns import DrawnColumns, Draws
from optimizer.incumbent import Incumbent, assess, calendar_of
from optimizer.master import Solver
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Calendar, Floats, Ints, Problem
from optimizer.program import Program, Status
from optimizer.restricted import choice
from optimizer.risk import Attitude
from optimizer.solution import Solution, SolutionStatus, SolveOptions, Trace
from optimizer.warm import Warmth

Search = Callable[[Problem, float], Solution]
"""The ordinary search: a problem, and the seconds it may take."""

FIRST = 0.3  # of the time goes into the plan on the best estimate
TURN = 0.2  # and this much of what is left into each search for columns
TURNS = 3  # searches at most
ROOM = Room(block=2_000, group=5_000, total=10_000, visits=200_000)
COLUMNS = 20  # that a search leaves for each group
FREE = 48  # groups of a neighbourhood
STALL = 4  # neighbourhoods without progress
CUTS = 60  # of one master at most
NODES = 200  # of a master that proves nothing
SECONDS = 20.0  # of one master at most
SAME = 1e-7  # relative difference of worths that counts as none
CENT = 0.01


@dataclass(frozen=True)
class Weighed:
    """A choice of columns over the draws. Money in currency."""

    incumbent: Incumbent
    profits: Floats  # (D,)
    worth: float  # by the attitude, less penalties of soft rules

    @property
    def mean(self) -> float:
        """Expected profit."""
        return float(self.profits.mean())


def averse(
    problem: Problem,
    search: Search,
    draws: Draws,
    attitude: Attitude,
    options: SolveOptions,
    solver: Solver | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan found for an `attitude` to risk; `neutral` is the one for the mean alone.

    The bound is one where all columns could be listed, else None. Raises Cancelled. The problem
    has no rebates, which are no sum over columns.
    """
    clock = Clock(options.seconds, cancelled)
    first = search(problem, FIRST * options.seconds)
    if first.calendar is None:
        return first
    with ExitStack() as stack:
        pricer = stack.enter_context(Pricer(problem, cancelled))
        child = solver or stack.enter_context(Solver(seed=options.seed, master=options.master))
        before = len(child.troubles)
        run = _Averse(pricer, child, draws, attitude, clock, options.seed)
        found = run.exact(first) or run.near(first, search)
        return replace(found, troubles=tuple(child.troubles[before:]))


class _Averse:
    """One search: the state that its steps share."""

    def __init__(
        self,
        pricer: Pricer,
        solver: Solver,
        draws: Draws,
        attitude: Attitude,
        clock: Clock,
        seed: int,
    ) -> None:
        self._pricer = pricer
        self._solver = solver
        self._attitude = attitude
        self._neutral = replace(attitude, weight=0.0)
        self._clock = clock
        self._rng = np.random.default_rng(seed)
        self._draws = draws
        self._pool = Pool(pricer)
        self._drawn = DrawnColumns(pricer, self._pool, draws)
        self._typical = np.ones(len(pricer.problem.rows))
        self._trace: list[Trace] = []

    def exact(self, first: Solution) -> Solution | None:
        """The best of all plans; None where their columns are too many, or time is too short."""
        assert first.calendar is not None
        if not list_all(self._pricer, self._pool, self._clock, ROOM):
            return None
        self._drawn.extend()
        own = self._columns(first.calendar)
        everyone = np.arange(self._pricer.groups)
        found, proven = self._improve(self._weighed(own), everyone, self._attitude, whole=True)
        neutral, _ = self._improve(
            self._weighed(own, self._neutral), everyone, self._neutral, whole=True
        )
        return self._solution(found, neutral, found.worth if proven else None)

    def near(self, first: Solution, search: Search) -> Solution:
        """A good plan, from columns of searches whose units count as on the draws that matter."""
        assert first.calendar is not None
        best: Weighed | None = None
        neutral: Weighed | None = None
        latest = first
        for turn in range(TURNS + 1):
            own = self._offered(latest)
            self._drawn.extend()
            mine, plain = self._weighed(own), self._weighed(own, self._neutral)
            best = mine if best is None or mine.worth > best.worth else best
            neutral = plain if neutral is None or plain.worth > neutral.worth else neutral
            before = best.worth
            best = self._climb(best, self._attitude)
            neutral = self._climb(neutral, self._neutral)
            gained = best.worth - before > SAME * abs(before)
            if turn == TURNS or self._clock.left <= 0 or (turn > 1 and not gained):
                break
            attitude, plan = (self._neutral, neutral) if turn == 0 else (self._attitude, best)
            tilt = tilted(self._pricer.problem, self._draws, attitude.counts(plan.profits))
            problem = replace(self._pricer.problem, tilt=tilt)
            latest = search(problem, max(1e-3, TURN * self._clock.left))
            if latest.calendar is None:
                break
        assert best is not None
        assert neutral is not None
        return self._solution(best, neutral, None)

    def _offered(self, solution: Solution) -> Ints:
        """Put the columns that a search leaves into the pool; where its plan's are, (G,)."""
        assert solution.calendar is not None
        warm: Warmth | None = solution.warmth
        if warm is not None:
            for g, columns in enumerate(warm.groups):
                some = columns.starts[:COLUMNS]
                self._pool.add_many(g, some, columns.profit[:COLUMNS], columns.rows[:COLUMNS])
        return self._columns(solution.calendar)

    def _columns(self, calendar: Calendar) -> Ints:
        """Where the columns of a calendar are in the pool, (G,); those it lacks are added."""
        codes = codes_in(calendar, self._pricer.problem)
        start = self._pricer.arrays.group_start
        found = []
        for g in range(self._pricer.groups):
            mine = codes[start[g] : start[g + 1]].astype(np.int16)
            profit, rows = self._pool.lines.money(g, mine)
            self._pool.add_one(g, mine, profit, rows)
            found.append(self._pool.find(g, mine.astype(np.int64)))
        self._drawn.extend()
        return np.array(found, dtype=np.int64)

    def _weighed(self, columns: Ints, attitude: Attitude | None = None) -> Weighed:
        """A choice of columns by an attitude, by default the one asked for."""
        incumbent = assess(self._pricer, self._pool, columns, self._typical)
        profits = np.sum([self._drawn.profit(g)[c] for g, c in enumerate(columns)], axis=0)
        worth = (attitude or self._attitude).worth(profits)
        return Weighed(incumbent, profits, worth - (incumbent.profit - incumbent.objective))

    def _climb(self, best: Weighed, attitude: Attitude) -> Weighed:
        """Free groups, all of them where they are few, until nothing more is gained."""
        groups = self._pricer.groups
        if groups <= FREE:
            return self._improve(best, np.arange(groups), attitude)[0]
        stalls = 0
        while stalls < STALL and self._clock.left > 0:
            self._clock.check()
            free = np.sort(self._rng.choice(groups, FREE, replace=False))
            found, _ = self._improve(best, free, attitude)
            stalls = 0 if found.worth - best.worth > SAME * abs(best.worth) else stalls + 1
            best = found
        return best

    def _improve(
        self, best: Weighed, free: Ints, attitude: Attitude, whole: bool = False
    ) -> tuple[Weighed, bool]:
        """The best choice for the free groups, the others as they are; whether it is proven.

        Only what is asked for `whole` is proven: masters then have no limit but the time.
        """
        offered = [np.arange(self._pool.count(int(g))) for g in free]
        rest = np.setdiff1d(np.arange(self._pricer.groups), free)
        columns = best.incumbent.columns
        rows = np.zeros(len(self._pricer.problem.rows))
        for g in rest.tolist():
            rows[self._pricer.group_rows(g)] += self._pool.rows(g)[columns[g]]
        used = rows * self._pricer.row_scale
        fixed = best.profits - sum(
            (self._drawn.profit(g)[columns[g]] for g in free.tolist()), np.zeros_like(best.profits)
        )
        master = choice(self._pricer, self._pool, free, offered, used, None, columns[free])
        value = np.concatenate([self._drawn.profit(int(g)) for g in free])
        cuts = [attitude.counts(best.profits)]
        for _ in range(CUTS):
            if self._clock.left <= 0:
                return best, False
            result = self._solver.solve(
                with_cuts(master.program, value, fixed, np.array(cuts)),
                seconds=self._clock.moment if whole else min(SECONDS, self._clock.moment),
                gap=0.0 if whole else 1e-4,
                cancelled=self._clock.cancelled,
                nodes=None if whole else NODES,
            )
            self._clock.check()
            if result.x is None or result.objective is None:
                return best, False
            picked = np.flatnonzero(result.x[: master.group.size] > 0.5)
            chosen = columns.copy()
            chosen[master.group[picked]] = master.column[picked]
            found = self._weighed(chosen, attitude)
            if found.incumbent.feasible and found.worth > best.worth:
                best = found
            near = CENT / 10 + SAME * abs(best.worth)
            if best.worth >= result.objective - near:
                return best, whole and result.status is Status.OPTIMAL
            new = attitude.counts(found.profits)
            if any(np.array_equal(new, cut) for cut in cuts):
                return best, False
            cuts.append(new)
        return best, False

    def _solution(self, found: Weighed, neutral: Weighed, bound: float | None) -> Solution:
        penalty = found.incumbent.profit - found.incumbent.objective
        neutral = max(neutral, found, key=lambda one: one.mean)
        status = SolutionStatus.STOPPED if bound is None else SolutionStatus.SOLVED
        return Solution(
            status,
            calendar_of(self._pricer, self._pool, found.incumbent.columns),
            found.worth,
            bound,
            None,
            (Trace(self._clock.elapsed, found.worth, bound),),
            self._clock.elapsed,
            found.worth + penalty,
            neutral=calendar_of(self._pricer, self._pool, neutral.incumbent.columns),
        )


def with_cuts(program: Program, value: Floats, fixed: Floats, cuts: Floats) -> Program:
    """The master whose objective is the least mean under any of the `cuts`, less penalties.

    `value` (n, D) of the columns, the programme's first variables; `fixed` (D,) of all else;
    `cuts` (C, D) counts of the draws. One variable more stands for that least mean.
    """
    n, variables = len(value), program.cost.size
    slopes = value @ cuts.T  # (n, C)
    constant = cuts @ fixed
    low = float(np.minimum(slopes, 0.0).sum() + constant.min()) - 1.0
    high = float(np.maximum(slopes, 0.0).sum(axis=0).min() + constant.max()) + 1.0
    cost = np.concatenate([np.zeros(n), program.cost[n:], [1.0]])
    indices = np.concatenate([program.indices, *([np.arange(n), [variables]] * len(cuts))])
    data = np.concatenate(
        [program.data, *(np.concatenate([-slopes[:, c], [1.0]]) for c in range(len(cuts)))]
    )
    ends = program.indptr[-1] + (n + 1) * np.arange(1, len(cuts) + 1)
    start = program.start
    if start is not None:
        start = np.concatenate([start, [float((start[:n] @ slopes + constant).min())]])
    return Program(
        cost=cost,
        lower=np.concatenate([program.lower, [low]]),
        upper=np.concatenate([program.upper, [high]]),
        integer=np.concatenate([program.integer, [False]]),
        indptr=np.concatenate([program.indptr, ends]).astype(np.int64),
        indices=indices.astype(np.int64),
        data=data,
        row_lower=np.concatenate([program.row_lower, np.full(len(cuts), -np.inf)]),
        row_upper=np.concatenate([program.row_upper, constant]),
        start=start,
    )


def tilted(problem: Problem, draws: Draws, counts: Floats) -> Floats:
    """How much more a unit counts over the draws than on the best estimate, (P, K+1).

    Exact for what a deal does to its own week; dips and cross effects are taken as estimated.
    """
    demand = problem.demand
    known = demand.base.sum(axis=1)
    found = np.zeros(demand.lift.shape)
    for count, drawn in zip(counts.tolist(), draws(), strict=True):
        if count > 0.0:
            level = np.where(known > 0.0, drawn.base.sum(axis=1) / np.maximum(known, 1e-300), 1.0)
            found += count * level[:, None] * np.exp(drawn.lift - demand.lift)
    return found
