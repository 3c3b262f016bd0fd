"""Verify a plan's folder from outside: find its inputs, then trust nothing in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from models.response import Response
from models.response_files import read_response
from optimizer.verify import Finding, verify
from scenarios.scenario import Scenario, read_scenario
from workspace.faults import Fault, InputError
from workspace.load import load
from workspace.text import Text
from workspace.workspace import Workspace

FILE = "plan.json"


@dataclass(frozen=True)
class Inputs:
    """What a plan was made from, as it is now."""

    workspace: Workspace
    scenario: Scenario
    response: Response


def verify_folder(folder: Path, workspace_folder: Path | None = None) -> tuple[Finding, ...]:
    """What is wrong with a plan; empty where it is accepted.

    Raises InputError where the folder is no plan or the inputs cannot be read.
    """
    return verify_on(folder, inputs_of(folder, workspace_folder))


def verify_on(folder: Path, inputs: Inputs) -> tuple[Finding, ...]:
    """What is wrong with a plan on inputs that are read already; empty where it is accepted."""
    record, scenario = _record(folder), inputs.scenario
    findings = list(verify(folder, inputs.workspace, inputs.response, scenario.spec))
    if record.get("scenario_sha256") != scenario.key:
        said, expected = Text("the hash of another scenario"), scenario.key
        findings.append(Fault(FILE, None, "scenario_sha256", said, expected))
    return tuple(findings)


def inputs_of(folder: Path, workspace_folder: Path | None = None) -> Inputs:
    """The inputs of a plan as they are now.

    Workspace, scenario and response are those that plan.json names, relative to its folder;
    `workspace_folder` replaces the first, and the others are then looked for relative to it too
    where they were inside the plan's own workspace. Raises InputError where the folder is no plan
    or the inputs cannot be read.
    """
    record = _record(folder)
    named = (folder / str(record["workspace"])).resolve()
    home = named if workspace_folder is None else workspace_folder.resolve()

    def found(key: str) -> Path:
        path = (folder / str(record[key])).resolve()
        if home != named and path.is_relative_to(named):
            return home / path.relative_to(named)
        return path

    faults: list[Fault] = []
    try:
        scenario = read_scenario(found("scenario_file"))
    except InputError as error:
        faults.extend(error.faults)
    try:
        workspace = load(home, planning=True)
        response = read_response(found("response"), workspace)
    except InputError as error:
        faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    return Inputs(workspace, scenario, response)


def home_of(folder: Path) -> Path:
    """The workspace that a plan names. Raises InputError where it names none."""
    return (folder / str(_record(folder)["workspace"])).resolve()


def _record(folder: Path) -> dict[str, object]:
    """plan.json as far as it names the inputs. Raises InputError."""
    path = folder / FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            [Fault(str(path), None, None, Text("no readable plan"), Text("a plan's folder"))]
        ) from error
    named = ("workspace", "scenario_file", "response")
    if not isinstance(record, dict):
        record = {}
    faults = [
        Fault(str(path), None, key, Text("nothing"), Text("a path"))
        for key in named
        if not isinstance(record.get(key), str)
    ]
    if faults:
        raise InputError(faults)
    return record
