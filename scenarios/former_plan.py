"""The plan that a search begins from, and what its own folder keeps for the next one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from optimizer.former import Former, left_by, restricts
from optimizer.problem import Problem
from optimizer.search_file import read_search, write_search
from optimizer.solution import Solution


def former_for(problem: Problem, base: Problem, folder: Path | None) -> Former | None:
    """Where the plan in `folder` ended, if the search for `problem` can begin there.

    `base`: the problem without the pins of the command line. None: no folder, nothing kept in it,
    or a plan of other inputs.
    """
    if folder is None or not restricts(problem, base):
        return None
    former = read_search(folder, base)
    if former is None or problem is not base:
        return former
    # Nothing is edited: the plan is to come nearer to its bound than it did.
    return replace(former, head=replace(former.head, gap=0.0))


def keep_search(folder: Path, solution: Solution, base: Problem, former: Former | None) -> None:
    """Write into a plan's folder where its search ended, if it was one search for `base`."""
    if solution.head is not None and solution.warmth is not None:
        write_search(folder, left_by(solution.warmth, solution.head, base, former), base)
