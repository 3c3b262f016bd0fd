"""The what-ifs of a scenario made a second time, row by row (docs/readings.md, section What-ifs).

The planner changes whole columns at once; here every row is looked at by itself, so that a slip
in either shows as a difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from models.response import Response
from optimizer.assumption import Assumption
from optimizer.spec import Spec
from optimizer.verify.supposed_lifts import suppose_lifts
from workspace.workspace import Workspace

Row = dict[str, object]

FACTS = {"unit_cost": "products", "list_price": "listings", "handling_cost": "accounts"}
TERMS = ("depth", "feature", "display", "funding_share", "event_fee", "weekly_fee")
# change: the table, its column, and the keys of its rows among the draws
BELIEFS = {
    "dip": ("carry", "coefficient"),
    "cannibalisation": ("cross", "coefficient"),
    "rivalry": ("rival", "coefficient"),
    "demand": ("baseline", "units"),
    "elasticity": ("price", "elasticity"),
}


class Codes:
    """Everything that selectors may ask of an account or a product."""

    def __init__(self, workspace: Workspace) -> None:
        self._accounts = {str(r["account"]): r for r in workspace.accounts.to_dict("records")}
        self._products = {str(r["product"]): r for r in workspace.products.to_dict("records")}

    def chosen(self, assumption: Assumption, account: str, product: str, tactic: str = "") -> bool:
        """Whether a pair (or an account or a product alone, the other "") is meant."""
        for name in ("account", "chain", "market"):
            wanted = getattr(assumption, name)
            if wanted and self._accounts.get(account, {}).get(name) != wanted:
                return False
        for name in ("brand", "category", "line", "product"):
            wanted = getattr(assumption, name)
            if wanted and self._products.get(product, {}).get(name) != wanted:
                return False
        return not assumption.tactic or assumption.tactic == tactic

    def brand(self, product: str) -> str:
        """The brand of a product."""
        return str(self._products[product]["brand"]) if product in self._products else ""


def suppose(workspace: Workspace, response: Response, spec: Spec) -> tuple[Workspace, Response]:
    """The workspace and the response that a scenario supposes: the true ones without what-ifs."""
    if not spec.what_if:
        return workspace, response
    codes = Codes(workspace)
    frames = {name: workspace.table(name) for name in ("products", "listings", "accounts")}
    for assumption in spec.what_if:
        if assumption.change in FACTS:
            table = FACTS[assumption.change]
            frames[table] = _column(frames[table], assumption.change, assumption, codes)
    changed = replace(
        workspace,
        products=frames["products"],
        listings=frames["listings"],
        accounts=frames["accounts"],
    )
    if any(assumption.change in TERMS for assumption in spec.what_if):
        changed = replace(changed, tactics=_terms(workspace, spec.what_if, codes))
    return changed, _beliefs(response, workspace, changed, spec, codes)


def _column(frame: pd.DataFrame, column: str, assumption: Assumption, codes: Codes) -> pd.DataFrame:
    rows: list[Row] = [{str(k): v for k, v in r.items()} for r in frame.to_dict("records")]
    values = []
    for row in rows:
        value = float(str(row[column]))
        account, product = str(row.get("account", "")), str(row.get("product", ""))
        if codes.chosen(assumption, account, product, str(row.get("tactic", ""))):
            value = figure(value, assumption)
        values.append(value)
    return frame.assign(**{column: values})


def figure(value: float, assumption: Assumption) -> float:
    """One figure after the change, kept within what it may be."""
    if math.isnan(value):
        return value
    if assumption.set is not None:
        value = assumption.set
    if assumption.times is not None:
        value *= assumption.times
    if assumption.plus is not None:
        value += assumption.plus
    least, most = assumption.limits
    return min(most, max(least, value))


def _terms(workspace: Workspace, assumptions: Iterable[Assumption], codes: Codes) -> pd.DataFrame:
    """Tactics with a row for every listed pair: what is in force there, then changed."""
    table = workspace.tactics
    found = in_force(workspace)
    rows: list[Row] = []
    for account, product in zip(
        workspace.listings["account"], workspace.listings["product"], strict=True
    ):
        brand = codes.brand(product)
        for tactic in sorted(set(table["tactic"])):
            row = found(tactic, account, product, brand)
            if row is not None:
                rows.append({**row, "account": account, "product": product, "brand": brand})
    pairs = {(r["tactic"], r["account"], r["product"]) for r in rows}
    general = [
        {str(k): v for k, v in r.items()}
        for r in table.to_dict("records")
        if (r["tactic"], r["account"], r["product"]) not in pairs
    ]
    for assumption in assumptions:
        if assumption.change not in TERMS:
            continue
        everywhere = set(assumption.selectors) <= {"tactic"}
        for row in [*rows, *(general if everywhere else [])]:
            place = (str(row["account"]), str(row["product"]), str(row["tactic"]))
            if codes.chosen(assumption, *place):
                row[assumption.change] = figure(float(str(row[assumption.change])), assumption)
    return pd.DataFrame([*general, *rows], columns=table.columns).astype(dict(table.dtypes))


class in_force:
    """Finds the row of `tactics` for a pair: most selectors, then product, account, brand."""

    def __init__(self, workspace: Workspace) -> None:
        self._rows = {
            (str(r["tactic"]), str(r["account"]), str(r["product"]), str(r["brand"])): {
                str(k): v for k, v in r.items()
            }
            for r in workspace.tactics.to_dict("records")
        }

    def __call__(self, tactic: str, account: str, product: str, brand: str) -> Row | None:
        """A copy of the row, None where the pair cannot run the tactic."""
        for use in ("apb", "ap", "pb", "ab", "p", "a", "b", ""):
            key = (
                tactic,
                account if "a" in use else "",
                product if "p" in use else "",
                brand if "b" in use else "",
            )
            if key in self._rows:
                return dict(self._rows[key])
        return None


def _beliefs(
    response: Response, before: Workspace, after: Workspace, spec: Spec, codes: Codes
) -> Response:
    frames = {
        name: getattr(response, name)
        for name in ("baseline", "lift", "carry", "cross", "rival", "price", "draws")
    }
    for assumption in spec.what_if:
        if assumption.change not in BELIEFS or assumption.tactic:
            continue
        table, column = BELIEFS[assumption.change]
        times = float(assumption.times or 0.0)
        frames[table] = _scaled(frames[table], column, assumption, times, codes, "")
        frames["draws"] = _scaled(frames["draws"], column, assumption, times, codes, table)
    lifts = ("elasticity", "feature_effect", "display_effect", "lift", *TERMS[:3])
    if any(assumption.change in lifts for assumption in spec.what_if):
        old, new = in_force(before), in_force(after)
        frames |= suppose_lifts(frames["lift"], frames["draws"], old, new, spec.what_if, codes)
    return Response(**frames, sha256=response.sha256)


def _scaled(
    frame: pd.DataFrame,
    column: str,
    assumption: Assumption,
    times: float,
    codes: Codes,
    drawn: str,
) -> pd.DataFrame:
    """The frame with a column multiplied where meant; `drawn`: the table its draws belong to."""
    meant: dict[tuple[str, str], bool] = {}
    for pair in set(zip(frame["account"], frame["product"], strict=True)):
        meant[pair] = codes.chosen(assumption, *pair)
    factor = [
        times if meant[pair] else 1.0
        for pair in zip(frame["account"], frame["product"], strict=True)
    ]
    if drawn:
        kinds = zip(
            frame["by_product"], frame["by_account"], frame["week"].notna(), frame["tactic"],
            frame["lag"], strict=True,
        )  # fmt: skip
        factor = [
            f if _table_of(*kind) == drawn else 1.0 for f, kind in zip(factor, kinds, strict=True)
        ]
    return frame.assign(**{column: frame[column] * factor})


def _table_of(by_product: str, by_account: str, week: bool, tactic: str, lag: int) -> str:
    """The table whose row a draw varies, by which of its keys are filled."""
    if tactic:
        return "lift"
    if week:
        return "baseline"
    if by_product:
        return "cross"
    if by_account:
        return "rival"
    return "carry" if lag >= 0 else "price"
