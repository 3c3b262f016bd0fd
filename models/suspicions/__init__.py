"""What is sound by every rule and still looks wrong: suspicions with their place, never errors.

    suspicions_of(workspace)        # all of them, in the order of files and rows

Each file holds the suspects of one subject; a new one is a function and a line in SUSPECTS. They
are robust statistics of the panel, made to stay silent on clean data: at most one false alarm in a
hundred series, held in the tests on simulated markets and real accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from models.suspicions.copies import copied_series, copied_weeks
from models.suspicions.evidence import Evidence
from models.suspicions.money import budgets, listings, tactics
from models.suspicions.prices import (
    base_price_rows,
    price_against_base,
    price_pairs,
    price_rows,
    whole_prices,
)
from models.suspicions.silence import silences, standstills, stockouts_that_sell
from models.suspicions.suspicion import Suspicion
from models.suspicions.timing import inverted_flags, shifted_weeks, swapped_accounts
from models.suspicions.volumes import levels, odd_account_weeks, odd_weeks, volume_pairs
from workspace.workspace import Workspace

__all__ = ["SUSPECTS", "Suspicion", "suspicions_of"]

SUSPECTS: tuple[Callable[[Evidence], Iterator[Suspicion]], ...] = (
    price_rows,
    base_price_rows,
    price_pairs,
    price_against_base,
    whole_prices,
    odd_weeks,
    odd_account_weeks,
    levels,
    volume_pairs,
    silences,
    standstills,
    stockouts_that_sell,
    copied_series,
    copied_weeks,
    shifted_weeks,
    swapped_accounts,
    inverted_flags,
    listings,
    tactics,
    budgets,
)


def suspicions_of(workspace: Workspace) -> tuple[Suspicion, ...]:
    """Every suspicion about a workspace, by file, row, column and kind."""
    if not len(workspace.sales):
        return ()
    evidence = Evidence.of(workspace)
    found = [one for suspect in SUSPECTS for one in suspect(evidence)]
    return tuple(sorted(found, key=lambda s: (s.file, s.row or 0, s.column or "", s.kind)))
