"""The `plan` command at scale: proven gap, time and memory of the whole command.

    ./run bench at_scale [NAMES ..] [--seeds 1] [--seconds 90]

Reading, building, planning, verifying and writing are all inside. Every instance has a response
of its own (`benchmarks.instances`) and a target: a proven gap within some seconds. A run stops at
its target's gap or at the limit, `seconds` where given, else the target's.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.instances import supplied_response_workspace

GAPS = (0.05, 0.01, 0.005, 0.002)


@dataclass(frozen=True)
class Subject:
    """An instance by its size and severity, and what is to be proven of it."""

    size: tuple[int, int, int]  # accounts, products, weeks
    gap: float  # proven, relative
    seconds: float  # wall time of the whole command
    gigabytes: float = 1.5  # peak of the command and of its child, added up
    # arguments of the instance
    severity: dict[str, float | tuple[float, ...]] = field(default_factory=dict)


HARD = (8, 30, 52)
SUBJECTS = {
    "8x30x52": Subject(HARD, 0.002, 30),
    "20x100x52": Subject((20, 100, 52), 0.0025, 60),
    "50x200x52": Subject((50, 200, 52), 0.002, 240),
    "200x500x52": Subject((200, 500, 52), 0.005, 1800, 8.0),
    "slots": Subject(HARD, 0.005, 90, severity={"slots": 2, "budget": 1.0}),
    "brands": Subject(HARD, 0.005, 90, severity={"brand_size": 10}),
    "cross": Subject(HARD, 0.005, 90, severity={"cross": 0.3}),
    "floors": Subject(HARD, 0.005, 90, severity={"floor": 1.05}),
    "gap": Subject(HARD, 0.005, 90, severity={"gap": 1}),
    "lags": Subject(HARD, 0.01, 90, severity={"cross": 0.3, "cross_lags": 3, "pulls": 1}),
    "groups": Subject((6, 10, 52), 0.005, 90, severity={}),
    "rivals": Subject(HARD, 0.005, 90, severity={"rival": 0.1, "market": 3}),
    "supply": Subject(HARD, 0.005, 90, severity={"supply": 1.1}),
    "prices": Subject(HARD, 0.005, 90, severity={"ladder": (0.95, 1.0, 1.05)}),
}


@dataclass(frozen=True)
class Moment:
    """Where a search stood; None: nothing known yet."""

    seconds: float
    objective: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """(bound - objective) / max(1, |objective|)."""
        if self.objective is None or self.bound is None:
            return None
        return (self.bound - self.objective) / max(1.0, abs(self.objective))


@dataclass(frozen=True)
class Outcome:
    """One run of the command."""

    exit_code: int
    seconds: float  # wall time from start to end of the process
    peak: int  # bytes, of the command and of its child, added up
    final: Moment | None
    trace: tuple[Moment, ...]

    def first(self, gap: float) -> float | None:
        """Seconds since the command's start, imports left out, until this gap was proven."""
        return next((m.seconds for m in self.trace if m.gap is not None and m.gap <= gap), None)


def write_instance(folder: Path, subject: Subject, seed: int, seconds: float) -> Path:
    """Write the instance with the target's gap and limit in its scenario."""
    supplied_response_workspace(folder, *subject.size, seed, seconds=seconds, **subject.severity)
    scenario = folder / "scenarios" / "base.yaml"
    text = re.sub(r"gap: [0-9.]+,", f"gap: {subject.gap},", scenario.read_text(encoding="utf-8"))
    scenario.write_text(text, encoding="utf-8")
    return folder


def command(folder: Path, *more: str) -> list[str]:
    """The command that plans an instance, as a user would type it."""
    scenario = str(folder / "scenarios" / "base.yaml")
    response = str(folder / "response")
    plan = ("plan", str(folder), "--scenario", scenario, "--response", response, "--json", *more)
    return [sys.executable, "-P", "-m", "workbench", *plan]


def measure(folder: Path, *more: str, out: Path | None = None) -> Outcome:
    """Run the command on an instance and read what it says of itself."""
    target = out or folder / "results" / "plans" / "base"
    began = time.monotonic()
    process = subprocess.Popen(command(folder, *more, "--out", str(target)), stdout=subprocess.PIPE)
    assert process.stdout is not None
    answer = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    peak = 1024 * used.ru_maxrss
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        return Outcome(code, seconds, peak, None, ())
    record = json.loads(answer)
    trace = tuple(Moment(m["seconds"], m["objective"], m["bound"]) for m in record["trace"])
    final = Moment(record["seconds"], record["objective"], record["bound"])
    return Outcome(code, seconds, peak, final, trace)


def line(name: str, seed: int, subject: Subject, outcome: Outcome) -> str:
    """One row of the table."""
    if outcome.final is None or outcome.final.gap is None:
        return f"{name:12}{seed:5}  exit {outcome.exit_code} after {outcome.seconds:.1f} s"
    met = (
        outcome.final.gap <= subject.gap
        and outcome.seconds <= subject.seconds
        and outcome.peak <= subject.gigabytes * 1e9
    )
    firsts = "".join(
        f"{'-' if (at := outcome.first(gap)) is None else format(at, '.1f'):>8}" for gap in GAPS
    )
    return (
        f"{name:12}{seed:5}{outcome.final.objective:16,.2f}{outcome.final.gap:9.3%}"
        f"{outcome.seconds:9.1f}{firsts}{outcome.peak / 1e6:9.0f}"
        f"  {subject.gap:.2%} in {subject.seconds:g} s: {'met' if met else 'MISSED'}"
    )


def main() -> int:
    """Print one row for each instance; exit 1 where a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", help=f"of {', '.join(SUBJECTS)}; default: all but 200x500x52"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--seconds", type=float)
    asked = parser.parse_args()
    names = asked.names or [name for name in SUBJECTS if name != "200x500x52"]
    heads = "".join(f"{gap:>8.1%}" for gap in GAPS)
    print(f"{'instance':12}{'seed':>5}{'objective':>16}{'gap':>9}{'seconds':>9}{heads}{'MB':>9}")
    missed = 0
    for name in names:
        subject = SUBJECTS[name]
        for seed in asked.seeds:
            with tempfile.TemporaryDirectory() as temporary:
                # The command needs a few seconds of the limit besides the search.
                limit = (asked.seconds or subject.seconds) - 5.0
                folder = write_instance(Path(temporary), subject, seed, limit)
                row = line(name, seed, subject, measure(folder))
            missed += not row.endswith(": met")
            print(row, flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
