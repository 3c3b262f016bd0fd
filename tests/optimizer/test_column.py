"""Columns are measured to the cent as the one definition of value measures them."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.kernels.arrays import pack
from optimizer.kernels.column import measure, rounded
from optimizer.problem import Floats, Ints, Problem, Quantity
from optimizer.value import value
from tests.optimizer.random_problem import (
    Recipe,
    calendar_of,
    draw_calendar,
    random_problem,
    row_totals,
)
from workspace.money import to_cents

RECIPE = Recipe(sizes=(1, 3, 2, 4), horizon=15, carry=3, cross=(0, 2), tactics=3, lengths=(1, 2, 4))
MONEY = (Quantity.SPEND, Quantity.RETAILER_PROFIT)


def measured(problem: Problem, starts: Ints) -> tuple[float, Floats]:
    """Profit in cents and totals of all rows, money in cents, over all groups."""
    a = pack(problem)
    profit, totals = 0.0, np.zeros(len(problem.rows))
    tactics = np.zeros_like(starts)
    for g in range(len(a.group_start) - 1):
        here = a.group_rows[a.group_rows_start[g] : a.group_rows_start[g + 1]]
        rows = np.full(here.size, np.nan)
        profit += measure(a, g, starts, tactics, rows)
        totals[here] += rows
    return profit, totals


@pytest.mark.parametrize("seed", range(40))
def test_a_column_is_worth_what_value_says(seed: int) -> None:
    problem = random_problem(seed, RECIPE)
    starts = draw_calendar(np.random.default_rng(seed), problem, 0.3 + 0.01 * seed)
    outcome = value(problem, calendar_of(problem, starts))
    profit, totals = measured(problem, starts)
    assert profit == outcome.profit.sum() - outcome.profit_no_promotion.sum()
    for row, mine, other in zip(problem.rows, totals, row_totals(problem, starts), strict=True):
        if row.quantity == Quantity.UNITS:
            assert mine == pytest.approx(other, rel=1e-12)
        else:
            assert mine == round(other * 100.0 if row.quantity in MONEY else other)


def test_control_an_event_moved_by_a_week_is_seen() -> None:
    problem = random_problem(1, RECIPE)
    starts = draw_calendar(np.random.default_rng(1), problem)
    moved = np.roll(starts, 1, axis=1)
    moved[:, 0] = -1
    assert measured(problem, starts)[0] != measured(problem, moved)[0]


def test_cents_are_those_of_the_workspace() -> None:
    rng = np.random.default_rng(1)
    amounts = np.concatenate([rng.normal(0.0, 100.0, 500), np.arange(-500, 500) / 200.0])
    amounts = np.concatenate([amounts, amounts + 9e-9, amounts - 9e-9, amounts + 2e-8])
    assert [rounded(x) for x in amounts.tolist()] == to_cents(amounts).tolist()
