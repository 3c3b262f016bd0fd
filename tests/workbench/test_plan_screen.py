"""What the terminal shows of a plan made by hand."""

import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from tests.workbench.conftest import make_view
from workbench.language import Code, Language
from workbench.screens.calendar import Selection, calendar_screen
from workbench.screens.plan import plan_screen

ENGLISH, SPANISH = Language(), Language(Code.SPANISH)


def shown(renderables, width=80, colour=False):
    console = Console(
        width=width,
        file=io.StringIO(),
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        highlight=False,
    )
    for renderable in renderables:
        console.print(renderable)
    return console.file.getvalue()


def whole(view, width=80, say=ENGLISH, **options):
    return shown(plan_screen(view, say, width, **options), width)


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("say", [ENGLISH, SPANISH])
def test_no_line_is_wider_than_the_terminal(view, width, say):
    assert max(map(len, whole(view, width, say).splitlines())) <= width


def test_the_headline_says_what_it_earns_how_sure_and_how_near_the_best(view):
    text = whole(view)
    assert "base, 3 accounts, 52 weeks, from 5 Jan 2026, 18 events" in text
    assert re.search(r"The plan earns us +€9,450", text)
    assert re.search(r"8 times in 10 from +€7,560 +to €11,340", text)
    assert re.search(r"and our retailers +€1,800", text)
    assert re.search(r"Trade spend +€18,000", text)
    assert re.search(r"Return on spend +52%", text)
    assert "no other plan can earn more than 0.30% more (€28)" in text


def test_a_plan_without_a_bound_says_so(view):
    plan = {**view.plan, "bound": None, "gap": None, "totals": {}}
    text = whole(replace(view, plan=plan))
    assert "How much more another plan could earn is not known." in text
    assert "8 times in 10" not in text


def test_a_gap_too_small_for_a_percentage_is_money(view):
    plan = {**view.plan, "gap": 1e-6, "bound": 9450.4, "objective": 9450.0}
    assert "no other plan can earn more than €0 more." in whole(replace(view, plan=plan))


def test_a_plan_that_is_proven_best_says_just_that(view):
    plan = {**view.plan, "gap": 0.0, "bound": 9450.0, "objective": 9450.0}
    assert "no other plan can earn more.\n" in whole(replace(view, plan=plan))


def test_bad_draws_and_the_price_of_safety(view):
    risk = {"draws": 200, "level": 0.9, "weight": 0.0, "expected_profit": 9000.0}
    risk |= {"tail_profit": 4000.0, "neutral_expected_profit": None, "price": None}
    text = whole(replace(view, plan={**view.plan, "risk": risk}))
    assert re.search(r"if things go badly +€4,000 +mean of the worst 10% of 200 draws", text)
    assert "price of safety" not in text
    assert "things go badly" not in whole(replace(view, plan={**view.plan, "risk": None}))
    risk |= {"weight": 0.5, "neutral_expected_profit": 9300.0, "price": 300.0}
    text = whole(replace(view, plan={**view.plan, "risk": risk}))
    assert re.search(r"price of safety +€300 +given up of the €9,300 that could be expected", text)


def test_budgets_rules_and_files(view):
    text = whole(view)
    assert re.search(r"YEAR +█{14} +€10,000 +€10,000 +0.42", text)
    assert re.search(r"slots +1 +account=A00: most products on deal", text)
    assert "min_gap_weeks" not in text  # it has room left
    assert "results/plans/base" in text


def test_rules_with_room_and_no_rules_at_all(view):
    loose = view.guardrails.assign(slack=1.0)
    assert "none: every rule has room left" in whole(replace(view, guardrails=loose))
    nothing = replace(view, guardrails=view.guardrails[:0], budgets=view.budgets[:0])
    text = whole(nothing)
    assert "Rules that bind" not in text
    assert "Budgets" not in text


def test_long_lists_are_cut_and_counted(view):
    budgets = view.budgets.loc[[0] * 20].reset_index(drop=True)
    rules = view.guardrails.loc[[0] * 20].reset_index(drop=True)
    text = whole(replace(view, budgets=budgets, guardrails=rules), broken=["broken"] * 20)
    assert "8 more budgets" in text
    assert text.count("8 more rules") == 2


def test_broken_rules_come_first(view):
    text = whole(view, broken=["at most 1 product"])
    assert text.index("at most 1 product") < text.index("Calendar")


def cells(line):
    return re.search(r"[A-Z=·]{52}", line)


def test_each_row_draws_its_events(view):
    lines = whole(view).splitlines()
    rows = [line for line in lines if cells(line)]
    assert len(rows) == 6
    first = next(line for line in rows if "Product 0" in line)
    drawn = cells(first).group()
    events = view.calendar[(view.calendar["account"] == "A02") & (view.calendar["product"] == "P0")]
    assert sum(cell.isalpha() for cell in drawn) == len(events)
    assert sum(cell != "·" for cell in drawn) == events["weeks"].sum()


def test_colours_say_the_same_as_letters(view):
    plain, coloured = (shown(calendar_screen(view, ENGLISH, 80), 80, on) for on in (False, True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_months_stand_over_their_first_monday(view):
    header = next(line for line in whole(view).splitlines() if "Jan Feb" in line)
    row = next(line for line in whole(view).splitlines() if cells(line))
    begin = cells(row).start()
    for month, week in (("Jan", 0), ("Feb", 4), ("Mar", 8), ("Dec", 48)):
        assert header[begin + week :].startswith(month)


def test_many_accounts_are_summed_up_unless_asked_for():
    view = make_view(accounts=60, products=1)
    text = whole(view)
    assert len([line for line in text.splitlines() if cells(line)]) == 24
    assert "36 more accounts: --all or --account CODE shows them" in text
    everything = whole(view, selection=Selection(everything=True))
    assert len([line for line in everything.splitlines() if cells(line)]) == 60
    one = whole(view, selection=Selection(accounts=("A07", "unknown")))
    assert [line[:16] for line in one.splitlines() if cells(line)] == ["Account number 7"]


def test_many_products_of_an_account_are_summed_up_too():
    view = make_view(accounts=3, products=30)
    rows = [line for line in whole(view).splitlines() if cells(line)]
    assert len(rows) == 16
    one = whole(view, selection=Selection(accounts=("A01",)))
    assert len([line for line in one.splitlines() if cells(line)]) == 30


def test_accounts_without_deals_are_counted():
    view = make_view(accounts=5, products=1)
    view = replace(view, calendar=view.calendar[view.calendar["account"] != "A00"])
    assert "1 account runs no deal" in whole(view)


def test_a_plan_of_nothing_is_a_plan():
    assert "nothing is promoted" in whole(make_view(events=0))


def test_long_horizons_are_drawn_in_panels():
    view = make_view(accounts=2, products=1, weeks=104)
    text = whole(view)
    assert max(map(len, text.splitlines())) <= 80
    assert len(re.findall(r"^Account number \d", text, flags=re.MULTILINE)) == 4


def test_long_names_lose_their_middle(view):
    name = "NEW YORK (NEW) - PATHMARK"
    named = replace(view, account_names={**view.account_names, "A00": name})
    assert "NEW YORK…PATHMARK" in whole(named)


def test_names_that_look_like_markup_are_shown_as_they_are(view):
    name = "[red]A[/red] :smile:"
    named = replace(view, account_names={**view.account_names, "A00": name})
    assert name in whole(named, 120)


def priced(view, moves):
    names = ("change", "account", "product", "week", "previous_price", "base_price")
    money = ("incremental_profit", "retailer_incremental_profit")
    rows = [
        (f"P{i:04d}", "A00", f"P{i:02d}", "2026-03-02", 2.5, 2.38, 100.0 - i, 5.0 * i)
        for i in range(moves)
    ]
    return replace(view, prices=pd.DataFrame(rows, columns=[*names, *money]))


def test_regular_prices_are_recommended_not_set(view):
    assert "Recommended regular prices" not in whole(view)
    text = " ".join(whole(priced(view, 14), 100).split())
    assert "A00 P00 2 Mar 2026 €2.50 €2.38 €100 €0" in text
    assert "2 more changes" in text
    assert "Recommendations, incl. VAT: whoever sells to shoppers is free" in text
    assert "none: every listed price stays as it is" in whole(priced(view, 0))
    spanish = whole(priced(view, 2), 100, SPANISH)
    assert "PVP regulares recomendados" in spanish
    assert max(map(len, whole(priced(view, 3), 80, SPANISH).splitlines())) <= 80
