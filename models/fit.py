"""From a workspace to what its optimiser may believe: the response, and how far to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from models.base_price import regular_prices
from models.calibration import Calibration, calibrate
from models.decomposition import decomposition, empty
from models.empty_shelves import empty_shelves, suspected
from models.endogeneity import endogeneity
from models.ends import ends_of, ends_told
from models.estimator import Estimate, estimate
from models.event_sources import event_sources
from models.event_sources import none as no_events
from models.fit_key import fit_key
from models.fit_report import fit_report, warnings_of
from models.lift_limit import held_lifts
from models.lifts import response_of
from models.member import Member, members_of
from models.outliers import listed, none, outliers
from models.panel import Panel, panel_of
from models.residuals import diagnostics
from models.response import Response
from models.suspicions import Suspicion, suspicions_of
from models.trust import Trust, trust_of
from workspace.faults import Fault, InputError
from workspace.text import Text
from workspace.workspace import Workspace

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class FitOptions:
    """How to fit: `members` of the average (None: all, the settings' season), joint draws, seed."""

    members: tuple[Member, ...] | None = None
    draws: int = 200
    seed: int = 1

    def __post_init__(self) -> None:
        if self.draws < 0 or self.seed < 0:
            raise ValueError("draws and seed must not be negative")


@dataclass(frozen=True)
class Fit:
    """A fitted response and its report (JSON-able, the content of results/fit.json).

    `warnings` and `suspicions` are those of the report as texts that can be translated;
    `decomposition` is what every week's units were made of (results/decomposition.csv); `trust`
    says whether the fit should be believed, `outliers` has the weeks far off it (outliers.csv).
    `events` has where the lift of every past event came from (lift_sources.csv).
    `estimate` and `calibration` are what charts are made from; None: not kept.
    """

    response: Response
    report: dict[str, object]
    warnings: tuple[Text, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    decomposition: pd.DataFrame = field(default_factory=empty, repr=False)
    trust: Trust = field(default_factory=lambda: Trust((), {}))
    outliers: pd.DataFrame = field(default_factory=none, repr=False)
    events: pd.DataFrame = field(default_factory=no_events, repr=False)
    estimate: Estimate | None = field(default=None, repr=False)
    calibration: Calibration | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.report['estimator']}: {self.response}"


def fit(
    workspace: Workspace, options: FitOptions | None = None, progress: Progress | None = None
) -> Fit:
    """Estimate the response of a workspace. Deterministic: same inputs, same bytes.

    Raises InputError where the sales have no week to learn from.
    """
    options = options or FitOptions()
    tell = progress or _silent
    tell("panel", 0.0)
    panel = panel_of(workspace)
    if not (panel.used & panel.own[:, None]).any():
        raise InputError([_nothing_sold(workspace, panel)])
    regular = regular_prices(panel)
    members = options.members or members_of(workspace.settings.season)
    country = workspace.settings.country
    tell("estimate", 0.1)
    fitted = estimate(panel, regular, members, country)
    tell("calibrate", 0.5)
    calibration = calibrate(panel, regular, members, country, fitted)
    tell("response", 0.7)
    response = response_of(workspace, fitted, options.draws, options.seed)
    timed, ends = endogeneity(fitted), ends_of(workspace, panel)
    warned = (
        *warnings_of(fitted, calibration),
        *ends_told(ends),
        *held_lifts(fitted, response),
        *timed.warnings,
    )
    shelves = empty_shelves(fitted)
    suspicious = (*suspicions_of(workspace), *suspected(workspace, shelves))
    trust, far = trust_of(fitted, calibration, suspicious), outliers(fitted)
    report = {
        "key": fit_key(workspace),
        **fit_report(fitted, calibration, response, warned),
        "trust": trust.fields,
        "residuals": diagnostics(fitted),
        "endogeneity": timed.fields,
        "outliers": len(far),
        "outliers_listed": listed(far),
        "stockouts_suspected": shelves,
        "ended": [end.fields for end in ends],
        "suspicions": [one.fields for one in suspicious],
    }
    tell("response", 1.0)
    parts, past = decomposition(fitted), event_sources(fitted)
    return Fit(response, report, warned, suspicious, parts, trust, far, past, fitted, calibration)


def _silent(stage: str, share: float) -> None:
    del stage, share


def _nothing_sold(workspace: Workspace, panel: Panel) -> Fault:
    found = Text("no week with units sold and stock") if panel.series else Text("no rows")
    return Fault(workspace.source("sales"), None, "units", found, Text("sales of our own products"))
