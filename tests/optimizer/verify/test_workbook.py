"""Whatever is changed in a workbook, the verifier says where; untouched, it is accepted."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.verify import verify
from tests.optimizer.workbooks import inputs, spoil, written

SEED = 2003
PAGES = ("Summary", "Calendar", "P&L", "P&L by account and brand", "Price waterfall",
         "Account and product", "Retailers", "Budgets", "Accrued by month", "Paid by month",
         "Rebates", "Rebates by brand", "Supply", "Production and logistics", "Rules",
         "Accruals by week", "Payments by event", "Weeks", "Checks")  # fmt: skip


def part_of(page: str) -> str:
    return f"xl/worksheets/sheet{PAGES.index(page) + 1}.xml"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "plan"
    given = inputs(SEED)
    written(folder, given, SEED)
    return folder, given


def verdict(desk, tmp_path: Path, part: str, change):
    folder = tmp_path / "plan"
    shutil.copytree(desk[0], folder)
    spoil(folder / "plan.xlsx", part, change)
    return verify(folder, *desk[1])


def test_control_untouched_it_is_accepted(desk) -> None:
    assert verify(desk[0], *desk[1]) == ()


def test_a_workbook_that_is_gone_is_found(desk, tmp_path: Path) -> None:
    """Tables on their way into the store have none yet; a folder that somebody was given has."""
    folder = tmp_path / "plan"
    shutil.copytree(desk[0], folder, ignore=shutil.ignore_patterns("*.xlsx"))
    (finding,) = verify(folder, *desk[1])
    assert str(finding) == "plan.xlsx::: found no such file, expected the workbook of the plan"
    assert verify(folder, *desk[1], workbook=False) == ()


def test_a_plan_too_large_for_a_page_has_none(desk, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(desk[0], folder, ignore=shutil.ignore_patterns("*.xlsx"))
    monkeypatch.setattr("optimizer.verify.workbook.MOST_ROWS", 10)
    assert verify(folder, *desk[1]) == ()


@pytest.mark.parametrize("kind", ["folder", "empty", "half", "text", "bytes", "password"])
def test_a_workbook_that_cannot_be_read_is_found(desk, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(desk[0], folder)
    path = folder / "plan.xlsx"
    content = path.read_bytes()
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        spoilt = bytearray(content)
        spoilt[2000:2100] = bytes(100)
        locked = content.replace(b"PK\x01\x02", b"PK\x01\x02", 1)
        place = locked.index(b"PK\x01\x02") + 8
        locked = locked[:place] + b"\x01\x00" + locked[place + 2 :]
        made = {"empty": b"", "half": content[: len(content) // 2], "text": b"hello",
                "bytes": bytes(spoilt), "password": locked}  # fmt: skip
        path.write_bytes(made[kind])
    findings = verify(folder, *desk[1])
    assert findings
    assert {finding.file for finding in findings} == {"plan.xlsx"}


@pytest.mark.parametrize("page", PAGES)
def test_any_number_that_is_changed_is_found(desk, tmp_path: Path, page: str) -> None:
    """A value of each page, the last that is written there, by one cent or one unit."""
    if page in ("Supply", "Rules") and b"<v>" not in _content(desk, page):
        pytest.skip("nothing on this page")

    def changed(text: str) -> str:
        place = list(re.finditer(r"<v>(-?[0-9.E+-]+)</v>", text))[-1]
        return f"{text[: place.start(1)]}{float(place[1]) + 1.01!r}{text[place.end(1) :]}"

    findings = verdict(desk, tmp_path, part_of(page), changed)
    assert findings
    assert {finding.file for finding in findings} == {"plan.xlsx"}


def _content(desk, page: str) -> bytes:
    import zipfile

    with zipfile.ZipFile(desk[0] / "plan.xlsx") as archive:
        return archive.read(part_of(page))


@pytest.mark.parametrize(
    "page",
    ["P&L by account and brand", "Account and product", "Rebates", "Accrued by month",
     "Paid by month", "Budgets", "Calendar", "Summary", "Checks"],
)  # fmt: skip
def test_a_number_where_a_formula_belongs_is_found(desk, tmp_path: Path, page: str) -> None:
    findings = verdict(
        desk, tmp_path, part_of(page), lambda text: re.sub(r"<f>[^<]*</f>", "", text, count=1)
    )
    assert findings


def test_a_formula_that_leaves_a_row_out_is_found(desk, tmp_path: Path) -> None:
    def shorter(text: str) -> str:
        return re.sub(
            r"(SUM\('Weeks'!\$G\$2:\$G\$)([0-9]+)",
            lambda m: f"{m[1]}{int(m[2]) - 1}",
            text,
            count=1,
        )

    assert verdict(desk, tmp_path, part_of("Account and product"), shorter)


def test_a_formula_that_reaches_out_is_found(desk, tmp_path: Path) -> None:
    findings = verdict(
        desk,
        tmp_path,
        part_of("Budgets"),
        lambda text: re.sub(r"<f>[^<]*</f>", "<f>WEBSERVICE(A1)</f>", text, count=1),
    )
    assert any("WEBSERVICE" in str(finding.found) for finding in findings)


def test_a_number_that_nothing_accounts_for_is_found(desk, tmp_path: Path) -> None:
    """A row below the tables, as somebody adds who wants a total to look right."""

    def more(text: str) -> str:
        last = max(int(n) for n in re.findall(r'<row r="([0-9]+)"', text))
        row = f'<row r="{last + 5}"><c r="A{last + 5}"><v>7</v></c></row>'
        return text.replace("</sheetData>", f"{row}</sheetData>")

    findings = verdict(desk, tmp_path, part_of("Weeks"), more)
    assert [finding.column for finding in findings] == ["Weeks!A"]


def test_a_code_that_is_changed_is_found(desk, tmp_path: Path) -> None:
    findings = verdict(
        desk, tmp_path, part_of("Weeks"), lambda text: text.replace("<t>001</t>", "<t>002</t>", 1)
    )
    assert [finding.column for finding in findings] == ["Weeks!A"]


def test_an_area_that_is_gone_is_found(desk, tmp_path: Path) -> None:
    findings = verdict(
        desk, tmp_path, "xl/workbook.xml", lambda text: text.replace("tw_pnl", "tw_other")
    )
    assert [finding.column for finding in findings] == ["tw_pnl"]


def test_another_plans_workbook_is_found(desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    written(other, inputs(SEED), SEED + 1)
    folder = tmp_path / "plan"
    shutil.copytree(desk[0], folder)
    shutil.copy(other / "plan.xlsx", folder / "plan.xlsx")
    assert verify(folder, *desk[1])


def test_days_that_the_workspace_does_not_say_are_found(desk, tmp_path: Path) -> None:
    """Everything that follows from them would be right by its formulas."""

    def waiting(text: str) -> str:
        return re.sub(r'(<c r="E[0-9]+"[^>]*><v>)[0-9]+', r"\g<1>25", text, count=1)

    findings = verdict(desk, tmp_path, part_of("Paid by month"), waiting)
    assert "Paid by month!E" in {finding.column for finding in findings}


def test_other_terms_of_the_workspace_are_found(desk) -> None:
    workspace, response, spec = desk[1]
    payment = workspace.settings.payment.model_copy(update={"fees": 77})
    settings = workspace.settings.model_copy(update={"payment": payment})
    accounts = workspace.accounts.assign(fee_days=float("nan"))
    other = replace(workspace, settings=settings, accounts=accounts)
    assert verify(desk[0], other, response, spec)
    assert other.sha256 != workspace.sha256
