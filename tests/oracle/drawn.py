"""The response that one draw believes in, written out as if it were the only one."""

from __future__ import annotations

import numpy as np

from models.response import Response
from models.response_checks import DRAW_KINDS, draw_kind


def replaced(response: Response, draw: int) -> Response:
    """The response with one draw's rows written into its tables, row by row."""
    frames = {
        name: getattr(response, name).copy()
        for name in ("baseline", "lift", "carry", "cross", "rival")
    }
    rows = response.draws[response.draws["draw"] == draw].reset_index(drop=True)
    levels = {}
    for kind, (_, row) in zip(draw_kind(rows), rows.iterrows(), strict=True):
        meant = DRAW_KINDS[kind]
        if meant.table == "price":
            levels[row["account"], row["product"]] = row["log_baseline"]
            continue
        frame = frames[meant.table]
        match = np.ones(len(frame), dtype=bool)
        for key in ("account", "product", *meant.keys):
            match &= (frame[key] == row[key]).to_numpy()
        for column in meant.values:
            if not np.isnan(row[column]):
                frame.loc[match, column] = row[column]
    baseline = frames["baseline"]
    factor = [
        np.exp(levels.get(pair, 0.0))
        for pair in zip(baseline["account"], baseline["product"], strict=True)
    ]
    frames["baseline"] = baseline.assign(units=baseline["units"] * factor)
    return Response.of(**frames)
