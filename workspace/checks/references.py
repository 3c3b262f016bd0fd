"""Codes that one table takes from another must be there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workspace.faults import Findings
from workspace.nearest import Suggester, quoted
from workspace.table import Table


def check_references(tables: Mapping[str, Table], findings: Findings) -> None:
    """Report every code that its home table does not have, with the nearest that it has."""
    for table in tables.values():
        for column in table.schema.columns:
            if column.refers is None or column.refers[0] not in tables:
                continue
            home, name = column.refers
            if name not in tables[home].present:
                continue
            _check(table, column.name, tables[home].words(name).labels, f"{home}.{name}", findings)


def _check(
    table: Table, column: str, valid: tuple[str, ...], kind: str, findings: Findings
) -> None:
    known = frozenset(valid)
    words = table.words(column)
    unknown = {label for label in words.labels if label not in known}
    if not unknown:
        return
    where = np.flatnonzero(words.among(unknown))
    suggest = Suggester(valid, kind)
    findings.fault_rows(
        table.file,
        column,
        table.rows[where],
        lambda i: quoted(words.at(int(where[i]))),
        lambda i: suggest(words.at(int(where[i]))),
    )
