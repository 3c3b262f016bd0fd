"""`plan.json`: what a plan says about itself."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from optimizer.spec import Spec
from optimizer.verify.reading import read_bytes
from workspace.faults import Findings
from workspace.text import Text

FILE = "plan.json"
TEXTS = (
    *("scenario", "scenario_file", "scenario_sha256", "workspace", "response"),
    *("inputs_sha256", "response_sha256", "status"),
)
KEYS = (
    *(*TEXTS, "maximised", "objective", "bound", "gap", "verified", "seconds", "versions"),
    *("violations", "totals", "risk"),
)


class Record:
    """The object of plan.json and a way to report what is wrong with it."""

    def __init__(self, content: Mapping[str, object], findings: Findings) -> None:
        self.content = content
        self.findings = findings

    def wrong(self, key: str, found: object, expected: object) -> None:
        """Report a key."""
        say = [v if isinstance(v, Text) else json.dumps(v) for v in (found, expected)]
        self.findings.fault(FILE, None, key, say[0], say[1])

    def must_be(self, key: str, expected: object) -> None:
        """Report a key whose value is not exactly this."""
        found = self.content.get(key)
        if found != expected or isinstance(found, bool) != isinstance(expected, bool):
            self.wrong(key, found, expected)

    def cents(self, key: str, value: object) -> float | None:
        """A number of plan.json in whole cents; None and a finding where it is none."""
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            self.wrong(key, value, Text("an amount"))
            return None
        cents = round(value * 100)
        if cents / 100 != value:
            self.wrong(key, value, Text("an amount in cents"))
            return None
        return float(cents)


def read_record(folder: Path, findings: Findings) -> Record | None:
    """plan.json with every key it must have and no other; None where it cannot be read."""
    content = read_bytes(folder, FILE, findings)
    if content is None:
        return None
    try:
        read = json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        findings.fault(FILE, None, None, str(error), Text("JSON"))
        return None
    if not isinstance(read, dict):
        findings.fault(FILE, None, None, type(read).__name__, Text("an object"))
        return None
    record = Record(read, findings)
    for key in KEYS:
        if key not in read:
            record.wrong(key, Text("nothing"), Text("a value"))
    for key in read:
        if key not in KEYS:
            record.wrong(str(key), Text("an unknown key"), Text("no such key"))
    for key in TEXTS:
        if key in read and not (isinstance(read[key], str) and read[key]):
            record.wrong(key, read[key], Text("a text"))
    versions = read.get("versions")
    if not (
        isinstance(versions, dict)
        and versions
        and all(isinstance(version, str) and version for version in versions.values())
    ):
        record.wrong("versions", versions, Text("names and versions"))
    seconds = read.get("seconds")
    if not _is_number(seconds) or float(str(seconds)) < 0:
        record.wrong("seconds", seconds, Text("a number of seconds"))
    return record


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def check_proof(record: Record, spec: Spec, objective: float, broken: bool, exact: bool) -> None:
    """Objective, bound, gap and status; `objective` in hundredths of its unit, unrounded.

    Profit is whole cents, so that it has to be `exact`; elsewhere what rounds to it will do.
    """
    content = record.content
    found = record.cents("objective", content.get("objective"))
    near = 0.0 if exact else 0.5 + 1e-4 + 1e-11 * abs(objective)
    if found is not None and abs(found - objective) > near:
        record.wrong("objective", found / 100, objective / 100)
    objective = objective if found is None or near == 0.0 else found
    if broken or content.get("bound") is None:
        for key in ("bound", "gap"):
            record.must_be(key, None)
        record.must_be("status", "infeasible" if broken else "feasible")
        return
    bound = record.cents("bound", content.get("bound"))
    if bound is None:
        return
    if bound < objective:
        told = Text("at least {objective}", objective=objective / 100)
        record.wrong("bound", bound / 100, told)
    gap = (bound - objective) / 100 / max(1.0, abs(objective / 100))
    told_gap = content.get("gap")
    if not _is_number(told_gap) or not abs(float(str(told_gap)) - gap) <= 1e-12 * max(1.0, gap):
        record.wrong("gap", told_gap, gap)
    record.must_be("status", "optimal" if gap <= spec.solver.gap else "feasible")


def check_totals(record: Record, expected: Mapping[str, float | None], slack: float) -> None:
    """Every total to its last decimal; `slack` (cents) is allowed to quantiles."""
    totals = record.content.get("totals")
    if not isinstance(totals, dict) or set(totals) != set(expected):
        found = sorted(totals) if isinstance(totals, dict) else totals
        record.wrong("totals", found, sorted(expected))
        return
    for key, value in expected.items():
        found = totals[key]
        near = 0.0051 + slack / 100 if key.startswith("incremental_profit_p") else 5.1e-7
        near = 0.0101 if key == "penalties" else near  # units short of a rule carry float noise
        if value is None or found is None:
            right = value is None and found is None
        else:
            right = _is_number(found) and abs(found - value) <= near + 1e-12 * abs(value)
        if not right:
            record.wrong(f"totals.{key}", found, value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
