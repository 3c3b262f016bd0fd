"""Plan anew around an edit: what the edit leaves as it was is not searched again.

The search begins where a former one ended (`optimizer.former`). Groups whose former calendar the
pins break up get fresh columns; linear and mixed-integer masters over all columns do the rest. The
bound is the former one, with groups that are broken or much pinned bounded again. Where the plan is
not as near to it as the former plan was to its own, and more may be possible, the ordinary course
goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf, isfinite

import numpy as np

from optimizer.cancellation import Clock
from optimizer.former import Former
from optimizer.head_start import HeadStart, prices_in
from optimizer.incumbent import assess
from optimizer.kernels.payments import Steps
from optimizer.master import Solver
from optimizer.multipliers import Multipliers
from optimizer.pricing import GroupBounds, Pricer, Proposals
from optimizer.problem import Bools, Floats, Ints, Problem
from optimizer.relaxation import LACKING, lagrangian, relax, shake
from optimizer.search import FREE, NEAR, Search, improve, lost_value, refresh
from optimizer.solution import Solution, SolutionStatus, SolveOptions, Trace
from optimizer.solve import Course, solve, without_plan
from optimizer.warm import Warmth

ROUNDS = 2  # of the linear master
OTHERS = 24  # groups that a neighbourhood frees besides the broken ones
TRIES = 4  # neighbourhoods at most
GAINED = 1e-6  # relative gain below which no other one is tried
STEPS = 40  # of the bound of a group
FEW = 0.9  # share of possible events that groups with many pins still have at most
ALLOWED = (
    0.5  # share of the gap asked by which a plan may be further from its bound than before, or
)
# from what calendars at the prices of the linear master promise


def solve_again(
    problem: Problem,
    former: Former,
    options: SolveOptions,
    progress: Callable[[Trace], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    solver: Solver | None = None,
) -> Solution:
    """Plan `problem`, which `restricts` the former base, from where that search ended.

    As `solve` in everything else.
    """

    def course(
        pricer: Pricer,
        child: Solver,
        options: SolveOptions,
        clock: Clock,
        progress: Callable[[Trace], None] | None,
        _warm: Warmth | None,
        _head: HeadStart | None,
    ) -> Course:
        return Again(pricer, child, options, clock, progress, former)

    return solve(problem, options, progress, cancelled, solver, course=course)


class Again(Course):
    """One solve around an edit."""

    def __init__(
        self,
        pricer: Pricer,
        solver: Solver,
        options: SolveOptions,
        clock: Clock,
        progress: Callable[[Trace], None] | None,
        former: Former,
    ) -> None:
        super().__init__(pricer, solver, options, clock, progress, None, None)
        self._former = former
        before = former.head.gap if isfinite(former.head.gap) else 0.0
        self._aim = max(options.gap, before + ALLOWED * options.gap)

    def run(self) -> Solution:
        """All steps in turn."""
        if self._begin() is None:
            return without_plan(SolutionStatus.INFEASIBLE, self.clock, ())
        pricer, pool, head = self.pricer, self.pool, self._former.head
        kept = self._former.into(pricer, pool)
        broken = np.flatnonzero(~kept)
        worth = prices_in(head, pricer.problem)
        answers = pool.best(worth, pricer.ascend(worth, head.chosen))
        pool.add(answers)
        near = pricer.alternatives(worth, answers.starts, broken, NEAR)
        pool.add_alternatives(near, answers.starts, broken)
        self._keep(assess(pricer, pool, self._columns(worth, kept), self.typical))
        self._fill(worth)
        start = Multipliers(worth, self.typical, answers)
        found = relax(pricer, pool, self.solver, start, self.clock, ROUNDS)
        if found.lacking > LACKING and self._proven_impossible(found):
            return without_plan(SolutionStatus.INFEASIBLE, self.clock, tuple(self._trace))
        better = shake(pricer, pool, found, self.options.seed, self.clock, broken)
        search = Search(
            pricer, pool, self.solver, replace(found, answers=better), self.typical,
            self.clock, self.options.gap,
        )  # fmt: skip
        self._improve(search, broken)
        answers = pool.best(worth, answers)
        self._bound(worth, answers, broken)
        if self._good_enough(self.best) or self._all_found(search) or self.clock.left <= 0:
            before = replace(found, worth=worth, answers=answers)
            return replace(self._solution(before), duals=-found.worth)
        self.group_bounds = None  # the ordinary course needs its own, at its own prices
        return self._finish(self._enrich(search.relaxation))

    def _all_found(self, search: Search) -> bool:
        """Whether calendars of all groups at the prices of the linear master promise no more.

        If so only the proof would come nearer: of plans that could be proven to the gap asked that
        is expected.
        """
        if not self.options.gap < self._former.head.gap < inf:
            return False
        found = search.relaxation
        promised = lagrangian(self.pricer, found.answers, found.worth)
        enough = ALLOWED * self.options.gap * max(1.0, abs(found.objective))
        return self._behind(max(promised, found.objective)) <= enough

    def _columns(self, worth: Floats, kept: Bools) -> Ints:
        """The former plan's columns, and the best ones at `worth` where it is broken up, (G,)."""
        chosen, start = self._former.head.chosen, self.pricer.arrays.group_start
        return np.array(
            [
                self.pool.find(g, chosen[start[g] : start[g + 1]])
                if kept[g]
                else int(self.pool.value(g, worth).argmax())
                for g in range(self.pricer.groups)
            ]
        )

    def _improve(self, search: Search, broken: Ints) -> None:
        """Masters over the broken groups and those that lose most, until one gains nothing."""
        for i in range(TRIES):
            self.clock.check()
            assert self.best is not None
            before, lost = self.best, lost_value(search, self.best)
            near = self._behind(search.relaxation.objective) <= GAINED * abs(before.objective)
            if near or self.clock.left <= 0:
                break
            order = np.argsort(-lost, kind="stable")
            mine = order[np.isin(order, broken)][:FREE]
            free = np.union1d(mine, order[:OTHERS])
            if i > 0:
                refresh(search, before, free, np.random.default_rng(self.options.seed + i))
            self._keep(improve(search, before, free)[0])
            enough = GAINED * abs(before.objective)
            if i > 0 and before.feasible and self.best.objective - before.objective <= enough:
                break

    def _bound(self, worth: Floats, answers: Proposals, broken: Ints) -> None:
        """What the former bounds prove, and if that is not enough, broken groups bounded anew."""
        assert self.best is not None
        pricer, value = self.pricer, self._former.head.bounds
        unknown = np.full(pricer.problem.blocks, np.nan)
        nothing = np.zeros(0)
        known = self.group_bounds = GroupBounds(value, unknown, nothing, nothing)
        self._prove(worth)
        others = np.union1d(broken, np.flatnonzero(np.isinf(value)))
        for groups, aim in ((self._much_pinned(), self.options.gap), (others, self._aim)):
            gap = (self.bound - self.best.objective) / max(1.0, abs(self.best.objective))
            if groups.size == 0 or self.clock.left <= 0 or (self.best.feasible and gap <= aim):
                continue
            goal = self._spare(lagrangian(pricer, answers, worth)) / pricer.groups
            more = pricer.bound(worth, answers, Steps(STEPS), goal, groups=groups, clock=self.clock)
            known = self.group_bounds = more.but(known)
            self._prove(worth)

    def _much_pinned(self) -> Ints:
        """Groups so much pinned that to bound them anew takes little time."""
        ours, theirs = self.pricer.problem.limits, self._former.base.limits
        left, before = (limits.allowed.sum(axis=(1, 2)) for limits in (ours, theirs))
        group = self.pricer.problem.group
        share = np.bincount(group, left) / np.maximum(1, np.bincount(group, before))
        return np.flatnonzero(share <= FEW)
