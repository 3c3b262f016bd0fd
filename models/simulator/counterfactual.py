"""What single deals really do: the market simulated with each of them, and without any.

No formula of any model is used: an event's lift is the logarithm of the units that were sold with
it over the units that would have been sold without, everything else equal, whatever the form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.response import Response
from models.simulator.forms import FORMS
from models.simulator.forms.spillover import pull_of
from models.simulator.response_tables import baseline_table, pairs_table, true_response
from models.simulator.truth import Deals, Floats, Ints, Truth

REACH = 8  # weeks after a deal in which its effects are followed
SPACING = REACH + 10  # weeks between the deals tried in one simulation
LAGS = 4  # of the known response: what comes later is told as if it came within them


@dataclass(frozen=True)
class Counterfactuals:
    """Effects of one week of each tactic, in ln units, means over several starts in the future.

    Axes: A accounts, P own products (`own`, indices into the truth's), K tactics, N products,
    REACH + 1 weeks from the deal's own on.
    """

    own: Ints  # (P,)
    tactics: tuple[str, ...]  # (K,) sorted
    effect: Floats  # (A, P, K, N, REACH + 1)
    added: Floats  # (A, P, K) own units of the deal's week over units without it, less one
    net: Floats  # (A, P, K) units of all our products in all weeks followed, per own unit added

    @property
    def log_lift(self) -> Floats:
        """Of the deal on its own product in its own week: (A, P, K)."""
        index = np.arange(len(self.own))
        return np.asarray(self.effect[:, index, :, self.own, 0].transpose(1, 0, 2))


def counterfactuals(truth: Truth, tactics: pd.DataFrame) -> Counterfactuals:
    """Simulate one week of every tactic on every own product, all accounts at a time.

    `tactics` as in contract section 1; terms that depend on the account play no part here. Nothing
    of ours runs besides, neither in the future nor in the history; competitors do what they do.
    Raises ValueError where the future is too short for a single deal.
    """
    kinds = tactics.drop_duplicates("tactic").sort_values("tactic")
    own = np.flatnonzero(truth.own)
    starts = np.arange(truth.history + 4, len(truth.weeks) - REACH, SPACING)
    if not len(starts):
        raise ValueError("the market's future is too short to try a deal in it")
    units = FORMS[truth.form].units
    quiet = truth.deals.without(truth.own, 0)
    before = units(truth.planned(quiet))
    path = starts[:, None] + np.arange(REACH + 1)  # (S, REACH + 1)
    shape = (len(truth.accounts), len(own), len(kinds))
    effect = np.zeros((*shape, len(truth.products), REACH + 1))
    added, net = np.zeros(shape), np.zeros(shape)
    for p, product in enumerate(own):
        for k, deal in enumerate(kinds[["depth", "feature", "display"]].to_numpy(np.float64)):
            after = units(truth.planned(_with(quiet, int(product), deal, starts)))
            change = np.log(after[:, :, path] / before[:, :, path])
            effect[:, p, k] = change.mean(axis=2)
            gained = (after - before)[:, :, path]
            in_week = gained[:, product, :, 0].sum(axis=1)
            added[:, p, k] = in_week / before[:, product][:, starts].sum(axis=1)
            spread = gained[:, own].sum(axis=(1, 2, 3))
            net[:, p, k] = np.divide(spread, in_week, np.zeros_like(spread), where=in_week > 0)
    return Counterfactuals(own, tuple(kinds["tactic"]), effect, added, net)


def _with(quiet: Deals, product: int, deal: Floats, starts: Ints) -> Deals:
    parts = [quiet.depth.copy(), quiet.feature.copy(), quiet.display.copy()]
    for part, value in zip(parts, deal, strict=True):
        part[:, product, starts] = value
    return Deals(*parts)


def lift_table(truth: Truth, found: Counterfactuals) -> pd.DataFrame:
    """account, product, tactic, log_lift, later, siblings, siblings_later, net_units.

    `later` and the siblings' columns are sums of ln units over the weeks followed; `net_units` are
    our units in all per unit added to the deal's product in its week.
    """
    kinds = len(found.tactics)
    index = np.arange(len(found.own))
    mine = found.effect[:, index, :, found.own].transpose(1, 0, 2, 3)
    others = found.effect[:, :, :, found.own].sum(axis=3) - mine
    frame = pairs_table(truth, found.own, kinds)
    frame["tactic"] = list(found.tactics) * (len(frame) // kinds)
    frame["log_lift"] = found.log_lift.ravel()
    frame["later"] = mine[..., 1:].sum(axis=3).ravel()
    frame["siblings"] = others[..., 0].ravel()
    frame["siblings_later"] = others[..., 1:].sum(axis=3).ravel()
    frame["net_units"] = found.net.ravel()
    return frame


def known_response(truth: Truth, tactics: pd.DataFrame) -> Response:
    """What a planner would believe who knew the truth: exact where tables can say the form.

    Elsewhere the closest tables to the counterfactuals: each tactic's own lift as it is; carry and
    cross coefficients that repeat the changes of later weeks and of siblings by least squares over
    tactics, with pressure = log_lift and pull = ln(1 + share (exp(log_lift) - 1)). Effects of the
    weeks past LAGS are told within them, so that none is lost and plans are found as fast as
    others: later losses come earlier than they do, their sum is the true one.
    """
    if FORMS[truth.form].tabular:
        return true_response(truth, tactics)
    found = counterfactuals(truth, tactics)
    lift = np.maximum(found.log_lift, 0.0)
    pull = pull_of(truth.tastes.share[:, found.own], lift)
    kinds = len(found.tactics)
    lifts = pairs_table(truth, found.own, kinds)
    lifts["tactic"] = list(found.tactics) * (len(lifts) // kinds)
    lifts["log_lift"], lifts["pressure"] = found.log_lift.ravel(), lift.ravel()
    lifts["pull"] = pull.ravel()
    elasticity = truth.tastes.base_elasticity[:, found.own].ravel()
    return Response.of(
        baseline=baseline_table(truth, found.own),
        lift=lifts,
        carry=_carry(truth, found, lift),
        cross=_cross(truth, found, pull),
        price=pairs_table(truth, found.own, 1).assign(elasticity=elasticity),
    )


def _slopes(drivers: Floats, answers: Floats) -> Floats:
    """Least squares through the origin over tactics: drivers (A, P, K), answers (A, P, K, any)."""
    above = np.einsum("apk,apkm->apm", drivers, answers)
    below = np.maximum((drivers**2).sum(axis=2), 1e-12)[..., None]
    return np.asarray(above / below)


def _folded(later: Floats) -> Floats:
    """The changes of REACH weeks (..., REACH) in LAGS of them: the same sum, the same shape."""
    first, total = later[..., :LAGS], later.sum(axis=-1, keepdims=True)
    some = first.sum(axis=-1, keepdims=True)
    safe = np.where(np.abs(some) > 1e-12, some, 1.0)
    return np.asarray(first * np.where(np.abs(some) > 1e-12, total / safe, 1.0))


def _carry(truth: Truth, found: Counterfactuals, pressure: Floats) -> pd.DataFrame:
    index = np.arange(len(found.own))
    mine = found.effect[:, index, :, found.own].transpose(1, 0, 2, 3)
    slopes = np.maximum(-_slopes(pressure, _folded(mine[..., 1:])), 0.0)
    frame = pairs_table(truth, found.own, LAGS)
    frame["lag"] = np.tile(np.arange(1, LAGS + 1), len(frame) // LAGS)
    return frame.assign(coefficient=slopes.ravel())


def _cross(truth: Truth, found: Counterfactuals, pull: Floats) -> pd.DataFrame:
    rows = []
    for p in found.own:
        change = found.effect[:, :, :, p]
        later = _folded(change[..., 1:])
        slopes = _slopes(pull, np.concatenate([change[..., :1], later], axis=3))
        for by, q in enumerate(found.own):
            if p == q or truth.category[p] != truth.category[q]:
                continue
            rows += [
                (account, truth.products[p], truth.products[q], slopes[a, by, lag], lag)
                for a, account in enumerate(truth.accounts)
                for lag in range(LAGS + 1)
                if slopes[a, by, lag] != 0.0
            ]
    columns = ["account", "product", "by_product", "coefficient", "lag"]
    return pd.DataFrame(rows, columns=columns)
