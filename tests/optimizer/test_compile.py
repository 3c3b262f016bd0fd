"""Compiling once compiles everything, and compiled code never outlives its sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from optimizer.compile import main, smallest_problem
from optimizer.kernels.arrays import pack
from optimizer.kernels.cache import drop_stale
from optimizer.kernels.column import running
from optimizer.problem import Problem
from optimizer.solution import Solution, SolutionStatus, SolveOptions
from optimizer.solve import solve

PROGRAM = """
from optimizer.compile import main
from optimizer.kernels import alternatives, ascent, bounds, joint
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from tests.optimizer.stages import SMALL, possible_problem

kernels = [ascent.ascend, bounds.bound_groups, alternatives.alternatives,
           joint.enumerate_group]
main()
first = [list(kernel.signatures) for kernel in kernels]
solve(possible_problem(SMALL, 2), SolveOptions(gap=0.0, seconds=60.0))
assert all(len(one) == 1 for one in first), first
assert [list(kernel.signatures) for kernel in kernels] == first
"""


def test_nothing_is_compiled_after_compile() -> None:
    """In a fresh process: the smallest problem brings every type that another problem needs."""
    root = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {root!r})\n{PROGRAM}"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr == ""


def test_control_arrays_of_another_layout_would_be_seen() -> None:
    a = pack(smallest_problem())
    starts = np.full((3, 2), -1, dtype=np.int64)
    running(a, 0, starts[0], np.zeros(2, dtype=np.int64))
    before = len(running.signatures)
    running(a, 0, starts[:, 0], np.zeros(3, dtype=np.int64))
    assert len(running.signatures) == before + 1


def test_main_solves_in_this_process_too(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[SolutionStatus] = []

    def told(problem: Problem, options: SolveOptions) -> Solution:
        found = solve(problem, options)
        solved.append(found.status)
        return found

    monkeypatch.setattr("optimizer.compile.solve", told)
    main()
    assert solved == [SolutionStatus.SOLVED]


def test_compiled_code_goes_with_its_sources(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text("one = 1\n")
    cache = tmp_path / "__pycache__"
    assert not drop_stale(tmp_path)
    for name in ("kernel.nbi", "kernel.1.nbc", "kernel.pyc"):
        (cache / name).write_text("compiled")
    assert not drop_stale(tmp_path)
    assert (cache / "kernel.nbi").exists()
    (tmp_path / "other.py").write_text("two = 2\n")
    assert drop_stale(tmp_path)
    assert sorted(p.name for p in cache.iterdir()) == ["kernel.pyc", "sources.sha256"]
    assert not drop_stale(tmp_path)


def test_folder_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("a file, not a folder")
    assert not drop_stale(tmp_path)
