"""What the child does, done here: models as Pyomo makes them, options kept, statuses mapped."""

from __future__ import annotations

import io
import os
import threading

import highspy
import numpy as np
import pytest

from optimizer.frames import Array, Message, Value, read_frame, write_frame
from optimizer.pyomo_master import (
    STATUSES,
    SolverRefusal,
    answer,
    build,
    compiled,
    options,
    pass_model,
    set_options,
    solve,
    warm,
)
from optimizer.solver_process import serve

ASKED: dict[str, Value] = {
    "seconds": 5.0, "gap": 0.0, "nodes": None, "relaxed": False, "seed": 1, "master": "highs",
}  # fmt: skip


def arrays() -> dict[str, Array]:
    """Maximise x0 + 2 x1 - x2: x0 + x1 <= 1, 1 <= x1 + x2 <= 2; column 3 is in no row."""
    return {
        "cost": np.array([1.0, 2.0, -1.0, 0.0]),
        "lower": np.zeros(4),
        "upper": np.array([1.0, 1.0, 5.0, 3.0]),
        "integer": np.array([True, True, False, True]),
        "indptr": np.array([0, 2, 4, 4]),
        "indices": np.array([0, 1, 1, 2]),
        "data": np.ones(4),
        "row_lower": np.array([-np.inf, 1.0, 0.0]),
        "row_upper": np.array([1.0, 2.0, np.inf]),
    }


def test_the_model_is_what_was_asked_for() -> None:
    given = arrays()
    model = build(given, given["integer"])
    assert len(model.x) == 4
    assert [model.x[j].is_integer() for j in range(4)] == given["integer"].tolist()
    assert sorted(model.row) == [0, 1]  # the empty row is left out
    assert str(model.row[1].expr) == "1.0  <=  x[1] + x[2]  <=  2.0"
    form, lp = compiled(model)
    assert (lp.num_col_, lp.num_row_) == (3, 3)  # one row has two sides; a column is not used
    assert [v.index() for v in form.columns] == [0, 1, 2]
    assert list(lp.col_cost_) == [-1.0, -2.0, 1.0]


def test_solves_and_tells_when_the_model_stands() -> None:
    told: list[bool] = []
    values, found = solve(ASKED, arrays(), lambda: told.append(True))
    assert (values["status"], values["objective"], values["bound"]) == ("optimal", 2.0, 2.0)
    assert found["x"].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert told == [True]
    relaxed, found = solve({**ASKED, "relaxed": True}, arrays(), lambda: None)
    assert relaxed["bound"] is None
    assert found["row_duals"].size == 3
    started = {**arrays(), "start": np.array([1.0, 0.0, 1.0, 2.0])}
    limited, found = solve({**ASKED, "nodes": 1}, started, lambda: None)
    assert limited["objective"] == 2.0
    assert found["x"][3] == 2.0  # in no row: it stays where it was


def test_says_infeasible_without_a_solution() -> None:
    given = arrays()
    given["row_upper"] = np.array([1.0, 1.0, np.inf])
    given["row_lower"] = np.array([2.0, 1.0, 0.0])
    given["row_upper"][0] = 3.0
    given["upper"] = np.array([0.0, 1.0, 5.0, 3.0])
    values, found = solve(ASKED, given, lambda: None)
    assert values["status"] == "infeasible"
    assert not found


def test_nothing_but_constants() -> None:
    given = arrays()
    given["cost"] = np.zeros(4)
    given["indptr"] = np.zeros(4, dtype=np.int64)
    given["indices"] = np.zeros(0, dtype=np.int64)
    given["data"] = np.zeros(0)
    given["row_lower"] = np.full(3, -np.inf)
    values, found = solve(ASKED, given, lambda: None)
    assert (values["status"], values["objective"]) == ("optimal", 0.0)
    assert found["x"].tolist() == [0.0] * 4
    warm()


def test_every_status_of_the_solver_is_mapped() -> None:
    known = set(highspy.HighsModelStatus.__members__)
    assert set(STATUSES) == known
    assert set(STATUSES.values()) == {"optimal", "infeasible", "unbounded", "limit", "failed"}


def test_options_are_read_back() -> None:
    highs = highspy.Highs()
    set_options(highs, {"output_flag": False, **options({**ASKED, "nodes": 7})})
    kept = {"presolve": "on", "threads": 1, "mip_max_nodes": 7, "mip_rel_gap": 0.0}
    for name, value in kept.items():
        assert highs.getOptionValue(name)[1] == value
    with pytest.raises(SolverRefusal, match="threds was refused"):
        set_options(highs, {"threds": 1})
    with pytest.raises(SolverRefusal, match="time_limit was not kept"):
        set_options(highs, {"time_limit": float("nan")})


def test_a_model_that_does_not_arrive_is_refused() -> None:
    given = arrays()
    form, lp = compiled(build(given, given["integer"]))
    highs = highspy.Highs()
    set_options(highs, {"output_flag": False})
    with pytest.raises(SolverRefusal, match="arrived as"):
        pass_model(highs, lp, form.A.nnz + 1)
    lp.a_matrix_.index_ = np.full(form.A.nnz, 99, dtype=np.int32)
    with pytest.raises(SolverRefusal, match="not taken"):
        pass_model(highs, lp, form.A.nnz)
    unsolved = answer(highspy.Highs(), form, np.arange(3), np.zeros(4), True, 3)
    assert unsolved[0]["status"] == "failed"
    assert not unsolved[1]


def conversation(*messages: Message) -> list[Message]:
    """What a server answers to some frames."""
    inbox, outbox = io.BytesIO(), io.BytesIO()
    for message in messages:
        write_frame(inbox, *message)
    inbox.seek(0)
    ended = threading.Event()
    serve(solve, inbox, outbox, ended.set)
    assert ended.wait(5.0)
    outbox.seek(0)
    answers = []
    while (frame := read_frame(outbox)) is not None:
        answers.append(frame)
    return answers


def test_the_server_answers_in_order_and_survives_nonsense() -> None:
    answers = conversation((ASKED, arrays()), (ASKED, {}), (ASKED, arrays()))
    stages = [values["stage"] for values, _ in answers]
    assert stages == ["ready", "built", "solved", "solved", "built", "solved"]
    assert answers[3][0]["status"] == "failed"
    assert "KeyError" in str(answers[3][0]["message"])
    assert answers[2][1]["x"].tolist() == answers[5][1]["x"].tolist()


def test_a_frame_needs_its_mark() -> None:
    with pytest.raises(ValueError, match="not a frame"):
        read_frame(io.BytesIO(os.urandom(1) + b"x" * 100))
