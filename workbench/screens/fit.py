"""What `fit` shows: how demand reacts, account by account, and what to trust in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from workbench.language import Language
from workbench.screens.parts import columns, facts, heading
from workbench.screens.sources import FROM
from workbench.screens.suspicions import suspicion_lines

if TYPE_CHECKING:
    import pandas as pd

    from models.fit import Fit

MOST = 5  # accounts shown at either end
LITTLE = 0.0005  # of all units: what is less is not shown


def fit_screen(fitted: Fit, say: Language) -> Iterator[RenderableType]:
    """Accuracy, elasticities, which accounts stand out, what the data cannot tell."""
    report = fitted.report
    yield from verdict_lines(fitted, say)
    yield Line(
        say(
            "Learned from {weeks} weeks of {series} pairs of account and product,"
            " {first} to {last}",
            weeks=say.integer(_number(report, "weeks")),
            series=say.integer(_number(report, "series")),
            first=str(report.get("first_week", "")),
            last=str(report.get("last_week", "")),
        ),
        "bold",
    )
    yield facts(
        [
            (
                say("Error in sample (WAPE)"),
                say.percent(_number(report, "wape_in_sample")),
                say("'tradewind backtest' tells it on hidden weeks"),
            ),
            *_elasticities(report, say),
        ]
    )
    yield from _accounts(fitted.response.price, say)
    yield from _made_of(fitted.decomposition, say)
    yield from _lift_sources(fitted.events, say)
    yield from _trust(fitted, say)
    yield from suspicion_lines(fitted.suspicions, say, MOST)


def verdict_lines(fitted: Fit, say: Language) -> Iterator[RenderableType]:
    """Where a fit should not be trusted: that, and why, before anything else."""
    reasons = [say.text(reason) for reason in fitted.trust.reasons]
    if reasons:
        yield Line(say("Do not trust this fit: {reasons}", reasons="; ".join(reasons)), "bold red")


def _elasticities(report: Mapping[str, object], say: Language) -> Iterator[tuple[str, str, str]]:
    spread = report.get("elasticity")
    if not isinstance(spread, Mapping) or not spread:
        return
    yield (
        say("Price elasticity"),
        say.number(float(spread["0.5"])),
        say(
            "typical; 8 in 10 between {low} and {high}",
            low=say.number(float(spread["0.1"])),
            high=say.number(float(spread["0.9"])),
        ),
    )


def _accounts(price: pd.DataFrame, say: Language) -> Iterator[RenderableType]:
    means = price.groupby("account")["elasticity"].mean().sort_values(kind="stable")
    if len(means) < 2:
        return
    yield heading(say("Who reacts to prices most, and least"))
    ends = list(means.items())
    if len(ends) > 2 * MOST:
        ends = [*ends[:MOST], ("…", None), *ends[-MOST:]]
    yield columns(
        [say("account"), say("elasticity")],
        [(str(name), "" if mean is None else say.number(mean)) for name, mean in ends],
    )


def _made_of(table: pd.DataFrame, say: Language) -> Iterator[RenderableType]:
    """What all units of the history were made of, as shares of them."""
    units = float(table["units"].sum()) if len(table) else 0.0
    if units <= 0.0:
        return
    yield heading(say("What the units were made of"))
    names = {
        "base": say("base"),
        "season": say("season"),
        "own_price": say("own price"),
        "depth": say("price cuts"),
        "feature": say("feature"),
        "display": say("display"),
        "carry_over": say("after own deals"),
        "cannibalisation": say("taken by our other products"),
        "rivals": say("taken by competitors"),
        "unexplained": say("unexplained"),
    }
    yield facts(
        (words, say.percent(float(table[name].sum()) / units))
        for name, words in names.items()
        if abs(float(table[name].sum())) >= LITTLE * units
    )


def _lift_sources(events: pd.DataFrame, say: Language) -> Iterator[RenderableType]:
    """Where the lift of all past deals came from, as shares of it."""
    gain = float(events["gain"].sum()) if len(events) else 0.0
    if gain <= 0.0:
        return
    yield heading(say("Where the lift of past deals came from"))
    yield facts(
        (say.translate(words), say.percent(float(events[name].sum()) / gain))
        for name, words in FROM.items()
    )


def _trust(fitted: Fit, say: Language) -> Iterator[RenderableType]:
    yield heading(say("What to trust"))
    signs, little = (_rows(fitted.report, key) for key in ("signs_enforced", "little_data"))
    sentences = [say.text(warning) for warning in fitted.warnings]
    if signs:
        sentences.append(
            say.plural(
                "the data alone left a sign in doubt once: {names}",
                "the data alone left a sign in doubt {n} times: {names}",
                len(signs),
                names=_names(signs),
            )
        )
    if little:
        sentences.append(
            say.plural(
                "{n} price elasticity comes mostly from other accounts: {names}",
                "{n} price elasticities come mostly from other accounts: {names}",
                len(little),
                names=_names(little),
            )
        )
    far = len(fitted.outliers)
    if far:
        sentences.append(
            say.plural(
                "{n} week lies far off everything else of its series: results/outliers.csv",
                "{n} weeks lie far off everything else of their series: results/outliers.csv",
                far,
            )
        )
    if not sentences:
        sentences.append(say("nothing stands out"))
    for sentence in sentences:
        yield Line(f"- {sentence}")


def _names(rows: Sequence[Mapping[str, object]]) -> str:
    names = list(dict.fromkeys(str(row.get("account")) for row in rows))
    return ", ".join(names[:MOST]) + (", …" if len(names) > MOST else "")


def _rows(report: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = report.get(key)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _number(report: Mapping[str, object], key: str) -> float:
    found = report.get(key)
    return float(found) if isinstance(found, int | float) else 0.0
