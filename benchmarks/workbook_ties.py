"""Do the totals of many random plans tie to the cent, in every file and in LibreOffice too?

`./run bench workbook_ties [--plans 1000] [--first 0] [--office 100]`: random plans with rebates and
terms of payment, each written and verified (which works out every formula of its workbook a second
time); the workbooks of the first `office` of them are then recomputed by LibreOffice, which has to
come to the stored values.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.utils.datetime import to_excel

from optimizer.build import NOTHING
from optimizer.verify import verify
from tests.optimizer.workbooks import inputs, written

EMPTY = 50  # every so many plans one has no event at all
NEAR = 1e-6  # of a unit of currency: two orders below a cent
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recompute(books: Sequence[Path], folder: Path) -> None:
    """Let LibreOffice open workbooks, work every formula out anew and save them into `folder`."""
    with tempfile.TemporaryDirectory() as home:
        user = Path(home) / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
        subprocess.run(
            ["soffice", f"-env:UserInstallation={Path(home).as_uri()}", "--headless",
             "--convert-to", "xlsx", "--outdir", str(folder), *map(str, books)],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip


def differences(book: Path, anew: Path) -> tuple[int, list[str]]:
    """How many formulas a workbook has, and those whose stored value is not the recomputed one."""
    formulas = openpyxl.load_workbook(book)
    stored = openpyxl.load_workbook(book, data_only=True)
    found = openpyxl.load_workbook(anew, data_only=True)
    count, wrong = 0, []
    for page in formulas:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                one = _number(stored[page.title][cell.coordinate].value)
                other = _number(found[page.title][cell.coordinate].value)
                numbers = all(isinstance(v, int | float) for v in (one, other))
                if not numbers or abs(one - other) > NEAR + 1e-9 * abs(one):
                    wrong.append(f"{page.title}!{cell.coordinate}: {one} stored, {other} anew")
    return count, wrong


def _number(value: object) -> object:
    """A day as the number that a cell holds; anything else as it is."""
    return to_excel(value) if isinstance(value, datetime) else value


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 where anything does not tie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first plan")
    parser.add_argument("--office", type=int, default=100)
    asked = parser.parse_args(arguments)
    began, failed, kept = time.perf_counter(), 0, []
    with tempfile.TemporaryDirectory() as home:
        room = Path(home)
        for seed in range(asked.first, asked.first + asked.plans):
            given = inputs(5000 + seed)
            folder = room / str(seed)
            written(folder, given, seed, calendar=None if seed % EMPTY else NOTHING)
            findings = verify(folder, *given)
            failed += bool(findings)
            for finding in findings[:3]:
                print(f"plan {seed}: {finding}")
            if len(kept) < asked.office:
                kept.append((folder / "plan.xlsx").rename(room / f"{seed}.xlsx"))
            shutil.rmtree(folder)
        seconds = time.perf_counter() - began
        print(f"{asked.plans - failed} of {asked.plans} plans tie to the cent ({seconds:.0f} s)")
        if kept and shutil.which("soffice") is None:
            print("soffice is not installed: no second opinion on the formulas")
        elif kept:
            failed += _ask_office(kept, room / "anew")
    return int(failed > 0)


def _ask_office(books: list[Path], folder: Path) -> int:
    formulas, wrong = 0, []
    for first in range(0, len(books), 50):
        recompute(books[first : first + 50], folder)
    for book in books:
        count, differ = differences(book, folder / book.name)
        formulas += count
        wrong += [f"{book.name} {cell}" for cell in differ]
    for cell in wrong[:10]:
        print(cell)
    print(
        f"LibreOffice: {formulas - len(wrong)} of {formulas} formula cells come to what is stored"
    )
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
