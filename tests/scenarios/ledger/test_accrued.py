from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from optimizer.reports.workbook.accruals import divided
from scenarios.ledger.accrued import accrued

MONDAY = date(2026, 3, 30)  # a week in two months


@given(cents=st.integers(0, 10**9), days=st.integers(-3, 10))
def test_days_add_up(cents: int, days: int) -> None:
    weekly = ((MONDAY, cents),)
    (now,) = accrued(weekly, MONDAY + timedelta(days=days))
    (before,) = accrued(weekly, MONDAY + timedelta(days=days - 1))
    assert 0 <= before <= now <= cents
    assert now == (0 if days < 0 else cents if days >= 6 else now)


@given(cents=st.integers(0, 10**9))
def test_at_the_end_of_a_month_it_is_what_the_workbook_says(cents: int) -> None:
    _, _, first, _ = divided(MONDAY, cents)
    assert accrued(((MONDAY, cents),), date(2026, 3, 31)) == [first]
