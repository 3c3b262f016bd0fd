"""The dynamic programme of one block, run as the kernels run it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernels.arrays import Arrays, Prices
from optimizer.kernels.dynamic import Table, fill
from optimizer.kernels.events import event_values, quiet_values
from optimizer.kernels.worth import Envelope, single_line, worths
from optimizer.problem import Floats


class Programme(NamedTuple):
    """A filled table and what went into it."""

    factor: Floats
    slack: float
    envelope: Envelope
    quiet: Floats
    units: Floats
    values: Floats
    table: Table


def programme(a: Arrays, z: Prices, p: int, bounding: bool = False) -> Programme:
    """Block p beside idle siblings; `bounding` cuts dips so that the best value is a bound."""
    factor = a.cut_factor[p] if bounding else a.factor[p]
    slack = float(a.cut_slack[p]) if bounding else 1.0
    envelope = single_line(a.base.shape[1])
    worth = worths(a, z, p)
    quiet = quiet_values(worth.units, slack, envelope)
    extra = np.zeros((a.shape_tactic.size, a.must.shape[1]))
    values = event_values(a, p, worth, factor, slack, envelope, quiet, extra)
    table = fill(a, p, factor, slack, envelope, worth.units, values)
    return Programme(factor, slack, envelope, quiet, worth.units, values, table)
