"""Problems for tests, from the random tiny workspaces and from small hand-made ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from models.response import Response
from models.response_files import read_response
from optimizer.build import build
from optimizer.problem import Calendar, Problem
from optimizer.spec import Spec
from tests.optimizer.plain import Event
from tests.oracle.tiny import Tiny, tiny, tiny_workspace
from tests.workspaces import write_workspace
from workspace import Workspace, load
from workspace.document import read_document
from workspace.faults import Fault
from workspace.validate import validate

Rows = list[dict[str, object]]


def tiny_problem(folder: Path, seed: int, draws: int = 0) -> tuple[Tiny, Problem]:
    """The random instance of a seed as rows, and the problem built from its files."""
    workspace, response, spec = tiny_inputs(folder, seed, draws)
    return tiny(seed, draws=draws), build(workspace, response, spec)


def tiny_inputs(folder: Path, seed: int, draws: int = 0) -> tuple[Workspace, Response, Spec]:
    """The files of a seed, read."""
    where, scenario, response = tiny_workspace(folder / str(seed), seed, draws=draws)
    faults: list[Fault] = []
    document = read_document(scenario, faults)
    assert document is not None
    spec = validate(document, Spec, faults)
    assert spec is not None, faults
    loaded = load(where, planning=True)
    return loaded, read_response(response, loaded), spec


def calendar_of(problem: Problem, events: list[Event]) -> Calendar:
    """Events by code as a Calendar, sorted by block and start."""
    block = {pair: i for i, pair in enumerate(zip(problem.account, problem.product, strict=True))}
    rows = sorted((block[a, p], start, problem.tactics.index(k), w) for a, p, k, start, w in events)
    array = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Calendar(array[:, 0], array[:, 2], array[:, 1], array[:, 3])


# A market that is easy to compute by hand: two accounts, products S and L of one brand.
ACCOUNTS: Rows = [
    {"account": "A", "chain": "north", "market": "m1", "vat_rate": 0.25, "handling_cost": 0.1},
    {"account": "B", "chain": "south", "market": "m2", "vat_rate": 0.0, "forward_buy": 0.5},
]
PRODUCTS: Rows = [
    {"product": "S", "brand": "X", "category": "c", "unit_cost": 1.0, "line": "l1"},
    {"product": "L", "brand": "Y", "category": "c", "unit_cost": 2.0, "line": ""},
]
LISTINGS: Rows = [
    {"account": a, "product": p, "base_price": 5.0, "list_price": 3.0} for a in "AB" for p in "SL"
]
TACTIC: dict[str, object] = {
    "tactic": "half",
    "depth": 0.5,
    "feature": 0,
    "display": 0,
    "min_weeks": 1,
    "max_weeks": 2,
    "funding": "scan_back",
    "funding_share": 0.4,
    "event_fee": 10,
    "weekly_fee": 1,
}
TACTICS: Rows = [TACTIC, {**TACTIC, "tactic": "tenth", "depth": 0.1, "event_fee": 0}]
BUDGETS: Rows = [{"budget": "all", "amount": 1e6}]
WEEKS = 8
FIRST = "2026-01-05"


_LOADED: dict[str, Workspace] = {}


def monday(week: int) -> str:
    """The Monday of a 0-based week of the horizon."""
    return str(np.datetime64(FIRST) + 7 * week)


def hand_workspace(folder: Path, **tables: Rows) -> Workspace:
    """The easy market, with the tables given in place of its own."""
    sales = [
        {**{k: r[k] for k in ("account", "product")}, "week": monday(-1), "units": 100, "price": 5}
        for r in tables.get("listings", LISTINGS)
    ]
    whole = {
        "accounts": ACCOUNTS,
        "products": PRODUCTS,
        "sales": sales,
        "listings": LISTINGS,
        "tactics": TACTICS,
        "budgets": BUDGETS,
        **tables,
    }
    # Reading is slow beside what is tested, and many tests ask for the same market.
    key = json.dumps(whole, sort_keys=True, default=str)
    if key not in _LOADED:
        _LOADED[key] = load(write_workspace(folder, whole), planning=True)
    return _LOADED[key]


def hand_response(weeks: int = WEEKS, pairs: str = "AB", **tables: Rows) -> Response:
    """100 units a week; half doubles them and has pressure ln 2, tenth adds a fifth."""
    codes = [(a, p) for a in pairs for p in "SL"]
    baseline = [
        {"account": a, "product": p, "week": monday(t), "units": 100.0}
        for a, p in codes
        for t in range(weeks)
    ]
    two = float(np.log(2.0))
    lift = [
        {"account": a, "product": p, "tactic": k, "log_lift": x, "pressure": x}
        for a, p in codes
        for k, x in (("half", two), ("tenth", float(np.log(1.2))))
    ]
    whole = {"baseline": baseline, "lift": lift, **tables}
    return Response.of(**{name: pd.DataFrame(rows) for name, rows in whole.items()})


def spec_of(*guardrails: Mapping[str, object], weeks: int = WEEKS, **keys: object) -> Spec:
    """A scenario on the easy market's horizon."""
    data = {
        "scenario": "test",
        "horizon": {"first_week": FIRST, "weeks": weeks},
        "guardrails": list(guardrails),
        **keys,
    }
    return Spec.model_validate(data)


def hand_problem(
    folder: Path,
    *guardrails: Mapping[str, object],
    response: Response | None = None,
    **tables: Rows,
) -> Problem:
    """The problem of the easy market under some guardrails."""
    workspace = hand_workspace(folder, **tables)
    return build(workspace, response or hand_response(), spec_of(*guardrails))


def event(account: str, product: str, start: int, weeks: int = 1, tactic: str = "half") -> Event:
    """An event by code."""
    return account, product, tactic, start, weeks
