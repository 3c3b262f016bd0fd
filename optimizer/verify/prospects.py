"""What plan.json says of the plan's profit over the draws: `risk`."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from optimizer.spec import Spec
from optimizer.verify.chance import Spread
from optimizer.verify.goal import told_objective
from optimizer.verify.record import Record
from workspace.text import Text

Floats = NDArray[np.float64]

KEYS = (
    *("draws", "level", "weight", "expected_profit", "tail_profit"),
    *("neutral_expected_profit", "neutral_tail_profit", "price"),
)
NEUTRAL = KEYS[-3:]  # known where the plan was searched for with a weight


def weighs(spec: Spec, spread: Spread | None) -> bool:
    """Whether the worst draws are part of the plan's objective."""
    return spec.risk.weight > 0 and spread is not None


def worst_mean(profits: Floats, level: float) -> float:
    """The mean of the worst share 1 - level of the draws, (D,), as the largest of eta - shortfall.

    That maximum lies at one of the profits (Rockafellar & Uryasev 2000, theorem 1).
    """
    shortfall = np.maximum(profits[:, None] - profits[None, :], 0.0).mean(axis=1)
    return float(np.max(profits - shortfall / (1.0 - level)))


def worth_of(spec: Spec, spread: Spread) -> float:
    """The objective where the worst draws count, in hundredths and unrounded."""
    weight = spec.risk.weight
    tail = worst_mean(spread.total, spec.risk.cvar)
    return 100 * ((1 - weight) * float(spread.total.mean()) + weight * tail)


def told_aim(spec: Spec, spread: Spread | None) -> object:
    """What plan.json says that the plan maximises."""
    if not weighs(spec, spread):
        return told_objective(spec.objective)
    return {"expected_profit": 1 - spec.risk.weight, "tail_profit": spec.risk.weight}


def check_prospects(
    record: Record, spec: Spec, spread: Spread | None, slack: float, proven: bool
) -> None:
    """Every figure of `risk`; `slack` (cents) is what rebates may be off on a draw.

    The neutral plan is not in the folder: what is said of it has to agree with what is. `proven`:
    the plan's bound is one on every plan.
    """
    told = record.content.get("risk")
    if spread is None:
        record.must_be("risk", None)
        return
    if not isinstance(told, Mapping) or tuple(told) != KEYS:
        found = list(told) if isinstance(told, Mapping) else told
        record.wrong("risk", found, list(KEYS))
        return
    expected = {
        "draws": float(len(spread.total)),
        "level": spec.risk.cvar,
        "weight": spec.risk.weight,
        "expected_profit": float(spread.total.mean()),
        "tail_profit": worst_mean(spread.total, spec.risk.cvar),
    }
    for key, value in expected.items():
        near = 0.0051 + slack / 100 + 1e-11 * abs(value) if key.endswith("profit") else 0.0
        if not _number(told[key]) or abs(told[key] - value) > near:
            record.wrong(f"risk.{key}", told[key], value)
    if all(told[key] is None for key in NEUTRAL):
        return
    if not weighs(spec, spread) or not all(_number(told[key]) for key in NEUTRAL):
        for key in (key for key in NEUTRAL if told[key] is not None):
            record.wrong(f"risk.{key}", told[key], None)
        return
    _check_neutral(record, spec, told, proven)


def _check_neutral(record: Record, spec: Spec, told: Mapping[str, float], proven: bool) -> None:
    """The neutral plan expects no less, its price is the difference, and it beats no bound."""
    price = told["neutral_expected_profit"] - told["expected_profit"]
    if abs(told["price"] - price) > 1e-6 + 1e-12 * abs(price):
        record.wrong("risk.price", told["price"], price)
    if price < 0:
        least = Text("at least {amount}", amount=told["expected_profit"])
        record.wrong("risk.neutral_expected_profit", told["neutral_expected_profit"], least)
    if told["neutral_tail_profit"] > told["neutral_expected_profit"] + 1e-6:
        most = Text("at most {amount}", amount=told["neutral_expected_profit"])
        record.wrong("risk.neutral_tail_profit", told["neutral_tail_profit"], most)
    bound = record.content.get("bound")
    worth = (1 - spec.risk.weight) * told["neutral_expected_profit"]
    worth += spec.risk.weight * told["neutral_tail_profit"]
    if proven and _number(bound) and worth > float(str(bound)) + 0.02:
        most = Text("no more than the bound {amount} says", amount=bound)
        record.wrong("risk.neutral_tail_profit", told["neutral_tail_profit"], most)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
