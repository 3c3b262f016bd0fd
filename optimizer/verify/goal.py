"""The objective of a plan worked out again from its weekly rows and rebates."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.verify.books import Books

GAINS = ("incremental_profit", "retailer_incremental_profit")  # totals of plan.json


def gained(books: Books, rebates_change: float) -> dict[str, float]:
    """What we and the retailers gain on no promotion, tail and rebates included, in cents."""

    def change(name: str) -> float:
        return float((books.cents[name] - books.cents[f"{name}_no_promotion"]).sum())

    return {
        "incremental_profit": change("profit") - rebates_change,
        "retailer_incremental_profit": change("retailer_profit") + rebates_change,
        "revenue": change("gross_sales"),
    }


def objective(
    asked: str | Mapping[str, float], gains: Mapping[str, float], units_change: float
) -> float:
    """The objective that a scenario asks for, in hundredths of its unit and unrounded."""
    ours, theirs = gains["incremental_profit"], gains["retailer_incremental_profit"]
    if asked == "nash":
        return ours * theirs / 100 if ours > 0 and theirs > 0 else 0.0
    each = {
        "profit": ours,
        "revenue": gains["revenue"],
        "volume": 100 * units_change,
        "retailer_profit": theirs,
    }
    if isinstance(asked, str):
        return each[asked]
    return sum(weight * each[name] for name, weight in asked.items())


def told_objective(asked: str | Mapping[str, float]) -> object:
    """What plan.json says that the plan maximises."""
    return asked if isinstance(asked, str) else dict(asked)
