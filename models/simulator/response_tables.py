"""The exact response of a market whose form the tables of contract section 3 can say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.response import Response
from models.simulator.forms import FORMS
from models.simulator.forms.spillover import pull_of
from models.simulator.truth import Deals, Floats, Truth


def true_response(truth: Truth, tactics: pd.DataFrame) -> Response:
    """What a planner would believe who knew everything: tables for our products.

    `tactics` as in contract section 1. Baselines are those of the future weeks, with no deal of
    ours and the competitors' deals as they will come. Raises ValueError for a form that tables
    cannot say.
    """
    form = FORMS[truth.form]
    if not form.tabular:
        raise ValueError(f"the form {truth.form} has no tables")
    own = np.flatnonzero(truth.own)
    kinds = tactics.drop_duplicates("tactic").sort_values("tactic")
    offered = (kinds[name].to_numpy(dtype=np.float64) for name in ("depth", "feature", "display"))
    effect = form.own_effect(truth.tastes, Deals(*offered))
    tables = {
        "baseline": baseline_table(truth, own),
        "lift": _lift(truth, own, kinds["tactic"].to_numpy(), effect),
        "carry": _carry(truth, own),
        "cross": _cross(truth, own),
        "price": pairs_table(truth, own, 1).assign(
            elasticity=truth.tastes.base_elasticity[:, own].ravel()
        ),
    }
    return Response.of(**tables)


def pairs_table(truth: Truth, products: np.ndarray, repeat: int) -> pd.DataFrame:
    """Columns account and product, each pair `repeat` times."""
    return pd.DataFrame(
        {
            "account": np.repeat(np.array(truth.accounts), len(products) * repeat),
            "product": np.tile(
                np.repeat(np.array(truth.products)[products], repeat), len(truth.accounts)
            ),
        }
    )


def baseline_table(truth: Truth, own: np.ndarray) -> pd.DataFrame:
    """Expected units of the future weeks, as if we had never run a deal: one row per pair, week."""
    quiet = truth.planned(truth.deals.without(truth.own, 0))
    units = FORMS[truth.form].units(quiet)[:, own, truth.history :]
    weeks = truth.weeks[truth.history :].astype("datetime64[s]")
    frame = pairs_table(truth, own, len(weeks))
    frame["week"] = np.tile(weeks, len(truth.accounts) * len(own))
    frame["units"] = units.ravel()
    return frame


def _lift(truth: Truth, own: np.ndarray, names: np.ndarray, effect: Floats) -> pd.DataFrame:
    frame = pairs_table(truth, own, len(names))
    frame["tactic"] = np.tile(names, len(truth.accounts) * len(own))
    frame["log_lift"] = effect[:, own].ravel()
    frame["pressure"] = frame["log_lift"]  # what is borrowed is in proportion to the effect
    frame["pull"] = pull_of(truth.tastes.share, effect)[:, own].ravel()
    return frame


def _carry(truth: Truth, own: np.ndarray) -> pd.DataFrame:
    lags = truth.tastes.carry.shape[2]
    frame = pairs_table(truth, own, lags)
    frame["lag"] = np.tile(np.arange(1, lags + 1), len(truth.accounts) * len(own))
    frame["coefficient"] = truth.tastes.carry[:, own].ravel()
    return frame


def _cross(truth: Truth, own: np.ndarray) -> pd.DataFrame:
    lags = truth.tastes.cross.shape[2]
    rows = [
        (account, truth.products[p], truth.products[q], -truth.tastes.cross[a, p, lag], lag)
        for a, account in enumerate(truth.accounts)
        for p in own
        for q in own
        if p != q and truth.category[p] == truth.category[q]
        for lag in range(lags)
    ]
    columns = ["account", "product", "by_product", "coefficient", "lag"]
    return pd.DataFrame(rows, columns=columns)
