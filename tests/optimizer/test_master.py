"""The watched solver: right answers, every failure named, no lie believed."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.frames import Message
from optimizer.master import Program, Result, Solver, Status, end_idle

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as one:
        yield one


def program(
    cost: list[float],
    rows: list[list[float]],
    row_lower: list[float],
    row_upper: list[float],
    upper: float = 1.0,
    integer: bool = True,
) -> Program:
    """A small programme from dense rows, variables between 0 and `upper`."""
    dense = np.array(rows, dtype=np.float64).reshape(len(rows), len(cost))
    indptr = np.concatenate([[0], np.cumsum((dense != 0).sum(axis=1))])
    n = len(cost)
    return Program(
        np.array(cost, dtype=np.float64),
        np.zeros(n),
        np.full(n, upper),
        np.full(n, integer),
        indptr.astype(np.int64),
        np.nonzero(dense)[1].astype(np.int64),
        dense[dense != 0],
        np.array(row_lower, dtype=np.float64),
        np.array(row_upper, dtype=np.float64),
    )


def random_program(seed: int) -> Program:
    """Up to nine binaries, rows of every kind of side, some columns in no row."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 10)), int(rng.integers(1, 5))
    rows = rng.integers(-4, 9, (m, n)) * (rng.random((m, n)) < 0.6)
    rows[:, 0] = rng.integers(1, 3, m)
    low = np.where(rng.random(m) < 0.4, rng.integers(0, 5, m), -np.inf)
    high = np.where((rng.random(m) < 0.6) | np.isinf(low), rng.integers(3, 15, m), np.inf)
    high = np.maximum(low, high)
    return program(rng.integers(-5, 20, n).tolist(), rows.tolist(), low.tolist(), high.tolist())


def exhaustive(one: Program) -> float | None:
    """The best objective over all 0/1 points, None without any."""
    points = np.array(list(itertools.product((0.0, 1.0), repeat=one.cost.size)))
    activity = points @ one.matrix.toarray().T
    kept = ((activity >= one.row_lower) & (activity <= one.row_upper)).all(axis=1)
    return float((points[kept] @ one.cost).max()) if kept.any() else None


def test_equals_exhaustive_search(solver: Solver) -> None:
    statuses = set()
    for seed in range(60):
        one = random_program(seed)
        best, result = exhaustive(one), solver.solve(one, 10.0)
        statuses.add(result.status)
        if best is None:
            assert result.status is Status.INFEASIBLE, (seed, result)
            assert result.x is None
            continue
        assert result.status is Status.OPTIMAL, (seed, result)
        assert result.objective == pytest.approx(best, abs=1e-6)
        assert result.bound is not None
        assert best - 1e-6 <= result.bound
    assert statuses == {Status.OPTIMAL, Status.INFEASIBLE}


def test_relaxed_equals_an_independent_solver(solver: Solver) -> None:
    for seed in range(20):
        one = random_program(seed)
        result = solver.solve(one, 10.0, relaxed=True)
        rows = one.matrix.toarray()
        high, low = np.isfinite(one.row_upper), np.isfinite(one.row_lower)
        other = linprog(
            -one.cost,
            np.vstack([rows[high], -rows[low]]),
            np.concatenate([one.row_upper[high], -one.row_lower[low]]),
            bounds=(0, 1),
        )
        if other.status == 2:
            assert result.status is Status.INFEASIBLE
            continue
        assert result.status is Status.OPTIMAL
        assert result.objective == pytest.approx(-other.fun, abs=1e-6)
        assert result.bound == pytest.approx(-other.fun, abs=1e-6)


def test_duals_are_what_a_row_gains_when_raised(solver: Solver) -> None:
    one = program(
        [5.0, 4.0, 3.0], [[2, 3, 1], [4, 1, 2], [1, 1, 1]], [-np.inf, 1.5, 2.0], [2.5, 4.0, np.inf]
    )
    one = replace(one, row_lower=np.array([-np.inf, 1.5, 1.6]))
    base = solver.solve(one, 10.0, relaxed=True)
    assert base.row_duals is not None
    assert base.objective is not None
    for i in range(3):
        for name in ("row_lower", "row_upper"):
            side = getattr(one, name).copy()
            side[i] += 1e-3
            moved = solver.solve(replace(one, **{name: side}), 10.0, relaxed=True)
            assert moved.objective is not None
            gain = (moved.objective - base.objective) / 1e-3
            of_this_side = base.row_duals[i] * ((base.row_duals[i] > 0) == (name == "row_upper"))
            assert gain == pytest.approx(of_this_side, abs=1e-5)
    assert (np.abs(base.row_duals) > 0.1).any()


def test_a_floor_has_a_negative_dual(solver: Solver) -> None:
    one = program([-3.0, -5.0], [[1, 1]], [1.5], [np.inf])
    result = solver.solve(one, 10.0, relaxed=True)
    assert result.row_duals == pytest.approx([-5.0])


def test_a_row_with_two_sides_has_one_dual(solver: Solver) -> None:
    one = program([3.0, 5.0], [[1, 1]], [0.5], [1.5])
    assert solver.solve(one, 10.0, relaxed=True).row_duals == pytest.approx([3.0])
    least = replace(one, cost=-one.cost)
    assert solver.solve(least, 10.0, relaxed=True).row_duals == pytest.approx([-3.0])


def test_unused_columns_and_empty_programmes(solver: Solver) -> None:
    unused = program([0.0, 0.0], [[1, 0]], [-np.inf], [1.0])
    assert solver.solve(unused, 10.0).objective == 0.0
    idle = replace(program([0.0], [[0]], [-np.inf], [1.0]))
    assert solver.solve(idle, 10.0).status is Status.OPTIMAL
    no_rows = program([2.0, -1.0], [], [], [])
    assert solver.solve(no_rows, 10.0).objective == 2.0
    impossible = program([], [[]], [1.0], [2.0])
    assert solver.solve(impossible, 10.0).status is Status.INFEASIBLE


def test_an_empty_row_that_cannot_hold_is_infeasible(solver: Solver) -> None:
    one = program([1.0, 1.0], [[0, 0], [1, 1]], [1.0, -np.inf], [2.0, 1.0])
    assert solver.solve(one, 10.0).status is Status.INFEASIBLE


def test_infeasible_after_feasible_keeps_no_stale_solution(solver: Solver) -> None:
    good = program([1.0, 2.0], [[1, 1]], [-np.inf], [1.0])
    bad = program([1.0, 2.0], [[1, 1]], [3.0], [np.inf])
    for relaxed in (False, True):
        assert solver.solve(good, 10.0, relaxed=relaxed).x is not None
        result = solver.solve(bad, 10.0, relaxed=relaxed)
        assert result.status is Status.INFEASIBLE
        assert result.x is None
        assert result.row_duals is None
        assert solver.solve(good, 10.0, relaxed=relaxed).status is Status.OPTIMAL


def knapsack(n: int, seed: int = 0) -> Program:
    """Correlated market split rows: hard to prove, easy to satisfy."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 1000, (6, n)).astype(np.float64)
    cost = rows.sum(axis=0) + rng.integers(1, 9, n)
    return program(cost.tolist(), rows.tolist(), [-np.inf] * 6, (rows.sum(axis=1) // 2).tolist())


def test_limits_leave_a_solution_and_a_bound(solver: Solver) -> None:
    one = knapsack(60)
    result = solver.solve(one, 60.0, nodes=3)
    assert result.status is Status.FEASIBLE
    assert result.objective is not None
    assert result.bound is not None
    assert result.objective < result.bound
    again = solver.solve(one, 60.0, nodes=3)
    assert np.array_equal(result.x, again.x)  # a limit in nodes is deterministic
    began = time.monotonic()
    assert solver.solve(one, 0.3).status is Status.FEASIBLE
    assert time.monotonic() - began < 2.0


def test_a_start_is_used(solver: Solver) -> None:
    one = knapsack(60)
    best = solver.solve(one, 1.0)
    assert best.x is not None
    assert best.objective is not None
    warm = solver.solve(replace(one, start=best.x), 60.0, nodes=1)
    assert warm.objective is not None
    assert warm.objective >= best.objective - 1e-6


def test_cancelling_kills_the_child_and_the_next_solve_works(solver: Solver) -> None:
    began, before = time.monotonic(), solver.pid
    result = solver.solve(knapsack(60), 60.0, cancelled=lambda: time.monotonic() - began > 0.3)
    assert (result.status, result.x, result.message) == (Status.LIMIT, None, "cancelled")
    assert time.monotonic() - began < 2.0
    assert solver.solve(random_program(0), 10.0).status is not Status.FAILED
    assert solver.pid != before


def test_a_killed_child_is_a_failure_and_is_replaced(solver: Solver) -> None:
    solver.solve(random_program(0), 10.0)
    pid = solver.pid
    assert pid is not None
    threading.Timer(0.4, os.kill, (pid, signal.SIGKILL)).start()
    result = solver.solve(knapsack(60), 60.0)
    assert result.status is Status.FAILED
    assert "died with code -9" in result.message
    assert solver.solve(random_program(0), 10.0).status is not Status.FAILED


@pytest.fixture
def audible_ctrl_c() -> Iterator[None]:
    """Ctrl-C is heard, even where whoever started the tests had them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("audible_ctrl_c")
def test_ctrl_c_is_raised_on_and_leaves_no_child(solver: Solver) -> None:
    solver.solve(random_program(0), 10.0)
    pid = solver.pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)  # the terminal sends it to the child too
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        solver.solve(knapsack(60), 60.0)
    assert solver.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_healthy_child_is_used_again_and_a_dead_one_is_not() -> None:
    end_idle()
    with Solver() as first:
        assert first.solve(random_program(0), 10.0).status is not Status.FAILED
        pid = first.pid
    with Solver() as second:
        assert second.pid == pid
        with Solver() as other:
            assert other.pid != pid
    with Solver() as third:
        assert third.pid != pid  # one idle child is enough: the first to be left was kept
        assert third.pid is not None
        os.kill(third.pid, signal.SIGKILL)
        os.waitpid(third.pid, 0)
    with Solver() as fourth:
        assert fourth.solve(random_program(0), 10.0).status is not Status.FAILED
    end_idle()


def test_a_child_is_not_kept_when_its_user_failed() -> None:
    end_idle()
    broken = Solver()
    broken.__enter__()
    pid = broken.pid
    broken.__exit__(ValueError, ValueError("ours"), None)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, sys, threading, time
            sys.path.insert(0, {str(ROOT)!r})
            from tests.optimizer.test_master import knapsack
            from optimizer.master import Solver
            solver = Solver()
            with solver:
                while not solver._child.frames.qsize():
                    time.sleep(0.01)
                print(solver.pid, flush=True)
                threading.Timer(0.5, os._exit, (1,)).start()
                solver.solve(knapsack(60), 60.0)
            """
        )
    )
    printed = subprocess.run(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, check=False
    ).stdout
    pid = int(printed)
    deadline = time.monotonic() + 5.0
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def liar(tmp_path: Path, body: str) -> list[str]:
    """The command of a child whose solve function is `body`."""
    script = tmp_path / "liar.py"
    script.write_text(
        f"import os, sys, time\nsys.path.insert(0, {str(ROOT)!r})\n"
        "import numpy as np\nfrom optimizer.solver_process import run\n"
        "def solve(values, arrays, announce):\n"
        "    n, m = arrays['cost'].size, arrays['row_lower'].size\n"
        + textwrap.indent(textwrap.dedent(body), "    ")
        + "\nrun(solve)\n"
    )
    return [sys.executable, str(script)]


OPTIMAL = "return {'status': 'optimal', 'objective': %s, 'bound': %s}, {'x': np.array(%s)}"

LIES = {
    "hangs": ("announce(); time.sleep(60)", "was not solved after 2"),
    "exits": ("announce(); os._exit(3)", "died with code 3"),
    "raises": ("raise MemoryError('all of it')", "MemoryError: all of it"),
    "babbles": ("announce(); os.write(3, b'x' * 4000)\nos._exit(0)", "died"),
    "a row broken": ("announce(); " + OPTIMAL % (3, 3, "[1., 1.]"), "breaks a row"),
    "half an event": ("announce(); " + OPTIMAL % (1, 2, "[0., .5]"), "not whole"),
    "out of bounds": ("announce(); " + OPTIMAL % (4, 4, "[0., 2.]"), "leaves its bounds"),
    "a false objective": ("announce(); " + OPTIMAL % (9, 9, "[0., 1.]"), "not what the solution"),
    "a bound below": ("announce(); " + OPTIMAL % (2, 1, "[0., 1.]"), "more than its bound"),
    "not the best": ("announce(); " + OPTIMAL % (1, 1, "[1., 0.]"), "a neighbour"),
    "nothing is best": ("announce(); " + OPTIMAL % (0, 0, "[0., 0.]"), "a neighbour"),
    "not a number": ("announce(); " + OPTIMAL % (0, 0, "[np.nan, 0.]"), "not finite"),
    "a short answer": ("announce(); " + OPTIMAL % (0, 0, "[0.]"), "not finite"),
    "no solution": ("announce(); return {'status': 'optimal'}, {}", "none was given"),
    "no such status": ("announce(); return {'status': 'fine'}, {}", "makes no sense"),
}


@pytest.mark.parametrize("name", LIES)
def test_faults_and_lies_are_found(name: str, tmp_path: Path) -> None:
    body, said = LIES[name]
    one = program([1.0, 2.0], [[1, 1], [1, 1]], [0.0, 1.0], [1.0, 1.0])
    if name == "nothing is best":
        one = replace(one, row_lower=np.array([0.0, 0.0]))
    with Solver(command=liar(tmp_path, body)) as dishonest:
        result = dishonest.solve(one, 0.1 if name == "hangs" else 5.0)
    assert result.status is Status.FAILED
    assert said in result.message
    assert result.x is None


def test_control_the_truth_is_believed(tmp_path: Path) -> None:
    one = program([1.0, 2.0], [[1, 1], [1, 1]], [0.0, 1.0], [1.0, 1.0])
    with Solver(command=liar(tmp_path, "announce(); " + OPTIMAL % (2, 2, "[0., 1.]"))) as honest:
        result = honest.solve(one, 5.0)
    assert (result.status, result.objective) == (Status.OPTIMAL, 2.0)


def test_a_start_returned_beside_another_objective_is_solved_again_without_it(
    tmp_path: Path,
) -> None:
    """HiGHS has done so; without the start it told the truth."""
    one = program([1.0, 2.0], [[1, 1], [1, 1]], [0.0, 1.0], [1.0, 1.0])
    stale, true = OPTIMAL % (2, 2, "[1., 0.]"), OPTIMAL % (2, 2, "[0., 1.]")
    body = f"announce()\nif 'start' in arrays:\n    {stale}\n{true}"
    with Solver(command=liar(tmp_path, body)) as forgetful:
        result = forgetful.solve(replace(one, start=np.array([1.0, 0.0])), 5.0)
    assert (result.status, result.objective) == (Status.OPTIMAL, 2.0)


def test_calling_a_feasible_start_infeasible_is_a_lie(tmp_path: Path) -> None:
    one = program([1.0, 2.0], [[1, 1]], [1.0], [1.0])
    body = "announce(); return {'status': 'infeasible'}, {}"
    with Solver(command=liar(tmp_path, body)) as dishonest:
        assert dishonest.solve(one, 5.0).status is Status.INFEASIBLE  # nothing to hold against it
        caught = dishonest.solve(replace(one, start=np.array([0.0, 1.0])), 5.0)
    assert caught == Result(Status.FAILED, message="called infeasible, yet the start is a solution")


def test_false_duals_are_found(tmp_path: Path) -> None:
    one = program([1.0, 2.0], [[1, 1]], [-np.inf], [1.0])
    lie = "announce(); return {'status': 'optimal', 'objective': 2.}, {'x': np.array([0., 1.]), "
    for duals, status in (("[2.]", Status.OPTIMAL), ("[0.]", Status.FAILED), ("[-9.]", "x")):
        with Solver(command=liar(tmp_path, lie + f"'row_duals': np.array({duals})}}")) as other:
            result = other.solve(one, 5.0, relaxed=True)
        assert result.status is (status if status != "x" else Status.FAILED)


def test_the_frames_refuse_strangers(tmp_path: Path) -> None:
    script = tmp_path / "stranger.py"
    script.write_text("print('hello, this is no frame at all')")
    with Solver(command=[sys.executable, str(script)]) as stranger:
        assert stranger.solve(random_program(0), 1.0).status is Status.FAILED


def test_messages_survive_a_frame() -> None:
    import io

    from optimizer.frames import read_frame, write_frame

    stream = io.BytesIO()
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([True]), "c": np.zeros(0, "i8")}
    write_frame(stream, {"text": "ñ", "none": None, "one": 1}, arrays)
    whole = stream.getvalue()
    message: Message | None = read_frame(io.BytesIO(whole))
    assert message is not None
    assert message[0] == {"text": "ñ", "none": None, "one": 1}
    assert all(np.array_equal(arrays[name], message[1][name]) for name in arrays)
    assert read_frame(io.BytesIO(whole[:-1])) is None
    assert read_frame(io.BytesIO(b"")) is None
