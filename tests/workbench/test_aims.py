"""Screens where something else than our profit is maximised: no amount of it reads as money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from optimizer.build import build
from optimizer.conflict.exclusion import Exclusion
from optimizer.objective import AIMS, NAMED
from scenarios.frontier.curve import Curve, Point
from scenarios.store.runs import Ending, Run
from scenarios.why import Explanation as Answer
from tests.optimizer.problems import hand_response, hand_workspace, spec_of
from tests.workbench.conftest import make_view
from tests.workbench.test_explanation import shown
from workbench.aims import NAMES, amount, in_words
from workbench.explanation import Entry, Explanation, Reasoned
from workbench.language import Code, Language
from workbench.screens.batch import _row
from workbench.screens.frontier import headlines
from workbench.screens.plan import headline
from workbench.screens.why import why_screen

ENGLISH, SPANISH = Language(Code.ENGLISH), Language(Code.SPANISH)


def test_every_objective_has_words() -> None:
    safe = spec_of(risk={"weight": 0.5}).maximised
    assert set(NAMES) == {*AIMS, *NAMED, *safe}
    assert in_words({"volume": 1.0, "profit": 0.5, "revenue": 0.0}, ENGLISH) == (
        "more units sold + our profit"
    )
    assert in_words("nash", SPANISH) != in_words("nash", ENGLISH)


def test_money_is_for_profit_alone() -> None:
    assert amount(1234.5, "profit", "EUR", ENGLISH) == "€1,234"
    assert amount(1234.5, "volume", "EUR", ENGLISH) == "1,234.50"
    assert amount(1234.5, {"revenue": 1.0}, "EUR", SPANISH) == "1.234,50"


@pytest.mark.parametrize("say", [ENGLISH, SPANISH])
def test_an_event_of_a_plan_for_volume(say: Language) -> None:
    entry = Entry("A", "P", "TPR", "2026-01-05", 2)
    one = Explanation((Reasoned("E1", entry, -50.0, 1200.0, (), ()),), ())
    told = " ".join(shown(one, say, asked="volume").split())
    assert "1,200.00" in told if say is ENGLISH else "1.200,00" in told
    assert "1,200 " not in told.replace("1,200.00", "")
    assert ("of what is asked for" in told) is (say is ENGLISH)
    assert "of what is asked for" not in shown(one, say)


def test_a_frontier_says_that_nothing_is_proven_of_its_profits() -> None:
    point = Point(100.0, profit=50.0, objective=50.0, spend=90.0)
    curve = Curve("base", "", 100.0, "EUR", 0.001, (point,), "revenue")
    (told,) = headlines(curve, ENGLISH)
    assert "more gross sales" in told
    assert list(headlines(replace(curve, maximised="profit"), ENGLISH)) == []
    assert curve.tightened().points[0].bound is None


def test_a_batch_names_the_unit() -> None:
    run = Run("k", "s", "", "", "", "1", Ending.DONE, None, 1.0, "", "p", "optimal", 123_400, None,
              5_000, 3, '{"objective": "volume"}')  # fmt: skip
    assert _row(run, ENGLISH)[2] == "1,234.00 more units sold"
    assert _row(replace(run, spec_json="{}"), ENGLISH)[2] == "1,234.00"


def test_a_plan_says_what_it_maximises_and_what_it_earns() -> None:
    view = make_view()
    view = replace(view, plan={**view.plan, "maximised": "volume", "objective": 987_654.0})
    told = _text(headline(view, ENGLISH))
    assert "Maximised" in told
    assert "987,654.00" in told
    assert "€987,654" not in told


def _text(parts: Iterable[RenderableType]) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return captured.get()


@pytest.mark.parametrize(
    ("asked", "said", "money"),
    [
        ("profit", "", "€5.00"),
        ("nash", "the plan that earns us most", "€5.00"),
        ("volume", "Amounts are of that", "5.00"),
    ],
)
def test_why_says_what_its_amounts_are_of(
    asked: str, said: str, money: str, tmp_path: Path
) -> None:
    workspace = hand_workspace(tmp_path)
    problem = build(workspace, hand_response(), spec_of())
    event = Exclusion(2, False, 5.0, None)
    told = _text(why_screen(Answer(workspace, problem, None, event, asked), ENGLISH))
    assert said in told
    assert f"earns {money} less" in told
