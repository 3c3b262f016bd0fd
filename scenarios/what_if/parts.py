"""What a lift is made of: the parts that depth, feature and display explain.

A response says how much a tactic lifts, not why. For each pair (a, p) the parts are the regression

    log_lift[a,p,k] = e[a,p] (-ln(1 - depth_k)) + f[a,p] feature_k + g[a,p] display_k + rest

over its tactics, by ridge towards the same regression over all pairs: (e, f, g) of the pair is
b + (X'X + r I)^-1 X'(y - X b), with b = (Z'Z + r I)^-1 Z'z over all rows, negative parts cut to 0.
With as many different tactics as parts the ridge hardly matters; with fewer, the pair takes what
is missing from the others. What is left over stays with the tactic.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.problem import Bools, Floats

RIDGE = 1e-4


def drivers(depth: Floats, feature: Floats, display: Floats) -> Floats:
    """What moves a lift: (n, 3) of -ln(1 - depth), feature, display."""
    return np.stack([-np.log1p(-depth), feature, display], axis=1)


def strengths(lift: pd.DataFrame, driver: Floats, known: Bools) -> Floats:
    """(e, f, g) of the pair of each row of `lift`, (n, 3), >= 0.

    `driver` (n, 3); rows that are not `known` (n,), where no tactic is in force, explain nothing.
    """
    rows = np.flatnonzero(known)
    x, y = driver[rows], lift["log_lift"].to_numpy(dtype=np.float64)[rows]
    ridge = RIDGE * np.eye(3)
    common = np.maximum(0.0, np.linalg.solve(x.T @ x + ridge, x.T @ y))
    pair = lift.groupby(["account", "product"], sort=False).ngroup().to_numpy()
    pairs = int(pair.max(initial=-1)) + 1
    square, moment = np.zeros((pairs, 3, 3)), np.zeros((pairs, 3))
    np.add.at(square, pair[rows], x[:, :, None] * x[:, None, :])
    np.add.at(moment, pair[rows], x * (y - x @ common)[:, None])
    own = np.linalg.solve(square + ridge, moment[:, :, None])[:, :, 0]
    return np.asarray(np.maximum(0.0, common + own)[pair])
