"""What-ifs on facts: costs, prices and the terms of tactics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.assumption import Assumption, Target
from optimizer.blocks import Pairs
from optimizer.problem import Bools
from optimizer.tactics import offers
from scenarios.what_if.selected import amended, selected
from workspace.workspace import Workspace

_SCOPE = ["account", "brand", "product"]


def changed(workspace: Workspace, assumption: Assumption) -> Workspace:
    """The workspace after one change of a table; the one given is left as it is."""
    if assumption.target is Target.TACTICS:
        return replace(workspace, tactics=_tactics(workspace, assumption))
    frame = workspace.table(str(assumption.target))
    frame = _amend(frame, selected(frame, workspace, assumption), assumption)
    if assumption.target is Target.PRODUCTS:
        return replace(workspace, products=frame)
    if assumption.target is Target.LISTINGS:
        return replace(workspace, listings=frame)
    return replace(workspace, accounts=frame)


def _amend(frame: pd.DataFrame, rows: Bools, assumption: Assumption) -> pd.DataFrame:
    values = frame[assumption.change].to_numpy(dtype=np.float64)
    return frame.assign(**{assumption.change: np.where(rows, amended(values, assumption), values)})


def _tactics(workspace: Workspace, assumption: Assumption) -> pd.DataFrame:
    """The terms in force after the change.

    A row of `tactics` may hold for more than the selection. Then every listed pair selected gets a
    row of its own, which is the most specific there can be and so wins.
    """
    tactics = workspace.tactics
    if set(assumption.selectors) <= {"tactic"}:
        return _amend(tactics, selected(tactics, workspace, assumption), assumption)
    listed = workspace.listings[["account", "product"]]
    inside = listed[selected(listed.assign(tactic=assumption.tactic), workspace, assumption)]
    pairs = Pairs(tuple(inside["account"]), tuple(inside["product"]))
    terms = offers(workspace, pairs)
    block, tactic = np.nonzero(terms.row >= 0)
    if assumption.tactic:
        wanted = tactic == terms.tactics.index(assumption.tactic)
        block, tactic = block[wanted], tactic[wanted]
    if not block.size:
        return tactics
    own = tactics.iloc[terms.row[block, tactic]].reset_index(drop=True)
    brand = dict(zip(workspace.products["product"], workspace.products["brand"], strict=True))
    products = inside["product"].to_numpy()[block]
    own = own.assign(
        account=pd.Series(inside["account"].to_numpy()[block], dtype="str"),
        product=pd.Series(products, dtype="str"),
        brand=pd.Series([brand[product] for product in products], dtype="str"),
    )
    own = _amend(own, np.ones(len(own), dtype=np.bool_), assumption)
    both = pd.concat([tactics, own], ignore_index=True)
    both = both.drop_duplicates(["tactic", *_SCOPE], keep="last", ignore_index=True)
    return both.sort_values(["tactic", *_SCOPE], ignore_index=True)
