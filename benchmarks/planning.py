"""The planner beside its peers: true profit, proven gap, time and memory, in the same run.

    ./run bench planning [--sizes 3x8x26 8x30x52] [--seconds 60] [--instances 1] [--peers ..]

Sizes are accounts x products x weeks; 20x100x52 and 50x200x52 can be asked for. Subjects run one
after the other, each in a process of its own; imports, compiling and reading are not timed but
count in the peak. Every plan is valued by `optimizer.value` and judged by `optimizer.violations`.
Peers may use the whole limit, also where ours ends sooner.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.instances import supplied_response_workspace
from benchmarks.peers.annealing import annealing
from benchmarks.peers.greedy import careful, spreadsheet
from benchmarks.peers.high_low import high_low
from benchmarks.peers.last_year import last_year
from benchmarks.peers.monolith import monolith, monolith_by, monolith_cp_sat
from benchmarks.peers.ours import ours
from benchmarks.peers.peer import Found, Moment, Peer
from models.response_files import read_response
from optimizer.build import build
from optimizer.compile import smallest_problem
from optimizer.master import end_idle
from optimizer.problem import Problem
from optimizer.value import value
from optimizer.violations import violations
from scenarios.scenario import read_scenario
from workspace import load

SIZES = ("3x8x26", "8x30x52")
GAPS = (0.05, 0.02, 0.01, 0.005)
OURS = "tradewind"
SUBJECTS: dict[str, Peer] = {
    OURS: ours,
    "greedy": spreadsheet,
    "careful greedy": careful,
    "last year": last_year,
    "high-low": high_low,
    "annealing": annealing,
    "monolith": monolith,
    "monolith SCIP": monolith_by("scip"),
    "monolith CP-SAT": monolith_cp_sat,
}


@dataclass(frozen=True)
class Run:
    """One subject on one instance."""

    found: Found
    objective: float | None  # true, in currency; None without a plan
    broken: int  # rules that the plan breaks
    peak: int  # bytes, of the process and of its largest child


def instance(folder: Path, size: str, seed: int) -> Path:
    """Write the instance of a size such as 8x30x52."""
    accounts, products, weeks = (int(number) for number in size.split("x"))
    return supplied_response_workspace(folder, accounts, products, weeks, seed)


def problem_of(folder: Path) -> Problem:
    """Read an instance and build its problem."""
    workspace = load(folder, planning=True)
    response = read_response(folder / "response", workspace)
    return build(workspace, response, read_scenario(folder / "scenarios" / "base.yaml").spec)


def run(name: str, folder: Path, seconds: float) -> Run:
    """Let one subject plan an instance, and judge what it found."""
    problem = problem_of(folder)
    SUBJECTS[name](smallest_problem(), 0.1)  # compiles, or loads, every kernel
    found = SUBJECTS[name](problem, seconds)
    end_idle()  # the child's peak is known once it has ended
    peak = sum(
        resource.getrusage(who).ru_maxrss * 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    if found.calendar is None:
        return Run(found, None, 0, peak)
    outcome = value(problem, found.calendar)
    broken = len(violations(problem, found.calendar, outcome))
    return Run(found, outcome.objective, broken, peak)


def _answer(
    name: str, folder: Path, seconds: float, answers: multiprocessing.SimpleQueue[Run]
) -> None:
    answers.put(run(name, folder, seconds))


def apart(name: str, folder: Path, seconds: float) -> Run:
    """The same in a fresh process, so that its peak memory is its own."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.SimpleQueue[Run] = context.SimpleQueue()
    process = context.Process(target=_answer, args=(name, folder, seconds, answers))
    process.start()
    while answers.empty() and process.is_alive():
        process.join(timeout=0.1)
    if answers.empty():
        raise RuntimeError(f"{name} ended without an answer")
    answer = answers.get()
    process.join()
    return answer


def seconds_to_gap(trace: tuple[Moment, ...], gap: float) -> float | None:
    """When the gap (bound - objective) / max(1, |objective|) was first proven to be this small."""
    for m in trace:
        if m.objective is None or m.bound is None:
            continue
        if m.bound - m.objective <= gap * max(1.0, abs(m.objective)):
            return m.seconds
    return None


def seconds_to_reach(trace: tuple[Moment, ...], objective: float) -> float | None:
    """When the plan first earned this much."""
    for m in trace:
        if m.objective is not None and m.objective >= objective:
            return m.seconds
    return None


def _shown(number: float | None, form: str, without: str = "-") -> str:
    return without if number is None else format(number, form)


@dataclass(frozen=True)
class Comparison:
    """A peer's figures over ours on one instance; None where there is nothing to compare."""

    profit: float | None  # true profit, only of plans that keep every rule
    time: float | None  # its time over ours to a plan that earns as much


def compare(mine: Run, other: Run) -> Comparison:
    """Hold a peer's run against ours."""
    legal = other.objective is not None and other.broken == 0
    if not legal or other.objective is None or not mine.objective:
        return Comparison(None, None)
    reached = seconds_to_reach(mine.found.trace, other.objective)
    needed = seconds_to_reach(other.found.trace, other.objective) or other.found.seconds
    return Comparison(
        other.objective / mine.objective,
        None if reached is None else needed / max(reached, 1e-3),
    )


def show(size: str, seed: int, seconds: float, runs: dict[str, Run]) -> None:
    """Print one instance."""
    print(f"{size}, instance {seed}, {seconds:g} s at most")
    print(
        f"{'':16}{'true profit':>14}{'rules broken':>14}{'seconds':>9}{'peak MB':>9}"
        f"{'profit ratio':>14}{'time ratio':>12}"
    )
    for name, one in runs.items():
        ratio = compare(runs[OURS], one)
        broken = None if one.objective is None else one.broken
        print(
            f"{name:16}{_shown(one.objective, ',.0f'):>14}{_shown(broken, 'd'):>14}"
            f"{one.found.seconds:9.1f}{one.peak / 1e6:9.0f}"
            f"{_shown(ratio.profit, '.4f'):>14}{_shown(ratio.time, '.2f'):>12}  {one.found.note}"
        )
    mine = runs[OURS]
    last = mine.found.trace[-1]
    if last.objective is not None and last.bound is not None:
        gap = (last.bound - last.objective) / max(1.0, abs(last.objective))
        print(f"bound {last.bound:,.0f}, gap {gap:.3%}, proven after:", end="")
    for asked in GAPS:
        print(f"  {asked:.1%}: {_shown(seconds_to_gap(mine.found.trace, asked), '.1f')} s", end="")
    print("\n", flush=True)


def summarise(size: str, instances: list[dict[str, Run]]) -> None:
    """Print medians over the instances of a size."""
    print(f"{size}: medians of {len(instances)}")
    for gap in GAPS:
        times = [seconds_to_gap(runs[OURS].found.trace, gap) for runs in instances]
        known = [time for time in times if time is not None]
        shown = _shown(median(known) if known else None, ".1f")
        print(f"  gap {gap:.1%} after {shown} s ({len(known)} of {len(times)})")
    for name in instances[0]:
        ratios = [compare(runs[OURS], runs[name]) for runs in instances if name != OURS]
        profit = [ratio.profit for ratio in ratios if ratio.profit is not None]
        time = [ratio.time for ratio in ratios if ratio.time is not None]
        if profit:
            print(
                f"  {name}: {median(profit):.4f} of our profit, "
                f"{_shown(median(time) if time else None, '.2f')} x our time to that"
            )
    print()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="+", default=list(SIZES))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--instances", type=int, default=1)
    parser.add_argument("--peers", nargs="*", choices=list(SUBJECTS)[1:])
    asked = parser.parse_args()
    names = list(SUBJECTS) if asked.peers is None else [OURS, *asked.peers]
    for size in asked.sizes:
        instances = []
        for seed in range(1, asked.instances + 1):
            with tempfile.TemporaryDirectory() as temporary:
                folder = instance(Path(temporary), size, seed)
                runs = {name: apart(name, folder, asked.seconds) for name in names}
            show(size, seed, asked.seconds, runs)
            instances.append(runs)
        if asked.instances > 1:
            summarise(size, instances)
    return 0


if __name__ == "__main__":
    sys.exit(main())
