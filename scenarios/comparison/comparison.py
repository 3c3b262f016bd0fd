"""Plans side by side: ranked, and set against one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.comparison.accounts import AccountShare, accounts_of
from scenarios.comparison.budgets import Budget, budgets_of
from scenarios.comparison.contender import Contender
from scenarios.comparison.proof import Edge, Rank, edge, ranks
from scenarios.comparison.survey import Survey
from workspace.faults import Fault, InputError
from workspace.nearest import nearest, quoted
from workspace.text import Text
from workspace.workspace import Workspace

BASE = "--base"


@dataclass(frozen=True)
class Row:
    """One scenario in a comparison."""

    contender: Contender
    budgets: tuple[Budget, ...]  # of the comparison's own accounts and of all accounts together
    accounts: tuple[AccountShare, ...]
    rank: Rank
    edge: Edge  # its worth beside the base's

    @property
    def name(self) -> str:
        """The scenario's, unique here."""
        return self.contender.name


@dataclass(frozen=True)
class Comparison:
    """Verified plans of one workspace, in the order asked for; others are set against `base`."""

    workspace: Workspace
    rows: tuple[Row, ...]
    base: Row

    @property
    def ranked(self) -> tuple[Row, ...]:
        """The best first; in the order asked for among equals."""
        return tuple(sorted(self.rows, key=lambda row: row.rank.place))

    @property
    def others(self) -> tuple[Row, ...]:
        """All but the base."""
        return tuple(row for row in self.rows if row is not self.base)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Those of any of the plans, by code: no other is named in a comparison."""
        return tuple(sorted({share.account for row in self.rows for share in row.accounts}))

    def row(self, name: str, option: str) -> Row:
        """The scenario of a name. Raises InputError, blaming the option, where there is none."""
        one = _named([row.contender for row in self.rows], name, option)
        return next(row for row in self.rows if row.contender is one)

    @property
    def currency(self) -> str:
        """Of all amounts."""
        return self.workspace.settings.currency


def compare(found: Survey, base: str | None = None) -> Comparison:
    """Rank the plans of a survey, two or more, and set them against `base`, else the first.

    Raises InputError where no plan has the base's name.
    """
    contenders = found.admitted
    first = contenders[0] if base is None else _named(contenders, base, BASE)
    shares = [tuple(accounts_of(one)) for one in contenders]
    accounts = {share.account for some in shares for share in some}
    placed = ranks([one.figures for one in contenders])
    rows = tuple(
        Row(
            one,
            budgets_of(one, found.workspace, accounts),
            share,
            rank,
            edge(one.figures, first.figures),
        )
        for one, share, rank in zip(contenders, shares, placed, strict=True)
    )
    return Comparison(found.workspace, rows, next(row for row in rows if row.contender is first))


def _named(contenders: Sequence[Contender], name: str, option: str) -> Contender:
    found = next((one for one in contenders if one.name == name), None)
    if found is None:
        such = nearest(name, {one.name for one in contenders}) or contenders[0].name
        expected = Text("a plan that is compared, such as {name}", name=quoted(such))
        raise InputError([Fault(option, None, None, quoted(name), expected)])
    return found
