"""The page that a fit leaves: what sales were made of, how they answer, how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from markupsafe import Markup

from models.calibration import LEVELS
from models.fit import Fit
from models.fit_charts import TYPICAL_CUT, Charts, Curve, Reaction, charts_of
from workbench.language import Language, mark
from workbench.pages.axis import Axis, axis
from workbench.pages.chart import Plot, Series, Shape, chart
from workbench.pages.page import page
from workbench.pages.shrinkage import Arrow, arrows
from workbench.pages.waterfall import Step, waterfall
from workbench.screens.sources import FROM

MOST = 15  # accounts at either end of the ranking
FARTHEST = 4.0  # times the fitted values' range that the axis of the ranking may span
# The layers of a week's units, from below; what lowers sales hangs from zero.
LAYERS: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("base", mark("base, season and own price"), ("base", "season", "own_price"), 6),
    ("depth", mark("price cuts"), ("depth",), 1),
    ("feature", mark("feature"), ("feature",), 3),
    ("display", mark("display"), ("display",), 4),
)
LOSSES: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("carry_over", mark("after own deals"), ("carry_over",), 2),
    ("taken", mark("taken by other products"), ("cannibalisation", "rivals"), 5),
)
CURVES = {"": mark("price cut alone"), "feature": mark("with feature in {share} of shops"),
          "display": mark("with display in {share} of shops")}  # fmt: skip


def fit_page(fitted: Fit, name: str, say: Language) -> str:
    """One self-contained HTML file. `name`: the workspace's."""
    charts = charts_of(fitted.estimate) if fitted.estimate is not None else Charts((), ())
    reasons = [say.text(reason) for reason in fitted.trust.reasons]
    report = fitted.report
    return page(
        "fit.html",
        say,
        say("How demand responds: {name}", name=name),
        lead=say(
            "Learned from {weeks} weeks of {series} pairs of account and product,"
            " {first} to {last}",
            weeks=say.integer(_number(report, "weeks")),
            series=say.integer(_number(report, "series")),
            first=str(report.get("first_week", "")),
            last=str(report.get("last_week", "")),
        ),
        doubts=[say("Do not trust this fit: {reasons}", reasons="; ".join(reasons))]
        if reasons
        else [],
        sections=list(_sections(fitted, charts, say)),
        warnings_title=say("What to trust"),
        warnings=[say.text(warning) for warning in fitted.warnings],
    )


def _sections(fitted: Fit, charts: Charts, say: Language) -> Iterator[Mapping[str, object]]:
    """Title, chart and note of each chart that there are numbers for."""
    if len(fitted.decomposition):
        yield {
            "title": say("What sales were made of"),
            "chart": _stack(fitted.decomposition, say),
            "note": say(
                "All products and accounts, expected units by week. What lowers sales hangs below"
                " zero; the line is what was sold."
            ),
        }
    gain = float(fitted.events["gain"].sum()) if len(fitted.events) else 0.0
    if gain > 0.0:
        yield {
            "title": say("Where the lift of past deals came from"),
            "chart": _lift_sources(fitted.events, gain, say),
            "note": say(
                "Of all past deals, in units; event by event in results/lift_sources.csv. What is"
                " not taken from anywhere is new to the shelf."
            ),
        }
    if charts.curves:
        yield {
            "title": say("What a deal adds"),
            "chart": _curves(charts.curves, say),
            "note": say(
                "The typical product and account, by units. In 8 of 10 draws the lift lies in the"
                " band. Drawn as far as history has deals."
            ),
        }
    if len(charts.reactions) > 1:
        yield {
            "title": say("Which accounts respond most"),
            "chart": _ranking(charts.reactions, say),
            "note": say(
                "Hollow: what the account's own weeks alone would say. Full: what the fit believes,"
                " having borrowed from the other accounts what those weeks leave open. Of many"
                " accounts the {n} that respond most and least are shown.",
                n=MOST,
            ),
        }
    if fitted.calibration is not None and fitted.calibration.held:
        yield {
            "title": say("Do intervals hold what they say?"),
            "chart": _calibration(fitted.calibration.held, say),
            "note": say(
                "Share of {n} weeks that lay inside, before intervals were made as wide as they"
                " have to be.",
                n=say.integer(fitted.calibration.points),
            )
            if fitted.calibration.held_out
            else say("Too little history to hide weeks: these are weeks that were learned from."),
        }


def _stack(table: pd.DataFrame, say: Language) -> Markup:
    names = [part for _, _, parts, _ in (*LAYERS, *LOSSES) for part in parts]
    sums = table.groupby("week", sort=True)[["units", *names]].sum()
    x = np.arange(len(sums), dtype=np.float64)
    series, low = [], np.zeros(len(sums))
    for _, words, parts, tone in LAYERS:
        cells = sums[list(parts)].sum(axis=1).to_numpy(dtype=np.float64)
        if np.any(cells != 0.0):
            high = low + np.maximum(cells, 0.0)
            series.append(_area(say.translate(words), x, low, high, tone))
            low = high
    top, low = low, np.zeros(len(sums))
    for _, words, parts, tone in LOSSES:
        cells = sums[list(parts)].sum(axis=1).to_numpy(dtype=np.float64)
        if np.any(cells < 0.0):
            under = low + np.minimum(cells, 0.0)
            series.append(_area(say.translate(words), x, under, low, tone))
            low = under
    sold = sums["units"].to_numpy(dtype=np.float64)
    series.append(Series(say("sold"), x.tolist(), sold.tolist(), Shape.LINE, 2))
    upward = axis([*top.tolist(), *low.tolist(), *sold.tolist()], say.integer)
    days = [pd.Timestamp(week).date() for week in sums.index]
    title = say("What sales were made of")
    return chart(Plot(title, _weeks(days, say), upward, say("week"), series))


def _area(label: str, x: np.ndarray, low: np.ndarray, high: np.ndarray, tone: int) -> Series:
    return Series(label, x.tolist(), high.tolist(), Shape.AREA, tone, low.tolist())


def _weeks(days: Sequence[date], say: Language) -> Axis:
    """An axis over weeks by their number, marked at the first week of a few months."""
    starts = [i for i, day in enumerate(days) if day.day <= 7 or i == 0]
    every = max(1, -(-len(starts) // 10))
    ticks = tuple(float(i) for i in starts[::every])

    def shown(place: float) -> str:
        day = days[int(place)]
        return f"{say.month(day)} {day.year % 100:02d}"

    return Axis(0.0, float(max(len(days) - 1, 1)), ticks, shown)


def _curves(curves: Sequence[Curve], say: Language) -> Markup:
    series = []
    for tone, curve in zip((1, 3, 4), curves, strict=False):
        depth = curve.depth.tolist()
        name = say.translate(CURVES[curve.name]).format(share=say.percent(curve.shown, 0))
        series.append(Series("", depth, curve.high.tolist(), Shape.BAND, tone, curve.low.tolist()))
        series.append(Series(name, depth, curve.lift.tolist(), Shape.LINE, tone))
    across = axis(curves[0].depth.tolist(), lambda value: say.percent(value, 0))
    upward = axis([v for s in series for v in (*s.y, *s.low)], lambda value: say.percent(value, 0))
    title = say("What a deal adds")
    return chart(Plot(title, across, upward, say("cut off the regular price"), series))


def _lift_sources(events: pd.DataFrame, gain: float, say: Language) -> Markup:
    steps = [Step(say("lift, in units"), gain, say.integer(gain), True)]
    for name, words in FROM.items():
        units = float(events[name].sum())
        last = name == "new"
        shown = f"{say.integer(units)} ({say.percent(units / gain, 0)})"
        steps.append(Step(say.translate(words), units if last else -units, shown, last))
    return waterfall(say("Where the lift of past deals came from"), steps)


def _ranking(reactions: Sequence[Reaction], say: Language) -> Markup:
    shown = list(reactions)
    if len(shown) > 2 * MOST:
        shown = [*shown[:MOST], *shown[-MOST:]]
    lines = [
        Arrow(
            one.account,
            one.alone,
            one.fitted,
            say(
                "{account}: alone {alone}, believed {fitted}; {weeks} weeks",
                account=one.account,
                alone=say.percent(one.alone, 0),
                fitted=say.percent(one.fitted, 0),
                weeks=one.weeks,
            ),
        )
        for one in shown
    ]
    fitted = [one.fitted for one in shown]
    most = FARTHEST * max(fitted)
    values = [*fitted, *(min(max(one.alone, -0.5), most) for one in shown)]
    across = axis(values, lambda value: say.percent(value, 0))
    words = say("what a cut of {cut} adds to a week's sales", cut=say.percent(TYPICAL_CUT, 0))
    return arrows(say("Which accounts respond most"), lines, across, words)


def _calibration(held: Sequence[float], say: Language) -> Markup:
    def percent(value: float) -> str:
        return say.percent(value, 0)

    scale = axis([0.0, 1.0], percent)
    tips = [
        say("{said} intervals held {held}", said=percent(level), held=percent(share))
        for level, share in zip(LEVELS, held, strict=True)
    ]
    series = [
        Series(say("as they should"), (0.0, 1.0), (0.0, 1.0), Shape.DASHED, 6),
        Series(say("as they did"), LEVELS, tuple(held), Shape.DOTTED, 1, tips=tips),
    ]
    title = say("Do intervals hold what they say?")
    return chart(Plot(title, scale, scale, say("what an interval says"), series))


def _number(report: Mapping[str, object], key: str) -> float:
    found = report.get(key)
    return float(found) if isinstance(found, int | float) else 0.0
