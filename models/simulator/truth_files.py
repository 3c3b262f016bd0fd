"""The truth of a market as a folder: `truth.yaml`, `tastes.csv`, `demand.csv`.

Floats are written with the fewest digits that give the same float back, so that what is read is
what was written, to the last bit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from models.simulator.forms import FORMS
from models.simulator.truth import Deals, Floats, Tastes, Truth
from workspace.faults import Fault, InputError
from workspace.text import Text

SINGLE = ("elasticity", "base_elasticity", "feature", "display", "share", "potential", "attraction")
WEEKLY = ("log_base", "base_price", "depth", "feature", "display", "expected_units")


def write_truth(truth: Truth, folder: Path, seed: int) -> None:
    """Write the three files. `demand.csv` also has the expected units, for the reader's checks."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "form": truth.form,
        "seed": seed,
        "history_weeks": truth.history,
        "threshold": truth.tastes.threshold,
        "ceiling": truth.tastes.ceiling,
    }
    text = yaml.safe_dump(settings, sort_keys=False)
    (folder / "truth.yaml").write_text(text, encoding="utf-8")
    _save(_tastes_table(truth), folder / "tastes.csv")
    _save(_demand_table(truth), folder / "demand.csv")


def _save(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")


def _tastes_table(truth: Truth) -> pd.DataFrame:
    tastes = truth.tastes
    accounts, products = truth.listed_price.shape
    frame = pd.DataFrame(
        {
            "account": np.repeat(np.array(truth.accounts), products),
            "product": np.tile(np.array(truth.products), accounts),
            "category": np.tile(np.array(truth.category), accounts),
            "own": np.tile(truth.own.astype(np.int64), accounts),
            "listed_price": truth.listed_price.ravel(),
        }
    )
    for name in SINGLE:
        frame[name] = getattr(tastes, name).ravel()
    for lag in range(tastes.carry.shape[2]):
        frame[f"carry_{lag + 1}"] = tastes.carry[:, :, lag].ravel()
    for lag in range(tastes.cross.shape[2]):
        frame[f"cross_{lag}"] = tastes.cross[:, :, lag].ravel()
    return frame


def _demand_table(truth: Truth) -> pd.DataFrame:
    accounts, products, weeks = truth.log_base.shape
    week = np.datetime_as_string(truth.weeks, unit="D")
    frame = pd.DataFrame(
        {
            "account": np.repeat(np.array(truth.accounts), products * weeks),
            "product": np.tile(np.repeat(np.array(truth.products), weeks), accounts),
            "week": np.tile(week, accounts * products),
        }
    )
    deals, expected = truth.deals, FORMS[truth.form].units(truth)
    columns = (truth.log_base, truth.base_price, deals.depth, deals.feature, deals.display)
    for name, values in zip(WEEKLY, (*columns, expected), strict=True):
        frame[name] = values.ravel()
    return frame


def read_truth(folder: Path) -> Truth:
    """The truth in a folder. Raises InputError if it is not there or not whole."""
    try:
        settings = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
        tastes = _table(folder / "tastes.csv")
        demand = _table(folder / "demand.csv")
        return _truth(settings, tastes, demand)
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        found = Text("files that cannot be used ({problem})", problem=str(error))
        expected = Text("the truth of a simulated market: truth.yaml, tastes.csv, demand.csv")
        raise InputError([Fault(str(folder), None, None, found, expected)]) from error


def _table(path: Path) -> pd.DataFrame:
    """All cells as text: how a parser of tables rounds floats is its own affair."""
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def _floats(cells: pd.Series[str]) -> Floats:
    return np.array(cells.tolist(), dtype=np.float64)


def _truth(
    settings: dict[str, float | int | str], tastes: pd.DataFrame, demand: pd.DataFrame
) -> Truth:
    accounts = tuple(dict.fromkeys(tastes["account"]))
    products = tuple(dict.fromkeys(tastes["product"]))
    weeks = np.unique(demand["week"].to_numpy(dtype="datetime64[D]"))
    pair = (len(accounts), len(products))

    def weekly(name: str) -> Floats:
        return _floats(demand[name]).reshape(*pair, len(weeks))

    def single(name: str) -> Floats:
        return _floats(tastes[name]).reshape(pair)

    def lags(prefix: str) -> Floats:
        names = [name for name in tastes.columns if name.startswith(prefix)]
        return np.stack([single(name) for name in names], axis=2)

    form = str(settings["form"])
    if form not in FORMS:
        raise ValueError(f"unknown form {form!r}")
    return Truth(
        form=form,
        accounts=accounts,
        products=products,
        category=tuple(tastes["category"][: len(products)]),
        own=single("own")[0] == 1,
        weeks=weeks,
        history=int(settings["history_weeks"]),
        log_base=weekly("log_base"),
        base_price=weekly("base_price"),
        listed_price=single("listed_price"),
        tastes=Tastes(
            **{name: single(name) for name in SINGLE},
            carry=lags("carry_"),
            cross=lags("cross_"),
            threshold=float(settings["threshold"]),
            ceiling=float(settings["ceiling"]),
        ),
        deals=Deals(weekly("depth"), weekly("feature"), weekly("display")),
    )
