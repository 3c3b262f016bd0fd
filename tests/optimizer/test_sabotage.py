"""Plans made with solvers that die and lie (`tests.oracle.sabotage`): what comes out is true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.master import Solver
from optimizer.solution import SolutionStatus, SolveOptions
from tests.oracle.contest import Contest, contest
from tests.oracle.sabotage import KINDS, command

SECONDS = 3.0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hung"])
def test_nothing_false_comes_out(kind: str, tmp_path: Path) -> None:
    with Solver(command=command(kind, tmp_path / "solves", {0, 3})) as solver:
        found = contest(0, solver, SolveOptions(0.0, 60.0))
        assert found.falsehoods() == []
        said = solver.troubles
    assert (tmp_path / "solves").stat().st_size > 0
    # A lie that keeps every row may pass for the truth: then nothing may rest on it.
    assert said or kind in ("second_best", "nothing_there", "bound_too_low")


def test_a_hung_solver_costs_its_limit_and_no_more(tmp_path: Path) -> None:
    with Solver(command=command("hung", tmp_path / "solves", set(range(99)))) as solver:
        found = contest(0, solver, SolveOptions(0.0, SECONDS))
    assert found.falsehoods() == []
    assert found.solution.seconds < 60.0  # an hour without the watchdog
    assert found.solution.troubles


@pytest.fixture(scope="module")
def honest() -> Contest:
    found = contest(0, Solver())
    assert found.complaints() == []
    assert found.solution.calendar is not None
    return found


@pytest.mark.parametrize(
    "lie",
    [
        {"bound": 0.0},
        {"objective": 1e6},
        {"status": SolutionStatus.INFEASIBLE},
    ],
)
def test_control_falsehoods_are_seen(honest: Contest, lie: dict[str, object]) -> None:
    false = replace(honest, solution=replace(honest.solution, **lie))  # type: ignore[arg-type]
    assert false.falsehoods()
