"""Plans with regular prices from file to verified folder, handed back, pinned and tampered with."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.run import evaluate, run
from scenarios.verify import verify_folder
from tests.oracle.tiny import write
from tests.oracle.tiny_prices import tiny_priced
from workspace import InputError

SEED = 2
Row = dict[str, str]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plan with events and prices that move."""
    instance = tiny_priced(SEED, alone=True, draws=2)
    folder, scenario, response = write(instance, tmp_path_factory.mktemp("priced") / "ws")
    return run(folder, scenario, response).folder


def inputs(plan: Path) -> tuple[Path, Path, Path]:
    folder = plan.parents[2]
    return folder, folder / "scenarios" / "tiny.yaml", folder / "response"


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def path_of(folder: Path) -> list[tuple[str, ...]]:
    names = ("account", "product", "week", "base_price")
    return [tuple(row[name] for name in names) for row in rows(folder / "prices.csv")]


def cents(cell: str) -> int:
    return round(float(cell) * 100)


def test_calendar_and_prices_add_up_to_the_objective(planned: Path, tmp_path: Path) -> None:
    result = evaluate(*inputs(planned)[:2], planned / "calendar.csv", inputs(planned)[2], tmp_path)
    parts = [*rows(planned / "calendar.csv"), *rows(planned / "prices.csv")]
    moves = rows(planned / "prices.csv")
    assert moves
    assert all(row["reason"].startswith("recommended") for row in moves)
    earned = sum(cents(row["incremental_profit"]) for row in parts)
    assert earned - result.plan.outcome.rebates.change_cents == result.plan.objective_cents
    assert not result.plan.violations
    assert rows(tmp_path / "prices.csv")[0]["base_price"] == moves[0]["base_price"]


def test_events_alone_tell_the_price_that_held(planned: Path, tmp_path: Path) -> None:
    """Without prices.csv beside it a price holds from the first event that has it."""
    calendar = tmp_path / "mine.csv"
    calendar.write_bytes((planned / "calendar.csv").read_bytes())
    folder, scenario, response = inputs(planned)
    result = evaluate(folder, scenario, calendar, response, tmp_path / "out")
    told = {row["event"]: row["base_price"] for row in rows(calendar)}
    again = {row["event"]: row["base_price"] for row in rows(tmp_path / "out" / "calendar.csv")}
    assert told == again
    assert result.plan.outcome.objective_cents is not None


def test_pinned_prices_stay(planned: Path, tmp_path: Path) -> None:
    folder, scenario, response = inputs(planned)
    result = run(folder, scenario, response, pin=planned / "calendar.csv", out=tmp_path / "out")
    assert path_of(tmp_path / "out") == path_of(planned)
    assert not result.plan.violations


def test_prices_off_the_ladder_are_told_with_their_row(planned: Path, tmp_path: Path) -> None:
    folder, scenario, response = inputs(planned)
    for name in ("calendar.csv", "prices.csv"):
        (tmp_path / name).write_bytes((planned / name).read_bytes())
    text = (tmp_path / "prices.csv").read_text().splitlines()
    cells = text[1].split(",")
    cells[6], cells[3] = "123.45", "2031-01-06"
    (tmp_path / "prices.csv").write_text("\n".join([text[0], ",".join(cells), *text[2:]]) + "\n")
    with pytest.raises(InputError) as caught:
        evaluate(folder, scenario, tmp_path / "calendar.csv", response, tmp_path / "out")
    told = sorted(str(fault) for fault in caught.value.faults)
    assert told[0].startswith(
        "prices.csv:2:base_price: found '123.45', expected one of the regular"
    )
    assert told[1].startswith("prices.csv:2:week: found '2031-01-06', expected a week of the")


def edited(column: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Change a cell of the first row of prices.csv."""

    def edit(folder: Path) -> None:
        path = folder / "prices.csv"
        table = rows(path)
        table[0][column] = change(table[0][column])
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(table[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)

    return edit


def dropped(folder: Path) -> None:
    """Lose the last change."""
    path = folder / "prices.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))


@pytest.mark.parametrize(
    "forge",
    [
        edited("base_price", lambda cell: f"{float(cell) + 0.01:g}"),
        edited("previous_price", lambda cell: f"{float(cell) + 0.01:g}"),
        edited("incremental_profit", lambda cell: f"{float(cell) + 0.01:.2f}"),
        edited("retailer_incremental_profit", lambda cell: f"{float(cell) - 0.01:.2f}"),
        edited("incremental_profit_p10", lambda cell: f"{float(cell) + 1:.2f}"),
        edited("incremental_units", lambda cell: f"{float(cell) + 1:g}"),
        edited("weeks", lambda cell: str(int(cell) + 1)),
        edited("reason", lambda _: ""),
        dropped,
        lambda folder: (folder / "prices.csv").unlink(),
    ],
)
def test_the_verifier_sees_every_forged_cell(
    planned: Path, tmp_path: Path, forge: Callable[[Path], None]
) -> None:
    folder, _, _ = inputs(planned)
    target = folder / "results" / "plans" / f"forged-{tmp_path.name}"
    target.mkdir()
    for path in planned.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    assert verify_folder(target) == ()
    forge(target)
    assert verify_folder(target) != ()
