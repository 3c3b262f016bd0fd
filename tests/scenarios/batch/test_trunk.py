"""Trunks: what scenarios share decides where they begin, never who was first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.answer import Facts
from scenarios.batch import trunk
from scenarios.batch.questions import tasks
from scenarios.batch.task import Answer, Origins, Shared, Task
from scenarios.batch.trunk import head_for, trunk_of
from scenarios.batch.work import solve
from scenarios.fitted import response_for
from tests.scenarios.batch.grids import RUNS, grid_workspace
from workspace.load import load


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grid_workspace(tmp_path_factory.mktemp("trunk") / "ws")


@pytest.fixture
def shared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shared:
    monkeypatch.setattr(trunk, "_heads", {})
    workspace = load(folder, planning=True)
    response, _ = response_for(workspace, folder / "response", None)
    return Shared(Facts(workspace, response), Origins("", ""), workspace.sha256 + response.sha256)


def asked(shared: Shared, folder: Path) -> list[Task]:
    names = ("tiny", "grid")
    return list(tasks(shared.facts, [folder / "scenarios" / f"{name}.yaml" for name in names]))


def told(answer: Answer) -> tuple[str, object, object]:
    if answer.packed is None:
        return answer.question.scenario, answer.ending, str(answer.failure)
    files = {name: data for name, data in answer.packed.files.items() if name != "plan.json"}
    return answer.question.scenario, answer.packed.sha256, files


def test_a_grid_of_budgets_and_what_ifs_has_one_trunk(
    shared: Shared, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = asked(shared, folder)
    assert len({str(trunk_of(task.scenario.spec)) for task in every}) == 1
    solved: list[str] = []
    once = trunk.solve

    def counted(*given: object, **named: object) -> object:
        solved.append("trunk")
        return once(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(trunk, "solve", counted)
    heads = [head_for(shared, task.scenario) for task in every]
    assert len(every) == RUNS + 1
    # The trunk itself, by whatever name, begins from nothing.
    alone = [task.question.scenario for task, head in zip(every, heads, strict=True) if not head]
    assert alone == ["grid+budget_scale-1.0+as-is"]
    assert len({id(head) for head in heads if head}) == 1
    assert solved == ["trunk"]


def test_answers_do_not_depend_on_who_was_first(
    shared: Shared, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = asked(shared, folder)
    forth = [told(solve(shared, task)) for task in every]
    monkeypatch.setattr(trunk, "_heads", {})
    back = [told(solve(shared, task)) for task in reversed(every)]
    monkeypatch.setattr(trunk, "_heads", {})
    alone = told(solve(shared, every[3]))
    assert back[::-1] == forth
    assert alone == forth[3]


def test_trunks_beyond_what_is_kept_are_dropped_and_solved_again(
    shared: Shared, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trunk, "KEPT", 0)
    dear = asked(shared, folder)[1].scenario
    limits = dear.spec.solver.model_copy(update={"seed": 7})
    other = replace(dear, spec=dear.spec.model_copy(update={"solver": limits}))
    first = head_for(shared, dear)
    assert head_for(shared, dear) is first
    assert head_for(shared, other) is not first
    again = head_for(shared, dear)
    assert again is not first
    assert first is not None
    assert again is not None
    assert again.worth == first.worth
    assert (again.chosen == first.chosen).all()
