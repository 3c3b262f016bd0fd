"""What charts of a fit show, as numbers: curves of response, accounts before and after borrowing.

The curve is the typical one, series weighed by their units: what a cut multiplies a week's sales
by, with nothing else and with feature or display. Each account stands twice in the ranking: as a
regression of its own weeks alone would have it, and as the fit has it, which borrows from others
what its own data leave open. The arrow between the two is the shrinkage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import terms
from models.draws import average_draws
from models.estimator import Estimate
from models.lift_limit import most_log_lift
from models.moments import Moments
from models.offer import Offer

Floats = NDArray[np.float64]

STEPS = 13
DEEPEST = 0.5  # of what a curve is drawn to; less where history has less
DEEP_QUANTILE = 0.99  # of the depths seen: a slip of the keyboard is no deal
STRONG = 0.75  # quantile of the shares of shops that had a feature or display
DRAWS, SEED = 60, 7
LOW, HIGH = 0.1, 0.9
TYPICAL_CUT = 0.2
# A ridge of a thousandth of a week: regressions of accounts without a deal have a solution, at 0.
RIDGE = 1e-3
OWN_TERMS = (
    terms.PRICE.name, terms.BASE_PRICE.name, terms.DEAL.name, terms.FEATURE.name,
    terms.DISPLAY.name,
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """Lift, as a share of a week's sales, by depth of the cut: (S,) each."""

    name: str  # "", "feature" or "display": what goes with the cut
    shown: float  # share of shops with it, as deals of the past had it
    depth: Floats
    lift: Floats
    low: Floats  # eight draws in ten lie between the two
    high: Floats


@dataclass(frozen=True)
class Reaction:
    """What a cut of a fifth adds to sales in an account, as a share of them."""

    account: str
    alone: float  # by a regression of the account's own weeks
    fitted: float
    weeks: int  # with sales, all products


@dataclass(frozen=True)
class Charts:
    """Numbers for the charts of a fit."""

    curves: tuple[Curve, ...]
    reactions: tuple[Reaction, ...]  # the most responsive first


def charts_of(estimate: Estimate) -> Charts:
    """Curves and ranking. Empty where nothing of ours was learned from."""
    if not estimate.panel.used.any():
        return Charts((), ())
    return Charts(_curves(estimate), _reactions(estimate))


def deepest(estimate: Estimate) -> float:
    """The deepest cut that history has anything to say about."""
    panel = estimate.panel
    if estimate.regular.separate:
        cut = estimate.regular.depth_log(panel.price)[panel.used]
    else:
        paid = np.log(np.where(panel.used, panel.price, 1.0)) - estimate.design.centre[:, None]
        cut = np.maximum(-paid[panel.used], 0.0)
    some = cut[cut > 0.01]
    depth = float(-np.expm1(-np.quantile(some, DEEP_QUANTILE))) if len(some) else 0.0
    return min(max(depth, 0.05), DEEPEST)


def _curves(estimate: Estimate) -> tuple[Curve, ...]:
    depth = np.linspace(0.0, deepest(estimate), STEPS)
    shown = [name for name in ("feature", "display") if estimate.design.index(name) is not None]
    panel = estimate.panel
    levels = {"": 0.0} | {name: _level(getattr(panel, name)[panel.used]) for name in shown}
    rows = np.stack([_rows(estimate, depth, *kind) for kind in levels.items()])  # (V, S, K)
    weight = np.where(panel.used, panel.units, 0.0).sum(axis=1)
    weight = weight / weight.sum()
    most = most_log_lift(estimate, np.arange(panel.series))

    def lifts(coefficients: Floats) -> Floats:
        """(V, S) the mean over series of lifts at coefficients (N, K)."""
        logs = np.einsum("vsk,nk->nvs", rows, coefficients)
        each = np.expm1(np.clip(logs, 0.0, most[:, None, None]))
        return np.asarray(np.einsum("n,nvs->vs", weight, each))

    drawn = np.array(
        [
            lifts(draw)
            for draw in average_draws(estimate.members, len(estimate.design.terms), DRAWS, SEED)
        ]
    )
    mean = lifts(estimate.coefficients)
    low, high = np.quantile(drawn, (LOW, HIGH), axis=0)
    return tuple(
        Curve(name, level, depth, mean[v], low[v], high[v])
        for v, (name, level) in enumerate(levels.items())
    )


def _level(cells: Floats) -> float:
    """The share of shops that a feature or display has where it is strong: of cells above 0."""
    some = cells[cells > 0.0]
    return float(np.quantile(some, STRONG)) if len(some) else 1.0


def _rows(estimate: Estimate, depth: Floats, shown: str, level: float) -> Floats:
    """What cuts of these depths change in a week's design at the usual price: (S, K)."""
    names = tuple(term.name for term in estimate.design.terms)
    nothing = np.zeros_like(depth)
    feature = nothing + level * (shown == "feature")
    display = nothing + level * (shown == "display")
    separate = estimate.regular.separate
    deal = Offer(separate, nothing, -np.log1p(-depth), feature, display).row(names)
    return np.asarray(deal - Offer(separate, nothing, nothing, nothing, nothing).row(names))


def _reactions(estimate: Estimate) -> tuple[Reaction, ...]:
    panel = estimate.panel
    row = _rows(estimate, np.array([TYPICAL_CUT]), "", 0.0)[0]
    fitted = estimate.coefficients @ row
    alone = _alone(estimate)
    found = []
    for index, code in enumerate(panel.accounts):
        mine = (panel.account == index) & panel.used.any(axis=1)
        if mine.any():
            own = float(np.expm1(np.clip(alone[index], -3.0, 3.0)))
            typical = float(np.expm1(fitted[mine].mean()))
            found.append(Reaction(code, own, typical, int(panel.used[mine].sum())))
    return tuple(sorted(found, key=lambda one: (-one.fitted, one.account)))


def _alone(estimate: Estimate) -> Floats:
    """ln lift of a cut of TYPICAL_CUT, by account: least squares of its own weeks, series apart."""
    panel, design = estimate.panel, estimate.design
    places = [k for k, term in enumerate(design.terms) if term.name in OWN_TERMS]
    names = [design.terms[k].name for k in places]
    used = panel.used
    count = np.maximum(used.sum(axis=1), 1)
    x = np.where(used[:, :, None], design.x[:, :, places], 0.0)
    y = np.where(used, np.log(np.where(used, panel.units, 1.0)), 0.0)
    x = np.where(used[:, :, None], x - (x.sum(axis=1) / count[:, None])[:, None, :], 0.0)
    y = np.where(used, y - (y.sum(axis=1) / count)[:, None], 0.0)
    sums = Moments.of(x, y, used, panel.account, panel.product)
    cut = -np.log1p(-TYPICAL_CUT)
    effect = np.array([{"deal": cut, "price": -cut}.get(name, 0.0) for name in names])
    gram = np.zeros((len(panel.accounts), len(places), len(places)))
    cross = np.zeros((len(panel.accounts), len(places)))
    np.add.at(gram, panel.account, sums.gram)
    np.add.at(cross, panel.account, sums.cross)
    ridge = RIDGE * np.eye(len(places))
    slopes = np.linalg.solve(gram + ridge, cross[:, :, None])[:, :, 0]
    return np.asarray(slopes @ effect)
