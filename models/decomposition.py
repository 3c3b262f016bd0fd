"""What every week's units were made of: base, season, price, deals and what deals elsewhere took.

The model says ln m = ln base + sum_j g_j for the units m that were to be expected. The change from
base to m goes to the effects in proportion to their logarithms, signs kept:

    part_j = L(m, base) g_j,   L(a, b) = (a - b) / ln(a / b), the logarithmic mean

so that parts sum to the change exactly, whatever their order (the additive LMDI-I of Ang 2005,
Energy Policy 33, equation 9). What was sold beyond m is unexplained: chance, and the shocks that
nobody could have foreseen.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models import structure, terms
from models.estimator import Estimate
from models.structural import SHOCKS, pressure_of

Floats = NDArray[np.float64]

PARTS = (
    "season", "own_price", "depth", "feature", "display", "carry_over", "cannibalisation", "rivals",
)  # fmt: skip
COLUMNS = ("account", "product", "week", "units", "base", *PARTS, "unexplained")
DECIMALS = 3

# Which part a term is of; those of the calendar are the season's, the others the base's.
PART_OF = {
    terms.PRICE.name: "own_price",
    terms.BASE_PRICE.name: "own_price",
    terms.LAST_PRICE.name: "own_price",
    terms.DEAL.name: "depth",
    terms.CURVE.name: "depth",
    terms.FEATURE.name: "feature",
    terms.DEAL_FEATURE.name: "feature",
    terms.DISPLAY.name: "display",
    terms.DEAL_DISPLAY.name: "display",
    terms.DIP.name: "carry_over",
    terms.LONG_DIP.name: "carry_over",
}
BASE = (terms.CONSTANT.name, terms.LIKENESS.name, terms.DISTRIBUTION.name)


def decomposition(estimate: Estimate) -> pd.DataFrame:
    """One row for each recorded week of our series, COLUMNS; units, rounded to DECIMALS.

    Rows sum exactly: units = base + all PARTS + unexplained. Where regular prices are not told
    from deals, the whole price effect is `own_price`. Weeks of usual prices and no deal have the
    base alone, which is at each series' mean price.
    """
    panel = estimate.panel
    mean, weight, logs = effects(estimate)
    rows = panel.recorded
    series, week = np.nonzero(rows)
    accounts, products = np.array(panel.accounts, object), np.array(panel.products, object)
    cells: dict[str, object] = {
        "account": pd.Series(accounts[panel.account[series]], dtype="str"),
        "product": pd.Series(products[panel.product[series]], dtype="str"),
        "week": panel.weeks[week].astype("datetime64[s]"),
    }
    # Whole thousandths, so that what is written sums to the last digit.
    scale = 10.0**DECIMALS
    units = np.round(panel.units[rows] * scale)
    parts = {"base": np.round(mean[rows] * scale)}
    parts |= {name: np.round((weight * logs[name])[rows] * scale) for name in PARTS}
    rest = units - sum(parts.values(), np.zeros_like(units))
    for name, thousandths in {"units": units, **parts, "unexplained": rest}.items():
        cells[name] = thousandths / scale + 0.0
    return pd.DataFrame(cells, columns=list(COLUMNS))


def effects(estimate: Estimate) -> tuple[Floats, Floats, dict[str, Floats]]:
    """Base units, units per unit of ln effect, and the parts' ln effects: (N, T) each."""
    base, logs = _logs(estimate)
    total = sum(logs.values(), np.zeros_like(base))
    mean = np.exp(base)
    # (e^g - 1) / g tends to 1 where nothing happens.
    small = np.abs(total) < 1e-9
    weight = mean * np.where(small, 1.0, np.expm1(total) / np.where(small, 1.0, total))
    return mean, np.asarray(weight), logs


def empty() -> pd.DataFrame:
    """A decomposition of no weeks."""
    kinds = {"account": "str", "product": "str", "week": "datetime64[s]"}
    return pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, "float64")) for name in COLUMNS})


def _logs(estimate: Estimate) -> tuple[Floats, dict[str, Floats]]:
    """ln base, the mean's half variance in it, and each part's effect on ln units: (N, T)."""
    shape = estimate.panel.units.shape
    base = np.broadcast_to(0.5 * estimate.mean_noise[:, None], shape).copy()
    logs = {name: np.zeros(shape) for name in PARTS}
    ours = _taken_by_ours(estimate)
    for k, term in enumerate(estimate.design.terms):
        coefficient, column = estimate.coefficients[:, [k]], estimate.design.x[:, :, k]
        if term.name in SHOCKS:
            continue
        if term.name in BASE:
            base += coefficient * column
        elif term.name in ours:
            logs["cannibalisation"] += coefficient * ours[term.name]
            logs["rivals"] += coefficient * (column - ours[term.name])
        else:
            logs[PART_OF.get(term.name, "season")] += coefficient * column
    return base, logs


def _taken_by_ours(estimate: Estimate) -> dict[str, Floats]:
    """The columns of the shelf's other deals as far as they are ours: (N, T) by term."""
    panel = estimate.panel
    pressure = pressure_of(panel, estimate.regular, estimate.effects)
    pull = structure.pulls(pressure, estimate.share)
    others = structure.of_others(pull, structure.shelves(panel))
    return {
        terms.SIBLINGS.name: others,
        terms.OVERLAP.name: others * overlap_by_pull(estimate),
        terms.AFTER.name: structure.weighted_past(others, structure.DIP_WEIGHTS),
        terms.STOCK.name: structure.weighted_past(others, structure.STOCK_WEIGHTS),
    }


def overlap_by_pull(estimate: Estimate) -> Floats:
    """How much of a unit of the others' pulls a series does not feel, as they overlap: (N, T)."""
    x, pulls = estimate.design.x, estimate.design.index(terms.SIBLINGS.name)
    overlap = estimate.design.index(terms.OVERLAP.name)
    if pulls is None or overlap is None:
        return np.zeros(x.shape[:2])
    felt = x[:, :, pulls] > 0.0
    return np.asarray(np.where(felt, x[:, :, overlap] / np.where(felt, x[:, :, pulls], 1.0), 0.0))
