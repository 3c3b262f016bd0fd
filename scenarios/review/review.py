"""Review a plan: planned against actual, once the sales of its weeks are in the workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.base_price import RegularPrices, regular_prices
from models.context import context_of
from models.draws import average_draws
from models.estimator import Estimate, estimate
from models.member import members_of
from models.otherwise import Otherwise, deals_seen
from models.panel import Panel, panel_of
from scenarios.review.elsewhere import elsewhere_of, taken_from_competitors
from scenarios.review.event_review import EventReview, Range
from scenarios.review.outcome import Facts, drawn, outcome_of
from scenarios.review.payments import surroundings, terms_of
from scenarios.review.promised import Promised, read_promised
from scenarios.review.seen import Window, windows_of
from scenarios.review.told import Learned, told, untold
from scenarios.review.totals import Totals, totals_of
from scenarios.review.worlds import planned_deals, weeks_of
from scenarios.verify import home_of
from workspace.faults import Fault, InputError
from workspace.load import load
from workspace.text import Text
from workspace.workspace import Workspace

Floats = NDArray[np.float64]
Progress = Callable[[str, float], None]

DRAWS, SEED = 200, 1


@dataclass(frozen=True)
class Review:
    """All events of a plan, in the order of its calendar."""

    scenario: str
    currency: str
    last_week: str  # of the sales, "" without any
    events: tuple[EventReview, ...]
    range: Range | None  # of the incremental profit of all events that are over, currency

    @property
    def totals(self) -> Totals:
        """Sums over the events."""
        return totals_of(self.events)


def review(
    folder: Path, workspace_folder: Path | None = None, progress: Progress | None = None
) -> Review:
    """Compare the plan in `folder` with the sales of its workspace as they are now.

    `workspace_folder`: default the one that the plan names. Raises InputError where the folder is
    no plan, inputs are bad, or the plan has pairs that the workspace does not know.
    """
    tell = progress or (lambda _stage, _share: None)
    tell("load", 0.0)
    home = workspace_folder or home_of(folder)
    scenario = json.loads((folder / "plan.json").read_text(encoding="utf-8")).get("scenario")
    promised = read_promised(folder)
    workspace = load(home)
    panel = panel_of(workspace)
    _check(folder, promised, panel)
    last = str(panel.weeks[panel.recorded.any(axis=0)][-1]) if panel.recorded.any() else ""
    events, ends = _reviewed(workspace, promised, panel, tell)
    return Review(str(scenario), workspace.settings.currency, last, events, ends)


def _check(folder: Path, promised: Promised, panel: Panel) -> None:
    own = panel.only(panel.own)
    known = {own.codes(i) for i in range(own.series)}
    faults = [
        Fault(
            str(folder / "weekly.csv"), None, "product", f"{account}, {product}",
            Text("a product that the workspace lists or sells in that account"),
        )
        for account, product in zip(promised.account, promised.product, strict=True)
        if (account, product) not in known
    ]  # fmt: skip
    if len(panel.weeks) and promised.weeks[0] < panel.weeks[0]:
        found = Text("a plan from {week} on", week=str(promised.weeks[0]))
        wanted = Text("weeks of the declared history, from {first} on", first=str(panel.weeks[0]))
        faults.append(Fault(str(folder / "weekly.csv"), None, "week", found, wanted))
    if faults:
        raise InputError(faults)


def _reviewed(
    workspace: Workspace, promised: Promised, panel: Panel, tell: Progress
) -> tuple[tuple[EventReview, ...], Range | None]:
    first = int((promised.weeks[0] - panel.weeks[0]).astype(np.int64) // 7)
    regular = regular_prices(panel)
    own = panel.only(panel.own)
    base = _base_prices(promised, own, first)
    ours = replace(regular, price=regular.price[panel.own])
    windows = windows_of(promised, own, deals_seen(own, ours, base), first)
    seen = [window for window in windows if len(window.weeks)]
    if not seen:
        return tuple(untold(promised, window) for window in windows), None
    found, ends = _told(workspace, promised, panel, regular, base, seen, first, tell)
    by_event = {window.event: one for window, one in zip(seen, found, strict=True)}
    events = tuple(by_event.get(window.event) or untold(promised, window) for window in windows)
    return events, ends


def _told(
    workspace: Workspace, promised: Promised, panel: Panel, regular: RegularPrices, base: Floats,
    windows: list[Window], first: int, tell: Progress,
) -> tuple[list[EventReview], Range]:  # fmt: skip
    members = members_of(workspace.settings.season)
    country = workspace.settings.country
    hidden = np.zeros(panel.units.shape, dtype=np.bool_)
    series = np.flatnonzero(panel.own)
    for window in windows:
        hidden[series[window.series], window.weeks] = True
    tell("estimate", 0.0)
    fitted = estimate(panel.learning(~hidden), regular, members, country)
    tell("estimate", 0.5)
    everything = estimate(panel, regular, members, country)
    tell("estimate", 1.0)
    otherwise = Otherwise(fitted, base)
    learnable = panel.used[panel.own]
    weeks = weeks_of(promised, windows, otherwise, context_of(fitted), first, learnable)
    terms = terms_of(workspace, promised, windows, weeks, otherwise)
    around = surroundings(promised, otherwise, first)
    elsewhere = elsewhere_of(windows, otherwise, around)
    taken = taken_from_competitors(windows, otherwise)
    facts = Facts(weeks, terms, elsewhere, taken, len(windows))
    tell("draws", 0.0)
    draws = drawn(facts, average_draws(fitted.members, len(otherwise.names), DRAWS, SEED), SEED)
    tell("draws", 1.0)
    learned = Learned(
        before=_lifts(fitted, base, promised, windows, first),
        next=_lifts(everything, base, promised, windows, first),
    )
    mean = outcome_of(facts, fitted.coefficients)
    return told(promised, windows, facts, mean, draws, learned, otherwise)


def _base_prices(promised: Promised, own: Panel, first: int) -> Floats:
    """The plan's base price of every series and week, NaN of series it has not got: (N, T).

    The plan begins in week `first` of the panel; its first and last price stand before and after.
    """
    row = {own.codes(i): i for i in range(own.series)}
    week = np.clip(np.arange(own.price.shape[1]) - first, 0, promised.base_price.shape[1] - 1)
    base = np.full(own.price.shape, np.nan)
    for pair, key in enumerate(zip(promised.account, promised.product, strict=True)):
        base[row[key]] = promised.base_price[pair, week]
    return base


def _lifts(
    fitted: Estimate, base: Floats, promised: Promised, windows: list[Window], first: int
) -> Floats:
    """The ln lift of each window's planned deal, the mean over its planned weeks: (E,)."""
    otherwise = Otherwise(fitted, base)
    plan = planned_deals(promised, otherwise, first)
    found = np.zeros(len(windows))
    for i, window in enumerate(windows):
        cells = window.cells()
        at = (cells.series, cells.week)
        rows = otherwise.lift(cells, plan.cut[at], plan.feature[at], plan.display[at])
        lifts = np.maximum(np.einsum("mk,mk->m", rows, fitted.coefficients[cells.series]), 0.0)
        found[i] = lifts[window.planned].mean() if window.planned.any() else 0.0
    return found
