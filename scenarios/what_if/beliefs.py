"""What-ifs on beliefs: lifts and their parts, dips, losses to siblings and rivals, demand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from models.response import Response
from models.response_checks import DRAW_KINDS, draw_kind
from models.response_schema import LARGEST_LOG, SCHEMAS
from optimizer.assumption import Assumption, Target
from optimizer.blocks import Pairs
from optimizer.problem import Bools, Floats
from optimizer.tactics import offers
from scenarios.what_if.parts import drivers, strengths
from scenarios.what_if.selected import selected
from workspace.workspace import Workspace

MOST = 10.0  # times that a what-if may strengthen what a deal borrows and takes
_SHOWN = ("depth", "feature", "display")
_PART = {"elasticity": 0, "feature_effect": 1, "display_effect": 2}
_COEFFICIENTS = {Target.CARRY: "carry", Target.CROSS: "cross", Target.RIVAL: "rival"}
_KINDS = {kind.table: i for i, kind in enumerate(DRAW_KINDS)}


def believed(
    response: Response,
    before: Workspace,
    after: Workspace,
    assumptions: Iterable[Assumption],
) -> Response:
    """The response under the assumptions; `after` is the workspace `before` with its own made."""
    assumptions = tuple(assumptions)
    frames = {name: getattr(response, name) for name in SCHEMAS}
    for assumption in assumptions:
        if assumption.target in _COEFFICIENTS:
            _scale(frames, _COEFFICIENTS[assumption.target], "coefficient", before, assumption)
        elif assumption.target is Target.BASELINE:
            _scale(frames, "baseline", "units", before, assumption)
        elif assumption.change == "elasticity" and not assumption.tactic:
            _scale(frames, "price", "elasticity", before, assumption)
    about_lifts = any(
        assumption.target is Target.LIFT or assumption.change in _SHOWN
        for assumption in assumptions
    )
    if about_lifts and len(response.lift):
        _lifts(frames, before, after, assumptions)
    if all(frames[name] is getattr(response, name) for name in SCHEMAS):
        return response
    return Response.trusted(frames)


def _scale(
    frames: dict[str, pd.DataFrame],
    table: str,
    column: str,
    workspace: Workspace,
    assumption: Assumption,
) -> None:
    """Multiply a column of a table, and of its draws, where selected."""
    frame, draws = frames[table], frames["draws"]
    times = float(assumption.times or 0.0)
    rows = selected(frame, workspace, assumption)
    frames[table] = frame.assign(**{column: _times(frame[column], rows, times)})
    drawn = (draw_kind(draws) == _KINDS[table]) & selected(draws, workspace, assumption)
    if drawn.any():
        frames["draws"] = draws.assign(**{column: _times(draws[column], drawn, times)})


def _times(column: pd.Series, rows: Bools, times: float) -> Floats:
    values = column.to_numpy(dtype=np.float64)
    return np.where(rows, values * times, values) + 0.0


def _lifts(
    frames: dict[str, pd.DataFrame],
    before: Workspace,
    after: Workspace,
    assumptions: Iterable[Assumption],
) -> None:
    """New log_lift, pressure and pull of every row of `lift` and of its draws.

    log_lift' = m (log_lift + (m_e e x' - e x) + (m_f f F' - f F) + (m_g g D' - g D)), with x =
    -ln(1 - depth), F, D the feature and display in force before and, with a dash, after.
    """
    lift = frames["lift"]
    old, known = _driver(lift, before)
    new, _ = _driver(lift, after)
    strength = strengths(lift, old, known)
    times, whole = np.ones((len(lift), 3)), np.ones(len(lift))
    for assumption in assumptions:
        if assumption.target is not Target.LIFT:
            continue
        rows = selected(lift, before, assumption)
        factor = np.where(rows, float(assumption.times or 0.0), 1.0)
        if assumption.change in _PART:
            times[:, _PART[assumption.change]] *= factor
        else:
            whole *= factor
    moved = np.where(known, (strength * (times * new - old)).sum(axis=1), 0.0)
    logs = lift["log_lift"].to_numpy(dtype=np.float64)
    lifted = np.clip(whole * (logs + moved), -LARGEST_LOG, LARGEST_LOG)
    up = logs > 1e-9
    ratio = np.where(up, np.clip(lifted / np.where(up, logs, 1.0), 0.0, MOST), 1.0)
    frames["lift"] = lift.assign(
        log_lift=lifted + 0.0, pressure=lift["pressure"] * ratio, pull=lift["pull"] * ratio
    )
    frames["draws"] = _drawn(frames["draws"], lift, moved, whole, ratio)


def _driver(lift: pd.DataFrame, workspace: Workspace) -> tuple[Floats, Bools]:
    """What moves the lift of each row, (n, 3), and whether its tactic is in force there."""
    pairs = lift[["account", "product"]].drop_duplicates()
    blocks = Pairs(tuple(pairs["account"]), tuple(pairs["product"]))
    terms = offers(workspace, blocks)
    block, tactic = blocks.find(lift["account"], lift["product"]), terms.find(lift["tactic"])
    row = np.where(tactic >= 0, terms.row[block, tactic], -1)
    figures = (np.append(terms.terms[name].to_numpy(dtype=np.float64), 0.0)[row] for name in _SHOWN)
    return drivers(*figures), row >= 0


def _drawn(
    draws: pd.DataFrame, lift: pd.DataFrame, moved: Floats, whole: Floats, ratio: Floats
) -> pd.DataFrame:
    """The draws of lifts, each moved as its best estimate is."""
    of_lift = np.flatnonzero(draw_kind(draws) == _KINDS["lift"])
    if not of_lift.size:
        return draws
    key = ["account", "product", "tactic"]
    place = pd.MultiIndex.from_frame(lift[key]).get_indexer(
        pd.MultiIndex.from_frame(draws.iloc[of_lift][key])
    )
    rows, place = of_lift[place >= 0], place[place >= 0]
    columns = {
        name: draws[name].to_numpy(dtype=np.float64).copy()
        for name in ("log_lift", "pressure", "pull")
    }
    logs = whole[place] * (columns["log_lift"][rows] + moved[place])
    columns["log_lift"][rows] = np.clip(logs, -LARGEST_LOG, LARGEST_LOG) + 0.0
    for name in ("pressure", "pull"):
        columns[name][rows] *= ratio[place]
    return draws.assign(**columns)
