"""How far the effect of deals hangs on when deals were put: the same regression, four ways.

A buyer who expects a good week puts the deal there. One effect of a deal for all series, intercepts
apart, of the fit's own columns, is estimated

    plain       without any control for that
    shocks      with what the account's and the shelf's other products sold beyond their terms
    incidence   with the probability of a deal given past residuals, those shocks, the account's
                other deals and the weeks since the last one: weeks that were as likely to have one
    instrument  by two stages, from the deals of the same product in other accounts that week, which
                a national calendar moves and one account's good week does not

The last is refused where its first stage is weak (F < 10: Staiger and Stock 1997, Econometrica 65),
and said so with its F. Standard errors are clustered by account. How lifts move is shown; nothing
is changed by it, and a good week of the whole nation would move the instrument too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import terms
from models.estimator import Estimate
from models.residuals import residuals
from models.structural import SHOCKS
from workspace.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STRONG = 10.0
MOST_SERIES = 1000  # of larger panels every k-th series is taken
PAST = 4  # weeks of residuals that a buyer may go by
LONGEST = 26  # weeks since the last deal, beyond which they are alike
MOVED = 0.15  # of the effect: less is not told
DEVIATIONS = 2.0
OF_DEALS = (
    terms.PRICE.name, terms.DEAL.name, terms.CURVE.name, terms.DEAL_DISPLAY.name,
    terms.DEAL_FEATURE.name, terms.LAST_PRICE.name, terms.FRESH_CUT.name,
)  # fmt: skip


@dataclass(frozen=True)
class Endogeneity:
    """Effects of -ln(1 - depth), or of -ln price; None where they cannot be told."""

    plain: float | None = None
    shocks: float | None = None
    incidence: float | None = None
    f: float | None = None  # of the instrument's first stage
    instrument: float | None = None  # None where refused
    deviation: float | None = None  # its standard error

    @property
    def fields(self) -> dict[str, object]:
        """JSON-able."""
        return {
            "plain": self.plain,
            "with_shocks": self.shocks,
            "with_incidence": self.incidence,
            "first_stage_f": self.f,
            "instrument": self.instrument,
            "instrument_se": self.deviation,
            "instrument_refused": self.f is None or self.f < STRONG,
        }

    @property
    def warnings(self) -> tuple[Text, ...]:
        """Where it makes a difference worth knowing."""
        found = []
        if self.plain and self.shocks and abs(self.plain / self.shocks - 1.0) > MOVED:
            found.append(
                Text("deals were timed on demand: without allowing for it their effect would read"
                     " {change:+.0%}", change=self.plain / self.shocks - 1.0)
            )  # fmt: skip
        if self.instrument is not None and self.shocks and self.deviation is not None:
            apart = self.instrument - self.shocks
            if abs(apart) > max(DEVIATIONS * self.deviation, MOVED * abs(self.shocks)):
                found.append(
                    Text("an instrument (deals of the same product elsewhere) puts the effect of"
                         " deals {change:+.0%} from the estimate", change=apart / self.shocks)
                )  # fmt: skip
        return tuple(found)


def endogeneity(estimate: Estimate) -> Endogeneity:
    """All four, or as many as the data have. Deterministic."""
    panel = estimate.panel
    rows = np.flatnonzero(panel.used.sum(axis=1) > PAST)
    rows = rows[:: -(-len(rows) // MOST_SERIES) or 1]
    index = estimate.design.index(terms.DEAL.name if estimate.regular.separate else "price")
    if not len(rows) or index is None:
        return Endogeneity()
    used = panel.used[rows]
    sign = 1.0 if estimate.regular.separate else -1.0
    deal = sign * estimate.design.x[rows][:, :, index]
    names = [term.name for term in estimate.design.terms]
    skipped = {*OF_DEALS, *SHOCKS, terms.CONSTANT.name}
    kept = [k for k, name in enumerate(names) if name not in skipped]
    shocks = [k for k, name in enumerate(names) if name in SHOCKS]
    account = np.repeat(panel.account[rows][:, None], used.shape[1], axis=1)[used]

    def within(cells: Floats) -> Floats:
        """Used cells of (n, T) less their series' mean: (m,)."""
        count = np.maximum(used.sum(axis=1, keepdims=True), 1)
        mean = np.where(used, cells, 0.0).sum(axis=1, keepdims=True) / count
        return np.asarray((cells - mean)[used])

    def columns(places: list[int]) -> Floats:
        cells = [within(estimate.design.x[rows][:, :, k]) for k in places]
        return np.stack(cells, axis=1) if cells else np.zeros((int(used.sum()), 0))

    y = within(np.log(np.where(used, panel.units[rows], 1.0)))
    d, w, s = within(deal), columns(kept), columns(shocks)
    chance = within(_chance(estimate, rows, used))
    plain = _effect(y, d, w)
    z = within(_elsewhere(deal, panel.product[rows], used))
    f, effect, deviation = _two_stages(y, d, z, w, account)
    strong = f is not None and f >= STRONG
    return Endogeneity(
        plain=plain,
        shocks=_effect(y, d, np.hstack([w, s])),
        incidence=_effect(y, d, np.hstack([w, s, chance[:, None]])),
        f=f,
        instrument=effect if strong else None,
        deviation=deviation if strong else None,
    )


def _rest(cells: Floats, controls: Floats) -> Floats:
    """What controls (m, K) leave of cells (m,)."""
    if not controls.shape[1]:
        return cells
    return np.asarray(cells - controls @ np.linalg.lstsq(controls, cells, rcond=None)[0])


def _effect(y: Floats, d: Floats, controls: Floats) -> float | None:
    """The coefficient of d beside controls, None where they leave nothing of it."""
    left = _rest(d, controls)
    size = float(left @ left)
    return float(left @ y) / size if size > 1e-9 * max(float(d @ d), 1e-12) else None


def _two_stages(
    y: Floats, d: Floats, z: Floats, controls: Floats, account: Ints
) -> tuple[float | None, float | None, float | None]:
    """F of the first stage, the effect, and its standard error; clustered by account."""
    left, deal = _rest(z, controls), _rest(d, controls)
    size, moved = float(left @ left), float(left @ deal)
    if size <= 1e-9 * max(float(z @ z), 1e-12) or len(np.unique(account)) < 3 or moved == 0.0:
        return None, None, None
    first = moved / size
    spread = _clustered(left * (deal - first * left), account)
    effect = float(left @ y) / moved
    error = _rest(y, controls) - effect * deal
    deviation = np.sqrt(_clustered(left * error, account)) / abs(moved)
    return first**2 * size**2 / max(spread, 1e-12), effect, float(deviation)


def _clustered(scores: Floats, account: Ints) -> float:
    """The variance of a sum of scores (m,) that are alike within accounts."""
    sums = np.bincount(account, scores)
    groups = len(np.unique(account))
    return float((sums**2).sum()) * groups / (groups - 1)


def _elsewhere(deal: Floats, product: Ints, used: Bools) -> Floats:
    """The mean deal of the same product in other accounts that week, 0 where there is none.

    A pair of account and product is one series, so the product's others are other accounts'.
    """
    cells, seen = np.where(used, deal, 0.0), used.astype(np.float64)
    width = int(product.max()) + 1
    total, count = np.zeros((width, deal.shape[1])), np.zeros((width, deal.shape[1]))
    np.add.at(total, product, cells)
    np.add.at(count, product, seen)
    others = count[product] - seen
    return np.asarray((total[product] - cells) / np.maximum(others, 1.0))


def _chance(estimate: Estimate, rows: Ints, used: Bools) -> Floats:
    """The probability of a deal by what a buyer could go by, linear: (n, T)."""
    panel = estimate.panel
    on = estimate.promoted[rows] & used
    rest = np.where(used, residuals(estimate)[rows], 0.0)
    past = np.zeros_like(rest)
    for lag in range(1, PAST + 1):
        past[:, lag:] += rest[:, :-lag] / PAST
    busy = np.zeros((len(panel.accounts), used.shape[1]))
    np.add.at(busy, panel.account[rows], on.astype(np.float64))
    others = busy[panel.account[rows]] - on
    since = np.zeros_like(rest)
    for week in range(1, used.shape[1]):
        since[:, week] = np.where(on[:, week - 1], 0.0, np.minimum(since[:, week - 1] + 1, LONGEST))
    names = [term.name for term in estimate.design.terms]
    shocks = [estimate.design.x[rows][:, :, k] for k, name in enumerate(names) if name in SHOCKS]
    x = np.stack([np.ones_like(rest), past, others, since, *shocks], axis=2)
    found = np.linalg.lstsq(x[used], on[used].astype(np.float64), rcond=None)[0]
    return np.asarray(x @ found)
