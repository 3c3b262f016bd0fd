"""Claims: whole cents, settled after they came and never for more than was claimed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workspace.columns import Bools, Floats
from workspace.faults import Findings
from workspace.table import Table
from workspace.text import Text

CENT_PART = 1e-6  # of a cent: what two decimals may be off in floating point


def check_claims(tables: Mapping[str, Table], findings: Findings) -> None:
    """Amounts in whole cents; settlements with a day and within the claim; the same claim twice."""
    claims = tables.get("claims")
    if claims is None:
        return
    amount, settled = claims.numbers("amount"), claims.filled("settled")
    for column in ("amount", "settled"):
        values = claims.numbers(column)
        _fault(claims, findings, column, _parts_of_cents(values), Text("whole cents"), values)
    over = settled > amount + 0.001
    expected = Text("at most the amount claimed")
    _fault(claims, findings, "settled", over, expected, settled)
    received, on = claims.weeks("received"), claims.weeks("settled_on")
    usable = ~claims.faulty["settled_on"] & ~claims.faulty["settled"]
    undated = (settled > 0) & np.isnat(on) & usable
    _fault(claims, findings, "settled_on", undated, Text("the day when it was settled"), None)
    early = on < received
    findings.fault_rows(
        claims.file,
        "settled_on",
        claims.rows[np.flatnonzero(early)],
        lambda i: Text("{day}", day=on[np.flatnonzero(early)[i]]),
        lambda i: Text("a day not before {first}", first=received[np.flatnonzero(early)[i]]),
    )
    _note_twins(claims, findings)


def _parts_of_cents(values: Floats) -> Bools:
    cents = values * 100.0
    parts: Bools = np.abs(cents - np.rint(cents)) > CENT_PART + np.abs(cents) * 2.0**-51
    return parts


def _fault(
    claims: Table,
    findings: Findings,
    column: str,
    wrong: Bools,
    expected: Text,
    values: Floats | None,
) -> None:
    where = np.flatnonzero(wrong)
    findings.fault_rows(
        claims.file,
        column,
        claims.rows[where],
        lambda i: (
            Text("nothing") if values is None else Text("{x:.12g}", x=float(values[where[i]]))
        ),
        expected,
    )


def _note_twins(claims: Table, findings: Findings) -> None:
    """Note claims that say the same as an earlier one under another name."""
    columns = [claims.words(name).words() for name in ("account", "product")]
    columns += [claims.weeks(name).astype(str) for name in ("start_week", "received")]
    seen: dict[tuple[object, ...], int] = {}
    for i, said in enumerate(zip(*columns, claims.numbers("amount").tolist(), strict=True)):
        first = seen.setdefault(said, i)
        if first != i:
            twin = Text("the same as the claim in row {row}", row=int(claims.rows[first]))
            findings.note(claims.file, int(claims.rows[i]), "claim", twin)
