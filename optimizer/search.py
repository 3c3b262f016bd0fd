"""Search on the true objective: round the linear master, then free some groups at a time.

A neighbourhood frees a few dozen groups, offers each its best columns and fresh ones found at
perturbed prices, keeps all other groups as they are, and lets a small mixed-integer master choose.
Limits on branch-and-bound nodes, not on time, decide how long a master may try: the same inputs
walk the same way on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from optimizer.cancellation import Clock
from optimizer.incumbent import Incumbent, assess
from optimizer.master import Solver
from optimizer.pool import Pool
from optimizer.pricing import Pricer
from optimizer.problem import Floats, Ints
from optimizer.program import Status
from optimizer.relaxation import Relaxation
from optimizer.restricted import choice

FREE = 48  # groups of a neighbourhood at first; half as many where its master was too hard,
FEW = 6  # but not fewer
COLUMNS = 40  # offered for each free group; more where fewer are free,
MANY = 120  # but not more
SPLIT = 0.5  # share of groups that the linear master may have split for one rounding of all
PERTURBATION = 0.10  # of each price, for fresh columns
SPREAD = 0.3  # of all prices together: cheaper and dearer calendars fill what is left
NEAR = 8  # near-best calendars of each block
FRESH = 2  # ascents for each neighbourhood
NODES = 200  # of one master
MASTER_SECONDS = 20.0  # a safety net far beyond what NODES take
SHARE = 0.3  # of the time left is the most that one master may take
MASTER_GAP = 1e-4  # of one master at least,
MASTER_SHARE = 0.02  # and this share of the gap asked: more would be thrown away
PENALTY = 100.0  # an elastic unit costs this many typical worths
WHOLE = 1.0 - 1e-6  # weight of a column that is not split
STALL = 4  # neighbourhoods without progress before the search ends; more where they are smaller


@dataclass(frozen=True)
class Search:
    """What every neighbourhood needs."""

    pricer: Pricer
    pool: Pool
    solver: Solver
    relaxation: Relaxation
    typical: Floats  # (R,)
    clock: Clock
    gap: float = 0.0  # asked of the whole


def rounded(search: Search) -> Incumbent:
    """A first plan: groups that the linear master left whole stay, the others are chosen anew."""
    columns, share = _leading(search.relaxation, search.pricer.groups)
    start = assess(search.pricer, search.pool, columns, search.typical)
    split = np.flatnonzero(share < WHOLE)
    extra = np.argsort(share, kind="stable")
    free = np.unique(np.concatenate([split, extra[:FREE]]))
    return improve(search, start, free)[0]


def torn(search: Search) -> bool:
    """Whether the linear master split so many groups that one rounding would be too hard."""
    _, share = _leading(search.relaxation, search.pricer.groups)
    return bool((share < WHOLE).mean() > SPLIT)


def _leading(relaxation: Relaxation, groups: int) -> tuple[Ints, Floats]:
    """The column of each group that the linear master gave the largest weight, and that, (G,)."""
    columns, share = np.zeros(groups, dtype=np.int64), np.zeros(groups)
    master = relaxation.choice
    for g, c, weight in zip(master.group, master.column, relaxation.weights, strict=True):
        if weight > share[g]:
            share[g], columns[g] = weight, c
    return columns, share


def improve(search: Search, incumbent: Incumbent, free: Ints) -> tuple[Incumbent, bool]:
    """The best choice for the free groups while the others stay, and whether it is known to be."""
    pricer, pool = search.pricer, search.pool
    offered = []
    most = min(MANY, max(COLUMNS, COLUMNS * FREE // free.size))
    for g in free:
        value = pool.value(int(g), search.relaxation.worth)
        best = np.argsort(-value, kind="stable")[:most]
        offered.append(np.union1d(best, incumbent.columns[g]))
    mine = np.zeros(len(pricer.problem.rows))
    for g in free:
        mine[pricer.group_rows(int(g))] += pool.rows(int(g))[incumbent.columns[g]]
    used = incumbent.totals - mine * pricer.row_scale
    # A feasible plan is itself an answer: nothing has to be bought.
    penalty = None if incumbent.feasible else PENALTY * search.typical
    master = choice(pricer, pool, free, offered, used, penalty, keep=incumbent.columns[free])
    if search.clock.left <= 0:
        return incumbent, False
    result = search.solver.solve(
        master.program,
        seconds=min(MASTER_SECONDS, SHARE * search.clock.moment),
        gap=max(MASTER_GAP, MASTER_SHARE * search.gap),
        cancelled=search.clock.cancelled,
        nodes=NODES,
    )
    search.clock.check()
    proven = result.status is Status.OPTIMAL
    if result.x is None:
        return incumbent, proven
    picked = np.flatnonzero(result.x[: master.group.size] > 0.5)
    columns = incumbent.columns.copy()
    columns[master.group[picked]] = master.column[picked]
    found = assess(pricer, pool, columns, search.typical)
    return (found if found.beats(incumbent) else incumbent), proven


def neighbourhoods(
    search: Search, rng: np.random.Generator
) -> Generator[Ints, tuple[Incumbent, int], None]:
    """Groups to free, without end: by lost value, at random, by account, by product, in turn.

    Send it the incumbent that the next neighbourhood is for, and how many groups it may have.
    """
    pricer = search.pricer
    first = pricer.arrays.group_start[:-1]
    accounts = np.unique([pricer.problem.account[p] for p in first], return_inverse=True)[1]
    products = np.unique([pricer.problem.product[p] for p in first], return_inverse=True)[1]
    whole = min(FREE, pricer.groups)
    incumbent, size = yield np.arange(whole)
    while True:
        lost = lost_value(search, incumbent)
        noise = rng.uniform(0.5, 1.5, pricer.groups)
        incumbent, size = yield np.sort(np.argsort(-lost * noise, kind="stable")[:size])
        incumbent, size = yield np.sort(rng.choice(pricer.groups, size, replace=False))
        for label in (accounts, products):
            kinds = 2 if size == whole else 1
            chosen = np.flatnonzero(np.isin(label, rng.permutation(label.max() + 1)[:kinds]))
            if chosen.size < size:
                rest = np.setdiff1d(np.arange(pricer.groups), chosen)
                chosen = np.union1d(chosen, rng.choice(rest, size - chosen.size, replace=False))
            incumbent, size = yield np.sort(rng.choice(chosen, size, replace=False))


def lost_value(search: Search, incumbent: Incumbent) -> Floats:
    """What each group's column is worth less than its best one at the prices, (G,), currency."""
    pool, worth = search.pool, search.relaxation.worth
    lost = np.zeros(search.pricer.groups)
    for g in range(search.pricer.groups):
        value = pool.value(g, worth)
        lost[g] = value.max() - value[incumbent.columns[g]]
    return lost


def refresh(search: Search, incumbent: Incumbent, free: Ints, rng: np.random.Generator) -> None:
    """Fresh columns for the free groups: ascents from where they stand, at perturbed prices."""
    pricer, pool = search.pricer, search.pool
    worth = search.relaxation.worth
    a = pricer.arrays
    starts = np.full(a.must.shape, -1, dtype=np.int64)
    for g in free:
        starts[a.group_start[g] : a.group_start[g + 1]] = pool.starts(
            int(g), int(incumbent.columns[g])
        )
    for _ in range(FRESH):
        overall = rng.uniform(1.0 - SPREAD, 1.0 + SPREAD)
        shaken = worth * overall * rng.normal(1.0, PERTURBATION, worth.size).clip(0.5, 1.5)
        pool.add(pricer.ascend(shaken, starts, groups=free), groups=free)
    near = pricer.alternatives(worth, starts, free, NEAR)
    pool.add_alternatives(near, starts, free)


def climb(
    search: Search,
    incumbent: Incumbent,
    seed: int,
    good_enough: Callable[[Incumbent | None], bool],
) -> Incumbent:
    """Free neighbourhoods in turn until the plan is good enough, or nothing more is gained."""
    rng = np.random.default_rng(seed)
    choices = neighbourhoods(search, rng)
    size = most = next(choices).size
    if torn(search):
        size = min(size, max(FEW, size // 2))
    best = incumbent
    stalls = 0
    while not good_enough(best) and stalls * size < STALL * most and search.clock.left > 0:
        search.clock.check()
        free = choices.send((best, size))
        refresh(search, best, free, rng)
        found, proven = improve(search, best, free)
        gained = found.beats(best) and (
            found.lacking < best.lacking
            or found.objective - best.objective > 1e-6 * abs(best.objective)
        )
        smaller = not proven and size > FEW
        size = max(FEW, size // 2) if smaller else size
        stalls = 0 if gained or smaller else stalls + 1
        best = found
    return best
