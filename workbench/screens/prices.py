"""The regular prices that a plan recommends, where it decides on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language
from workbench.plan_view import PlanView
from workbench.screens.parts import columns, heading

MOST_LINES = 12


def prices_screen(view: PlanView, say: Language) -> Iterator[RenderableType]:
    """The changes that earn most, and who decides; nothing where regular prices are as given."""
    if view.prices is None:
        return
    yield heading(say("Recommended regular prices"))
    if view.prices.empty:
        yield Line(say("none: every listed price stays as it is"))
        return
    found = view.prices.sort_values(
        ["incremental_profit", "change"], ascending=[False, True], kind="stable"
    )
    rows = []
    for row in found.head(MOST_LINES).to_dict("records"):
        before, after = (
            say.money(row[name], view.currency, 2) for name in ("previous_price", "base_price")
        )
        earns = say.money(row["incremental_profit"], view.currency)
        retailer = say.money(row["retailer_incremental_profit"], view.currency)
        day = say.day(date.fromisoformat(str(row["week"])))
        rows.append((str(row["account"]), str(row["product"]), day, before, after, earns, retailer))
    titles = (
        *(say("account"), say("product"), say("from week"), say("before"), say("recommended")),
        *(say("we earn"), say("retailer earns")),
    )
    yield columns(titles, rows, texts=3)
    if len(found) > MOST_LINES:
        left = len(found) - MOST_LINES
        yield Line(say.plural("{n} more change", "{n} more changes", left), "dim")
    yield Line(
        say(
            "Recommendations, incl. VAT: whoever sells to shoppers is free to set another price,"
            " and nothing may depend on whether it is followed."
        ),
        "dim",
    )
