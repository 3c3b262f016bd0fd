"""The handover of a plan: its volumes, beside those that were agreed last, on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.handover.agreed import Agreed, Key, agreed, rows
from scenarios.outcomes import VerificationFailed
from scenarios.signoff.dossier import subject_of
from scenarios.signoff.signed_hash import read_files, signed_sha256
from scenarios.store.store import open_store
from scenarios.verify import inputs_of, verify_on

MATERIAL = 0.5  # units: smaller changes are no change of a production order


@dataclass(frozen=True)
class Line:
    """A product's week. `row`: its cells in sop.csv, None where only the agreed plan has it."""

    product: str
    week: date
    row: Mapping[str, str] | None
    agreed_units: float | None
    agreed_high: float | None
    known: bool  # both plans reach the week, so that there can be a change
    frozen: bool | None  # production had to know before the day of the handover; None: who knows

    def number(self, column: str) -> float | None:
        """A number of sop.csv; None where it is blank."""
        cell = "" if self.row is None else self.row[column]
        return float(cell) if cell else None

    @property
    def units(self) -> float:
        """Units of the plan; none of what it does not have any more."""
        return self.number("units") or 0.0

    @property
    def change(self) -> float | None:
        """Units more than agreed; None where one of the two plans does not reach."""
        return self.units - (self.agreed_units or 0.0) if self.known else None

    @property
    def changed(self) -> bool:
        """Whether the change is one that somebody has to act on."""
        return self.change is not None and abs(self.change) >= MATERIAL

    @property
    def peak(self) -> str:
        """short, tight, high or nothing."""
        return "" if self.row is None else self.row["peak"]


@dataclass(frozen=True)
class Handover:
    """What is handed over on a day. `since`: the version it is compared with."""

    plan: str
    on: date
    since: Agreed | None
    asked: str  # the plan whose approved version was looked for
    lines: tuple[Line, ...]  # sorted by product and week
    names: Mapping[str, str]  # of products
    currency: str

    @property
    def peaks(self) -> tuple[Line, ...]:
        """Weeks to talk about, the worst kind first, then as they come."""
        order = ("short", "tight", "high")
        found = [line for line in self.lines if line.peak]
        found.sort(key=lambda line: (order.index(line.peak), line.week, line.product))
        return tuple(found)

    @property
    def changes(self) -> tuple[Line, ...]:
        """What is not as agreed, the largest change first."""
        found = [line for line in self.lines if line.changed]
        found.sort(key=lambda line: (-abs(line.change or 0.0), line.week, line.product))
        return tuple(found)


def handover(
    folder: Path,
    on: date,
    workspace: Path | None = None,
    since: str | None = None,
    url: str | None = None,
) -> Handover:
    """The handover of a plan that the verifier accepts.

    `since`: the name of the plan whose last approved version it is compared with; its own if not
    given. Raises InputError where the folder is no plan, VerificationFailed where the verifier
    does not accept it.
    """
    inputs = inputs_of(folder, workspace)
    files = read_files(folder)
    findings = verify_on(folder, inputs)
    if findings:
        raise VerificationFailed(folder, findings)
    settings, products = inputs.workspace.settings, inputs.workspace.products
    plan = folder.resolve().name
    asked = since or plan
    with open_store(inputs.workspace.folder, url) as store:
        name = subject_of(settings, asked)
        found = agreed(store, settings.name, name, signed_sha256(files))
    names = {
        code: name or code for code, name in zip(products["product"], products["name"], strict=True)
    }
    lines = tuple(_lines({_key(row): row for row in rows(files["sop.csv"])}, found, on))
    return Handover(plan, on, found, asked, lines, names, settings.currency)


def _key(row: Mapping[str, str]) -> Key:
    return row["product"], row["week"]


def _lines(mine: Mapping[Key, Mapping[str, str]], found: Agreed | None, on: date) -> Iterator[Line]:
    """Every week that either plan has."""
    before = {} if found is None else found.volumes
    both = {week for _, week in mine} & {week for _, week in before}
    for key in sorted({*mine, *before}):
        row, volume = mine.get(key), before.get(key)
        known_by = "" if row is None else row["know_by"]
        yield Line(
            product=key[0],
            week=date.fromisoformat(key[1]),
            row=row,
            agreed_units=None if volume is None else volume.units,
            agreed_high=None if volume is None else volume.high,
            known=key[1] in both,
            frozen=date.fromisoformat(known_by) < on if known_by else None,
        )
