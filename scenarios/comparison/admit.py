"""From plans that are there to plans that are right: each is verified before it is compared."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from optimizer.folder import PRICES
from optimizer.verify import Finding, verify
from scenarios.comparison.contender import Contender
from scenarios.comparison.shelf import Candidate, Shelf
from scenarios.store import archive

TABLES = ("calendar", "budgets", "pnl")


@dataclass(frozen=True)
class Refused:
    """A plan that the verifier does not accept: it is not compared."""

    name: str
    findings: tuple[Finding, ...]


def admit(shelf: Shelf, candidate: Candidate) -> Contender | Refused:
    """Verify a plan on the inputs as they are; read what a comparison needs of it."""
    with _files(shelf, candidate) as (folder, place):
        there = isinstance(candidate.place, Path)  # the store keeps no workbooks
        spec = candidate.scenario.spec
        findings = verify(folder, shelf.workspace, candidate.response, spec, workbook=there)
        if findings:
            return Refused(candidate.name, tuple(findings))
        tables = {name: _text_table(folder / f"{name}.csv") for name in TABLES}
        tables["pairs"] = _pairs(folder / "weekly.csv")
        if (folder / PRICES).is_file():
            tables["prices"] = _text_table(folder / PRICES)
    return Contender(
        candidate.name, candidate.scenario, candidate.record, tables, place, candidate.response,
        candidate.response_folder,
    )  # fmt: skip


@contextmanager
def _files(shelf: Shelf, candidate: Candidate) -> Iterator[tuple[Path, str]]:
    """The folder of a plan, unpacked for the moment where the store has it, and its name."""
    place = candidate.place
    if isinstance(place, Path):
        yield place, str(place)
        return
    assert shelf.store is not None
    assert place.plan_sha256 is not None
    folder = Path(tempfile.mkdtemp(prefix="tradewind-"))
    try:
        archive.unpack(shelf.store, place.plan_sha256, place.seconds, folder)
        yield folder, place.key
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pairs(path: Path) -> pd.DataFrame:
    """Every account and product that the plan is about, promoted or not."""
    columns = ["account", "product"]
    table = pd.read_csv(path, dtype="str", keep_default_na=False, usecols=columns)
    return table[columns].drop_duplicates(ignore_index=True)


def _text_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)
