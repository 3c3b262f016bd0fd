"""The planning benchmark: every subject's plan is legal and judged by one judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import planning
from benchmarks.peers.annealing import annealing
from benchmarks.peers.greedy import careful, separate, spreadsheet, stand_alone
from benchmarks.peers.high_low import high_low
from benchmarks.peers.last_year import calendar_before, last_year
from benchmarks.peers.ledger import open_ledger
from benchmarks.peers.monolith import monolith, monolith_by, monolith_cp_sat
from benchmarks.peers.peer import Found, Moment
from benchmarks.planning import Run, compare, seconds_to_gap
from optimizer.problem import Calendar, Problem, Quantity, Row, Sense
from optimizer.value import value
from optimizer.violations import violations


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planning.instance(tmp_path_factory.mktemp("instance"), "2x3x8", 1)


@pytest.fixture(scope="module")
def problem(folder: Path) -> Problem:
    return planning.problem_of(folder)


@pytest.mark.parametrize("peer", [spreadsheet, careful, annealing, last_year, high_low])
def test_a_peer_s_plan_keeps_every_rule_and_earns_what_it_says(
    peer: planning.Peer, problem: Problem
) -> None:
    found = peer(problem, 0.2)
    assert found.calendar is not None
    outcome = value(problem, found.calendar)
    assert violations(problem, found.calendar, outcome) == ()
    assert found.trace[-1].objective == outcome.objective
    assert outcome.objective > 0


def test_nobody_beats_the_bound_and_the_monolith_is_right_about_what_it_sees(
    folder: Path, problem: Problem
) -> None:
    mine = planning.run(planning.OURS, folder, 5.0)
    bound = mine.found.trace[-1].bound
    assert bound is not None
    assert mine.broken == 0
    for peer in (spreadsheet, careful, annealing, last_year, high_low):
        plan = peer(problem, 0.2).calendar
        assert plan is not None
        assert value(problem, plan).objective <= bound
    whole = monolith(problem, 20.0)
    assert whole.calendar is not None
    # What it does not see only costs here, so that what it believes is a bound too.
    believed = whole.trace[-1].objective
    assert value(separate(problem), whole.calendar).objective == believed
    assert mine.objective is not None
    assert believed is not None
    assert mine.objective <= believed


def test_all_solvers_of_the_whole_come_to_the_same(problem: Problem) -> None:
    found = [peer(problem, 20.0) for peer in (monolith, monolith_by("scip"), monolith_cp_sat)]
    believed = [one.trace[-1].objective for one in found]
    assert believed[0] is not None
    assert believed[0] > 0
    assert believed[1:] == [believed[0]] * 2
    bounds = [one.trace[-1].bound for one in found]
    assert bounds == pytest.approx([believed[0]] * 3, rel=1e-3)  # as near as each has to prove


def test_a_high_low_calendar_has_one_deal_at_one_interval(problem: Problem) -> None:
    calendar = high_low(problem, 1.0).calendar
    assert calendar is not None
    assert calendar.block.size
    for block in np.unique(calendar.block):
        mine = calendar.block == block
        assert len({*zip(calendar.tactic[mine], calendar.weeks[mine], strict=True)}) == 1
        assert len({*np.diff(np.sort(calendar.start[mine])).tolist()}) <= 1


def test_last_year_is_climbed_from(problem: Problem) -> None:
    old = calendar_before(problem, 1.0)
    assert old.block.size
    earned = [moment.objective or 0.0 for moment in last_year(problem, 0.5).trace]
    assert earned[0] > 0.0
    assert earned == sorted(earned)
    assert earned[-1] > earned[0]  # demand has changed, so that the old plan is not the best


def test_events_alone_earn_what_value_says(problem: Problem) -> None:
    block, shape, start = np.nonzero(problem.limits.allowed)
    profit, spend = stand_alone(problem, block, shape, start)
    for i in range(0, block.size, 17):
        one = slice(i, i + 1)
        tactic, weeks = problem.shapes.tactic[shape[one]], problem.shapes.weeks[shape[one]]
        outcome = value(problem, Calendar(block[one], tactic, start[one], weeks))
        assert (profit[i], spend[i]) == (outcome.objective_cents, outcome.spend_cents)


def test_control_a_rule_that_the_empty_plan_breaks_is_refused(problem: Problem) -> None:
    row = Row(
        "floor", Quantity.STARTS, Sense.AT_LEAST, 1.0, np.arange(problem.blocks), 0, 7, "required"
    )
    with pytest.raises(ValueError, match="empty plan"):
        open_ledger(replace(problem, rows=(row,)))


def test_ratios_and_times(capsys: pytest.CaptureFixture[str]) -> None:
    trace = (Moment(1.0, None, 150.0), Moment(2.0, 80.0, 120.0), Moment(4.0, 100.0, 104.0))
    mine = Run(Found(None, trace, 5.0), 100.0, 0, 1)
    legal = Run(Found(None, (Moment(8.0, 80.0),), 8.0), 80.0, 0, 1)
    broken = Run(Found(None, (Moment(8.0, 90.0),), 8.0), 90.0, 2, 1)
    assert seconds_to_gap(trace, 0.05) == 4.0
    assert seconds_to_gap(trace, 0.01) is None
    assert compare(mine, legal) == planning.Comparison(0.8, 4.0)
    assert compare(mine, broken) == planning.Comparison(None, None)
    runs = {planning.OURS: mine, "legal": legal, "broken": broken}
    planning.show("2x3x8", 1, 5.0, runs)
    planning.summarise("2x3x8", [runs, runs])
    shown = capsys.readouterr().out
    assert "gap 4.000%" in shown
    assert "legal: 0.8000 of our profit, 4.00 x our time" in shown
