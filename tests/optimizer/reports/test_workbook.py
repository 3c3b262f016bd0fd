"""The workbook for finance: ties with the tables, recomputed by other programs, safe, the same."""

import csv
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from optimizer.build import NOTHING
from optimizer.reports.workbook.words import Words
from optimizer.verify import verify
from tests.optimizer.workbooks import inputs, spoil, written

AWKWARD = {
    "001": "=cmd()",
    "B2": "@SUM(1)",
    "P1": "+1",
    "NA": "-2+3",
    "P3": "\tTab",
}
SPANISH = Words(
    "es", lambda template: {"Weeks": "Semanas", "Total": "Total"}.get(template, template)
)


@pytest.mark.parametrize("seed", range(2100, 2112))
def test_random_plans_with_rebates_tie(seed: int, tmp_path: Path) -> None:
    """Two programs: every formula of the writer worked out by the verifier, every total again."""
    given = inputs(seed)
    written(tmp_path / "plan", given, seed)
    assert verify(tmp_path / "plan", *given) == ()


@pytest.mark.parametrize("seed", [4, 5])
def test_a_plan_without_events_ties_too(seed: int, tmp_path: Path) -> None:
    given = inputs(seed)
    if seed == 5:  # without rebates nothing accrues at all
        given = (replace(given[0], rebates=given[0].rebates.iloc[:0]), *given[1:])
    written(tmp_path / "out", given, seed, calendar=NOTHING)
    assert verify(tmp_path / "out", *given) == ()


def test_stored_values_tie_with_the_tables(tmp_path: Path) -> None:
    """A third reader: openpyxl, the values that a person sees, against the files of the plan."""
    folder = tmp_path / "plan"
    written(folder, inputs(2005), 2005)
    book = openpyxl.load_workbook(folder / "plan.xlsx", data_only=True)
    with (folder / "pnl.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    page = book["P&L by account and brand"]
    for row, line in enumerate(rows, start=2):
        shown = [page.cell(row, column).value for column in (5, 6, 7)]
        assert [Decimal(f"{value:.2f}") for value in shown] == [
            Decimal(line[name]) for name in ("no_promotion", "plan", "change")
        ]
    checks = book["Checks"]
    assert [checks.cell(row, 5).value for row in range(2, checks.max_row + 1)] == [1] * 16
    assert book["Summary"]["B16"].value == 16


def test_names_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    given = inputs(2006, AWKWARD)
    names = given[0].accounts
    names["name"] = ['=HYPERLINK("http://x")', "<r>rich</r>"]
    folder = tmp_path / "plan"
    written(folder, given, 2006)
    assert verify(folder, *given) == ()
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    seen = set()
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    seen.add(cell.value)
                if (
                    isinstance(cell.value, str)
                    and cell.value[0] in "=+-@\t"
                    and cell.data_type != "f"
                ):
                    assert cell.quotePrefix, cell.value
                if cell.data_type == "f":
                    assert not any(code in str(cell.value) for code in AWKWARD.values())
    assert {"=cmd()", "@SUM(1)", '=HYPERLINK("http://x")'} <= seen


def test_control_a_name_written_as_a_formula_is_found(tmp_path: Path) -> None:
    given = inputs(2006, AWKWARD)
    folder = tmp_path / "plan"
    written(folder, given, 2006)
    spoil(
        folder / "plan.xlsx",
        "xl/worksheets/sheet18.xml",
        lambda text: text.replace(
            ' t="inlineStr"><is><t>=cmd()</t></is></c>', "><f>cmd()</f><v>0</v></c>", 1
        ),
    )
    assert verify(folder, *given)


def test_the_same_bytes_twice_and_any_language_verifies(tmp_path: Path) -> None:
    given = inputs(2008)
    for name, words in (("a", SPANISH), ("b", SPANISH), ("c", Words())):
        written(tmp_path / name, given, 8, words)
    a, b, c = ((tmp_path / name / "plan.xlsx").read_bytes() for name in "abc")
    assert a == b
    assert a != c
    assert verify(tmp_path / "a", *given) == ()
    book = openpyxl.load_workbook(tmp_path / "a" / "plan.xlsx")
    assert "Semanas" in book.sheetnames
    assert book["Budgets"]["H2"].number_format.endswith("[$€-C0A]")
    assert openpyxl.load_workbook(tmp_path / "c" / "plan.xlsx")["Budgets"]["H2"].number_format


def test_libreoffice_comes_to_the_same_values(tmp_path: Path) -> None:
    """A program that none of us wrote works every formula out anew, and a lie does not survive."""
    if shutil.which("soffice") is None:
        pytest.skip("soffice is not installed")
    folder = tmp_path / "plan"
    written(folder, inputs(2109), 2109)
    lie = tmp_path / "lie.xlsx"
    shutil.copy(folder / "plan.xlsx", lie)
    spoil(
        lie,
        "xl/worksheets/sheet3.xml",
        lambda text: text.replace("</f><v>", "</f><v>1", 1),
    )
    differ = recomputed([folder / "plan.xlsx", lie], tmp_path / "anew")
    assert differ["plan.xlsx"] == []
    assert differ["lie.xlsx"] != []


def recomputed(books: list[Path], folder: Path) -> dict[str, list[str]]:
    """The cells of each workbook that LibreOffice makes something else of."""
    from benchmarks.workbook_ties import differences, recompute

    recompute(books, folder)
    return {book.name: differences(book, folder / book.name)[1] for book in books}


def test_penalties_are_shown_and_tied_to_what_is_maximised(tmp_path: Path) -> None:
    """A soft rule that is bent: its price stands beside it, and profit less penalties says so."""
    workspace, response, spec = inputs(2005)
    rule = {"rule": "max_events", "value": 0, "hard": False, "penalty": 12.5}
    soft = [*spec.guardrails, type(spec.guardrails[0]).model_validate(rule)]
    given = (workspace, response, spec.model_copy(update={"guardrails": tuple(soft)}))
    folder = tmp_path / "plan"
    plan = written(folder, given, 2005)
    assert verify(folder, *given) == ()
    paid = plan.penalty_cents / 100
    assert paid == 12.5 * len(plan.calendar.block) > 0
    book = openpyxl.load_workbook(folder / "plan.xlsx", data_only=True)
    assert [book["Rules"].cell(row, 6).value for row in (len(soft) + 1, len(soft) + 2)] == [
        paid
    ] * 2
    shown = {row[0].value: row[1].value for row in book["Summary"].iter_rows(min_row=4, max_row=16)}
    assert shown["Penalties of soft rules"] == paid
    assert shown["Our profit less penalties"] == pytest.approx(plan.objective - paid)
    for part, value in (("sheet15", f"{paid}"), ("sheet1", f"{plan.objective - paid:.10g}")):
        lie = tmp_path / part
        shutil.copytree(folder, lie)
        spoil(
            lie / "plan.xlsx",
            f"xl/worksheets/{part}.xml",
            lambda text, value=value: text.replace(f"<v>{value}</v>", "<v>1</v>", 1),
        )
        assert verify(lie, *given)
