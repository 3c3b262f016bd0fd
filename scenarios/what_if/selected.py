"""Which rows of a table an assumption is about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.assumption import ACCOUNTS, PRODUCTS, Assumption
from optimizer.problem import Bools, Floats
from workspace.workspace import Workspace


def selected(frame: pd.DataFrame, workspace: Workspace, assumption: Assumption) -> Bools:
    """Whether each row is selected: (n,), by its own account, product and tactic.

    A selector of a column that the frame has not, and cannot look up, selects nothing else.
    """
    chosen = np.ones(len(frame), dtype=np.bool_)
    homes = (
        ("account", ACCOUNTS, workspace.accounts),
        ("product", PRODUCTS, workspace.products),
        ("tactic", ("tactic",), None),
    )
    for key, names, home in homes:
        wanted = {name: code for name, code in assumption.selectors.items() if name in names}
        if not wanted:
            continue
        if home is None:
            codes = set(wanted.values())
        else:
            good = np.ones(len(home), dtype=np.bool_)
            for name, code in wanted.items():
                good &= (home[name] == code).to_numpy()
            codes = set(home[key][good])
        chosen &= frame[key].isin(codes).to_numpy()
    return chosen


def amended(values: Floats, assumption: Assumption) -> Floats:
    """The figures after the change, within the limits of what they are; blanks stay blank."""
    if assumption.times is not None:
        changed = values * assumption.times
    elif assumption.plus is not None:
        changed = values + assumption.plus
    else:
        changed = np.where(np.isnan(values), values, float(assumption.set or 0.0))
    return np.asarray(np.clip(changed, *assumption.limits))
