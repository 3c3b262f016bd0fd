"""Plans of the handmade workspace, and folders that lie about them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.response import Response
from models.response_files import read_response
from optimizer.build import build
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.plan import Plan, plan_of
from optimizer.problem import Calendar, Problem
from optimizer.spec import Spec
from optimizer.uncertainty import uncertainty
from optimizer.verify import Finding, verify
from scenarios.scenario import read_scenario
from tests.oracle.handmade import handmade
from tests.oracle.tiny import write
from workspace import Workspace, load

Run = tuple[str, str, str, int, int]  # account, product, tactic, start, weeks

HONEST: tuple[Run, ...] = (
    ("001", "NA", "T0", 10, 1),
    ("B2", "NA", "T0", 5, 1),
    ("B2", "NA", "T0", 7, 2),
    ("B2", "NA", "T0", 11, 1),
    ("B2", "P1", "T0", 4, 1),
)
ORIGIN = Origin("../scenarios/tiny.yaml", "5ca1ab1e", "..", "../response")


@dataclass(frozen=True)
class Desk:
    """The inputs, an honest plan's folder, and where to put lies."""

    workspace: Workspace
    response: Response
    spec: Spec
    problem: Problem
    honest: Path
    room: Path

    @staticmethod
    def open(room: Path) -> Desk:
        """Write the handmade workspace and an honest plan of it below `room`."""
        folder, scenario, believed = write(handmade(), room / "w")
        workspace = load(folder, planning=True)
        response = read_response(believed, workspace)
        spec = read_scenario(scenario).spec
        problem = build(workspace, response, spec)
        desk = Desk(workspace, response, spec, problem, room / "honest", room)
        desk.write(HONEST, desk.honest)
        return desk

    def plan(self, runs: tuple[Run, ...], bound: float | None = 700.0) -> Plan:
        """A plan of these events, with a bound far above it, or none as if only evaluated."""
        problem = self.problem
        blocks = list(zip(problem.account, problem.product, strict=True))
        events = [
            (blocks.index((a, p)), problem.tactics.index(k), start, weeks)
            for a, p, k, start, weeks in runs
        ]
        columns = np.array(events, dtype=np.int64).reshape(-1, 4).T
        duals = None if bound is None else np.zeros(len(problem.rows))
        calendar = Calendar(*(column.copy() for column in columns))
        return plan_of(
            self.workspace, self.response, self.spec, problem, calendar, bound=bound, duals=duals
        )

    def write(self, runs: tuple[Run, ...], folder: Path, bound: float | None = 700.0) -> Plan:
        """Write the folder of a plan of these events, every file consistent with every other."""
        plan = self.plan(runs, bound)
        draws = demands(self.problem, self.workspace, self.response, self.spec.risk.draws)
        drawn = uncertainty(self.problem, plan.calendar, draws)
        if drawn is not None:
            plan = plan.doubted(drawn.budgets)
        folder.mkdir()
        write_plan(plan, drawn, ORIGIN, folder)
        return plan

    def forged(self, name: str, runs: tuple[Run, ...]) -> tuple[Path, Plan]:
        """A plan that may break rules, in a folder that denies it."""
        folder = self.room / name
        plan = self.write(runs, folder)
        edit_json(folder, violations=[], status="feasible")
        return folder, plan

    def copy(self, name: str) -> Path:
        """A copy of the honest folder to be tampered with."""
        return Path(shutil.copytree(self.honest, self.room / name))

    def verdict(self, folder: Path) -> tuple[Finding, ...]:
        """What the verifier finds in a folder."""
        return verify(folder, self.workspace, self.response, self.spec, ORIGIN.scenario_sha256)


def edit_json(folder: Path, **changes: object) -> None:
    """Set keys of plan.json."""
    path = folder / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes, indent=2))


def edit_lines(folder: Path, file: str, change: Callable[[list[str]], list[str]]) -> None:
    """Rewrite a table; `change` gets its lines, header first, and gives them back."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")


def edit_cell(folder: Path, file: str, row: int, column: str, change: Callable[[str], str]) -> None:
    """Rewrite one cell of a table without quoted cells before it; `row` 0 is the first of data."""

    def changed(lines: list[str]) -> list[str]:
        place = lines[0].split(",").index(column)
        cells = lines[row + 1].split(",")
        cells[place] = change(cells[place])
        return [*lines[: row + 1], ",".join(cells), *lines[row + 2 :]]

    edit_lines(folder, file, changed)


def plus(amount: float) -> Callable[[str], str]:
    """Add an amount to a cell of money."""
    return lambda cell: f"{float(cell) + amount:.2f}"


def to(text: str) -> Callable[[str], str]:
    """Replace a cell."""
    return lambda _: text
