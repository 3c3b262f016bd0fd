"""The explanation of a plan: in codes for programs, in sentences for people."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from optimizer.build import build
from optimizer.instead import Scarce
from optimizer.plan import Plan, plan_of
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from tests.oracle.memory import tiny_inputs
from workbench.explanation import Entry, Explanation, Reasoned, Repriced, explained
from workbench.language import Code, Language
from workbench.screens.explain import UNITS, explain_screen

ENTRY = Entry("A1", "P1", "CUT-10", "2026-02-16", 2)
MOVED = Entry("A1", "P1", "CUT-10", "2026-03-02", 2)
SIBLING = Entry("A1", "P2", "CUT-10", "2026-03-02", 1)


def shown(explanation: Explanation, say: Language, width: int = 80, asked: str = "profit") -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    for renderable in explain_screen(explanation, "EUR", say, asked):
        console.print(renderable)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def plan() -> Plan:
    workspace, response, spec = tiny_inputs(1)
    problem = build(workspace, response, spec)
    found = solve(problem, SolveOptions(gap=0.0, seconds=60.0))
    assert found.calendar is not None
    return plan_of(workspace, response, spec, problem, found.calendar, duals=found.duals)


def test_it_speaks_in_the_plans_codes(plan: Plan) -> None:
    earned = {f"E{i}": 1.5 * i for i in range(plan.calendar.block.size)}
    found = explained(plan, earned)
    for one in found.events:
        assert one.earns == earned[one.event]
        i = list(earned).index(one.event)
        assert one.entry.account == plan.problem.account[plan.calendar.block[i]]
        assert one.entry.start_week == plan.problem.weeks[plan.calendar.start[i]]
    assert [one.earns for one in found.events] == sorted(
        (one.earns for one in found.events), reverse=True
    )
    assert set(found.plain()) == {"events", "limits"}


def test_sentences_in_both_languages() -> None:
    explanation = Explanation(
        (
            Reasoned("E1", ENTRY, 120.0, 30.0, (), (MOVED, SIBLING)),
            Reasoned("E2", ENTRY, 80.0, 80.0, (), ()),
            Reasoned("E3", ENTRY, 60.0, 2.0, (), (SIBLING,)),
        ),
        (Scarce("TOTAL", "spend", 0.25),),
        (Repriced("P0001", "A1", "P1", "2026-03-02", 2.5, 2.38, 44.0),),
    )
    english = " ".join(shown(explanation, Language()).split())
    assert "with CUT-10 from 2 Mar 2026 and 1 change" in english
    assert "€80 less, with nothing instead" in english
    assert "with P2 CUT-10 from 2 Mar 2026" in english
    assert "TOTAL 1.00 more to spend 0.25" in english
    spanish = shown(explanation, Language(Code.SPANISH), 60)
    assert "Por qué estas acciones" in spanish
    assert "P0001 A1 P1 from 2 Mar 2026 €2.38 is recommended; the best plan that" in english
    assert "stays at €2.50 earns about €44 less" in english
    assert "Por qué estos PVP regulares" in spanish
    assert "y 1 cambio" in " ".join(spanish.split())
    assert max(map(len, spanish.splitlines())) <= 60


def test_nothing_to_explain_is_nothing_said() -> None:
    assert shown(Explanation((), ()), Language()) == ""


def test_every_quantity_has_a_unit() -> None:
    from optimizer.problem import Quantity

    assert set(UNITS) == {quantity.name.lower() for quantity in Quantity}
