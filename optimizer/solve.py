"""Find a calendar and prove how good it is: design of the scheme in docs/algorithm.md.

Prices first (multipliers, then the linear master over columns), a bound at those prices, a rounded
plan, then search and bound in turn until the gap asked is met or nothing more is gained. Every
step counts its work, not its time: only the limit in seconds makes two runs differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import numpy as np

from optimizer.cancellation import Clock
from optimizer.closing import Room, close
from optimizer.filling import filled
from optimizer.head_start import HeadStart, head_start, take_over
from optimizer.incumbent import Incumbent, assess, calendar_of
from optimizer.kernels.arrays import sign
from optimizer.kernels.payments import Steps
from optimizer.master import Solver
from optimizer.multipliers import AdamOptions, Multipliers, find, typical_worth
from optimizer.pool import Pool
from optimizer.pricing import GroupBounds, Pricer, Proposals
from optimizer.problem import Floats, Ints, Problem, Sense
from optimizer.relaxation import FAR, LACKING, Relaxation, relax, settle, shake
from optimizer.search import NEAR, Search, climb, rounded, torn
from optimizer.solution import Solution, SolutionStatus, SolveOptions, Trace
from optimizer.warm import Warmth, warmth

STEPS = 40  # of the bound between two looks at the gap
COPIES = Steps(40, length=1.2)  # of copies for everyone before siblings are seen together
SHORTER = 0.93  # each round of steps starts this much shorter than the one before
CLIMBING = 0.2  # how far a plan may be behind, against the bound, before it is searched for again
STRICTER = 0.8  # and what each group may keep of its gap is so much less
ROUNDS = 4  # of search and bound without progress at most
WORST = 0.9  # share of all gaps that the groups looked at again make up
SEARCH = 0.35  # share of the time after which the walk of prices ends,
MASTER = 0.6  # and after which the linear master does
ROUNDING = 0.003  # a plan this near to the linear master is better searched from than rounded anew
PROGRESS = 0.02  # share of the gap that a round has to close to count as progress
# From where a problem like this one has ended: prices that are near.
AHEAD = AdamOptions(rounds=6, step=0.06, halving=4.0)
SHAKEN = 24  # groups at most that are shaken before their bounds are looked at,
SHAKES = 6  # so often
DEAR = 10.0  # typical worths of a floor where nothing else counts
SPARE = 0.9  # of what the gap asked leaves to the bound, how much groups may spend
SMALL = Room(
    block=1_000, group=10_000, total=20_000, visits=200_000
)  # an exact closing worth trying at once
LARGE = Room()


def solve(
    problem: Problem,
    options: SolveOptions | None = None,
    progress: Callable[[Trace], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    solver: Solver | None = None,
    warm: Warmth | None = None,
    head: HeadStart | None = None,
    course: Callable[..., Course] | None = None,
) -> Solution:
    """Plan `problem`. Raises Cancelled where `cancelled` says so; Ctrl-C ends it cleanly.

    A `solver` that is handed in stays open, so that many solves pay for one child process. `warm`,
    of a solve that differs in limits alone (else it is ignored), is where the search begins; so is
    `head`, of a problem like it (`optimizer.head_start`): as good an answer, and sooner. `course`
    makes another course than the whole way (`optimizer.again`).
    """
    options = options or SolveOptions()
    clock = Clock(options.seconds, cancelled)
    if problem.broken or not _forced_events_allowed(problem):
        return without_plan(SolutionStatus.INFEASIBLE, clock, ())
    with ExitStack() as stack:
        pricer = stack.enter_context(Pricer(problem, cancelled))
        warm = warm if warm is not None and warm.fits(problem) else None
        child = solver or stack.enter_context(Solver(seed=options.seed, master=options.master))
        before = len(child.troubles)
        way = course or Course
        solution = way(pricer, child, options, clock, progress, warm, head).run()
        return replace(solution, troubles=tuple(child.troubles[before:]))


def _forced_events_allowed(problem: Problem) -> bool:
    block, start = np.nonzero(problem.limits.must >= 0)
    shape = problem.limits.must[block, start]
    return bool(problem.limits.allowed[block, shape, start].all())


def without_plan(status: SolutionStatus, clock: Clock, trace: tuple[Trace, ...]) -> Solution:
    """An answer without a calendar."""
    return Solution(status, None, None, None, None, trace, clock.elapsed)


def loosest(gaps: Floats, enough: float) -> Ints:
    """The groups with the widest gaps, (G,) >= 0, that make up most of all gaps, ascending.

    Gaps of at most `enough` are left alone; groups of which nothing is known come first.
    """
    if np.isinf(gaps).any():
        return np.flatnonzero(np.isinf(gaps))
    order = np.argsort(-gaps, kind="stable")
    before = np.cumsum(gaps[order]) - gaps[order]
    wide = (before <= WORST * gaps.sum()) & (gaps[order] > enough)
    return np.sort(order[wide])


class Course:
    """One solve: the state that its steps share."""

    def __init__(
        self,
        pricer: Pricer,
        solver: Solver,
        options: SolveOptions,
        clock: Clock,
        progress: Callable[[Trace], None] | None,
        warm: Warmth | None,
        head: HeadStart | None,
    ) -> None:
        self.pricer = pricer
        self.solver = solver
        self.options = options
        self.clock = clock
        self.pool = Pool(pricer)
        self.best: Incumbent | None = None
        self.bound = math.inf
        self._warm = warm
        self._tangent = math.inf
        self.group_bounds: GroupBounds | None = None
        self._steps = Steps(STEPS)
        self._trace: list[Trace] = []
        self._progress = progress
        self._head = head
        self._aim = options.gap  # where the course ends
        self._shaken = 0
        self._patience = 1.0

    def run(self) -> Solution:
        """All steps in turn."""
        free = self._begin()
        if free is None:
            return without_plan(SolutionStatus.INFEASIBLE, self.clock, ())
        if self.options.any_plan:
            self._fill_what_must_be()
        if self._any_will_do():
            return self._as_found()
        if self._warm is not None:
            own = self._warm.into(self.pool)
            self._keep(assess(self.pricer, self.pool, own, self.typical))
        relaxation = self._relax(free)
        if self._any_will_do():
            return self._as_found()
        if relaxation.lacking > LACKING and self._proven_impossible(relaxation):
            return without_plan(SolutionStatus.INFEASIBLE, self.clock, tuple(self._trace))
        return self._finish(relaxation)

    def _finish(self, relaxation: Relaxation) -> Solution:
        """A rounded plan at the prices of the linear master, its bound, then both in turn."""
        self.relaxation = relaxation
        search = Search(
            self.pricer, self.pool, self.solver, relaxation, self.typical, self.clock,
            self.options.gap,
        )  # fmt: skip
        self._fill(relaxation.worth)
        behind = self._behind(relaxation.objective)
        near = behind <= ROUNDING * max(1.0, abs(relaxation.objective))
        if not near and (math.isinf(behind) or not torn(search)):
            self._keep(rounded(search))
        self._tighten()
        if not self._close(SMALL):
            self._alternate(search)
        return self._solution(self.relaxation)

    def _begin(self) -> Proposals | None:
        """Calendars where nothing has a price, and a first plan; None where a group has none."""
        nowhere = np.full(self.pricer.arrays.must.shape, -1, dtype=np.int64)
        free = self.pricer.ascend(np.zeros(len(self.pricer.problem.rows)), nowhere)
        if (free.value == -np.inf).any():
            return None
        self.pool.add(free)
        self.typical = typical_worth(self.pricer, free)
        self._start_quietly(nowhere)
        return free

    def _start_quietly(self, nowhere: Ints) -> None:
        """The first plan: calendars as empty as pins allow, because events are made hopeless."""
        a = self.pricer.arrays
        dear = -1e6 * (1.0 + float(np.abs(a.reference).sum()) / 100.0)
        rows = np.zeros(len(self.pricer.problem.rows))
        quiet = self.pricer.ascend(rows, nowhere, event_worth=dear)
        self.pool.add(quiet)
        columns = np.array(
            [
                self.pool.find(g, quiet.starts[a.group_start[g] : a.group_start[g + 1]])
                for g in range(self.pricer.groups)
            ]
        )
        self._keep(assess(self.pricer, self.pool, columns, self.typical))

    def _fill(self, worth: Floats) -> None:
        """A plan within a moment, whatever becomes of the masters."""
        assert self.best is not None
        self._keep(filled(self.pricer, self.pool, self.best, worth, self.typical))

    def _relax(self, free: Proposals) -> Relaxation:
        """Prices by multipliers, then by the linear master, enriched with near-best calendars."""
        clock = self.clock.part(MASTER)
        start = self._first_prices(free)
        self._fill(start.worth)
        rounds = 0 if self._any_will_do() else 4
        first = relax(self.pricer, self.pool, self.solver, start, clock, rounds)
        return first if rounds == 0 or clock.left <= 0 else self._enrich(first)

    def _enrich(self, first: Relaxation) -> Relaxation:
        """The linear master over calendars that are near to the best ones at its prices too."""
        clock = self.clock.part(MASTER)
        everyone = np.arange(self.pricer.groups)
        answers = first.answers.starts
        near = self.pricer.alternatives(first.worth, answers, everyone, NEAR)
        self.pool.add_alternatives(near, answers, everyone)
        better = shake(self.pricer, self.pool, first, self.options.seed, clock)
        again = Multipliers(first.worth, self.typical, better)
        near_by = relax(self.pricer, self.pool, self.solver, again, clock, rounds=2)
        share = max(FAR, 0.1 * self.options.gap)
        return settle(self.pricer, self.pool, self.solver, near_by, self.typical, clock, share)

    def _first_prices(self, free: Proposals) -> Multipliers:
        """Prices walked from nothing, or from where a problem like this one has ended."""
        clock = self.clock.part(SEARCH)
        taken = None if self._head is None else take_over(self._head, self.pricer, self.pool)
        if taken is None:
            return find(self.pricer, self.pool, free, clock, self.typical)
        worth, answers = taken
        return find(self.pricer, self.pool, answers, clock, self.typical, AHEAD, worth)

    def _tighten(self) -> None:
        """More steps of the bound at the prices of the linear master, where it is loosest."""
        worth, answers = self.relaxation.worth, self.relaxation.answers
        goal = self._patience * self._spare(self.relaxation.objective) / self.pricer.groups
        known = self.group_bounds
        # One step for everyone first: a bound, however short the time. Siblings are seen together
        # once copies have come far.
        for steps in (Steps(1), COPIES) if known is None else ():
            copies = self.pricer.bound(worth, answers, steps, goal, clock=self.clock, views=False)
            known = self.group_bounds = copies if known is None else copies.but(known)
            self._prove(worth)
            if self._good_enough(self.best):
                return
        assert known is not None
        groups = loosest(known.value - answers.value, goal)
        if groups.size <= SHAKEN:
            answers = self._shake(groups)
        more = self.pricer.bound(worth, answers, self._steps, goal, groups=groups, clock=self.clock)
        self.group_bounds = more.but(known)
        self._steps = self._steps._replace(length=self._steps.length * SHORTER)
        # What the hard groups cannot be brought to, the others have to make up for.
        self._patience *= STRICTER
        self._prove(worth)

    def _shake(self, groups: Ints) -> Proposals:
        """Better calendars where the bound is loosest: part of the gap is that they are not the
        best yet, and the bound walks faster towards a nearer target."""
        self._shaken += 1
        seed = self.options.seed + self._shaken
        answers = shake(self.pricer, self.pool, self.relaxation, seed, self.clock, groups, SHAKES)
        self.relaxation = replace(self.relaxation, answers=answers)
        return answers

    def _spare(self, target: float) -> float:
        """How far the bound may stay above the linear master's `target`, currency.

        A good plan leaves most of the gap asked to the bound; a poor one is still to be bettered.
        """
        asked = self.options.gap * max(1.0, abs(target))
        return max(0.25 * asked, SPARE * (asked - max(0.0, self._behind(target))))

    def _prove(self, worth: Floats) -> None:
        """What the bounds of all groups prove together."""
        assert self.group_bounds is not None
        proven = self.pricer.total(self.group_bounds, worth)
        self._tangent = min(self._tangent, proven)
        self._lower(proven)

    def _alternate(self, search: Search) -> None:
        """Bound, and search where much of the gap is the plan's, until nothing more is gained."""
        target = self.relaxation.objective
        rounds = 0
        while rounds < ROUNDS and not self._good_enough(self.best) and self.clock.left > 0:
            self.clock.check()
            assert self.best is not None
            before = (self.best, self.bound)
            enough = PROGRESS * (self.bound - self.best.objective)
            # A bound that hardly moves any more leaves time to look for a better plan.
            if rounds > 0 or self._behind(target) > CLIMBING * (self.bound - target):
                self._keep(climb(search, self.best, self.options.seed + rounds, self._good_enough))
            self._tighten()
            gained = self.best.objective - before[0].objective + before[1] - self.bound
            progressed = gained > enough or self.best.lacking < before[0].lacking
            rounds = 0 if progressed else rounds + 1
        if not self._good_enough(self.best) and self.clock.left > 0:
            self._close(LARGE)

    def _close(self, room: Room) -> bool:
        """Try to list every column that matters; whether the answer is now exact."""
        assert self.best is not None
        if self.group_bounds is None:
            return False
        closed = close(
            self.pricer, self.pool, self.solver, self.relaxation.worth, self.group_bounds,
            self.best, self.typical, self.clock, room,
        )  # fmt: skip
        if closed is None:
            return False
        if closed.incumbent is None:
            self.bound = -math.inf
        else:
            self._keep(closed.incumbent)
            self.bound = closed.incumbent.objective
            self._record()
        return True

    def _behind(self, target: float) -> float:
        """What the best plan earns less than the `target`, currency; infinite without a plan."""
        if self.best is None or not self.best.feasible:
            return math.inf
        return target - self.best.objective

    def _any_will_do(self) -> bool:
        """Whether nothing more is asked than whether there is a plan, and there is."""
        return self.options.any_plan and self.best is not None and self.best.feasible

    def _fill_what_must_be(self) -> None:
        """A plan of calendars in which floors are all that counts, as far as ceilings let them."""
        rows = self.pricer.problem.rows
        floors = np.array([row.sense == Sense.AT_LEAST for row in rows], dtype=np.bool_)
        worth = np.where(floors, DEAR * self.typical, 0.0)
        found = self.pricer.ascend(worth, np.full(self.pricer.arrays.must.shape, -1))
        self.pool.add(found)
        for share in (1.0, 1.0 / DEAR):
            if not self._any_will_do():
                self._fill(share * worth)

    def _as_found(self) -> Solution:
        """The best plan so far, with nothing proven of it."""
        assert self.best is not None
        plan = calendar_of(self.pricer, self.pool, self.best.columns)
        return Solution(
            SolutionStatus.STOPPED, plan, self.best.objective, None, None, tuple(self._trace),
            self.clock.elapsed, self.best.profit,
        )  # fmt: skip

    def _good_enough(self, incumbent: Incumbent | None) -> bool:
        if incumbent is None or not incumbent.feasible:
            return False
        if self.options.any_plan:
            return True
        gap = self.bound - incumbent.objective
        return gap <= self._aim * max(1.0, abs(incumbent.objective))

    def _keep(self, found: Incumbent) -> None:
        if found.beats(self.best):
            self.best = found
            self._record()

    def _lower(self, bound: float) -> None:
        if bound < self.bound:
            self.bound = bound
            self._record()

    def _record(self) -> None:
        objective = self.best.objective if self.best is not None and self.best.feasible else None
        bound = self.bound if math.isfinite(self.bound) else None
        self._trace.append(Trace(self.clock.elapsed, objective, bound))
        if self._progress is not None:
            self._progress(self._trace[-1])

    def _solution(self, relaxation: Relaxation) -> Solution:
        best, trace = self.best, tuple(self._trace)
        assert best is not None
        if not best.feasible:
            if self.bound == -math.inf or self._proven_impossible(relaxation):
                return without_plan(SolutionStatus.INFEASIBLE, self.clock, trace)
            return without_plan(SolutionStatus.NOTHING, self.clock, trace)
        bound = self.bound if self.bound < math.inf else None
        problem = self.pricer.problem
        if bound is not None and problem.aims is None and not any(r.soft for r in problem.rows):
            # Profits are whole cents, so the bound may be cut to cents.
            bound = math.floor(bound * 100.0 + 1e-3) / 100.0
        if bound is not None:
            bound = max(bound, best.objective)
        gap = math.inf if bound is None else bound - best.objective
        gap /= max(1.0, abs(best.objective))
        self._aim = self.options.gap
        status = SolutionStatus.SOLVED if self._good_enough(best) else SolutionStatus.STOPPED
        return Solution(
            status,
            calendar_of(self.pricer, self.pool, best.columns),
            best.objective,
            bound,
            -relaxation.worth,
            trace,
            self.clock.elapsed,
            best.profit,
            warmth(self.pricer.problem, self.pool, relaxation.worth, best, self._tangent),
            head=head_start(
                self.pricer, self.pool, relaxation.worth, best.columns, self.group_bounds, gap
            ),
        )

    def _proven_impossible(self, relaxation: Relaxation) -> bool:
        """Whether prices alone show that the rows cannot all be kept, whatever it costs.

        With profit left out, a plan that keeps the rows is worth at least 0 in the Lagrangian.
        """
        rows = self.pricer.problem.rows
        # Soft rows may be passed, so that they prove nothing.
        kept = np.array([not row.soft for row in rows], dtype=np.bool_)
        worth = np.array([sign(row) for row in rows]) * np.where(
            kept, np.abs(relaxation.worth), 0.0
        )
        answers = self.pricer.ascend(worth, relaxation.answers.starts, profit_weight=0.0)
        self.pricer.forget()
        bounds = self.pricer.bound(worth, answers, Steps(STEPS), profit_weight=0.0)
        self.pricer.forget()
        return self.pricer.total(bounds, worth) < 0.0
