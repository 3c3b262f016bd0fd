"""Plans with rebates and awkward names for tests of their workbooks, and ways to spoil them."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from models.response import Response
from optimizer.build import build
from optimizer.draws import demands
from optimizer.folder import Origin, write_plan
from optimizer.plan import Plan, plan_of
from optimizer.problem import Calendar
from optimizer.reports.workbook.words import ENGLISH, Words
from optimizer.spec import Spec
from optimizer.uncertainty import uncertainty
from tests.optimizer.test_verify import some_calendar
from tests.oracle.memory import tiny_inputs
from workspace import Workspace
from workspace.schema import TABLES
from workspace.settings import Payment

ORIGIN = Origin("../scenarios/tiny.yaml", "5ca1ab1e", "..", "../response")
Inputs = tuple[Workspace, Response, Spec]
CODES = ("account", "product", "by_account", "by_product")


def inputs(seed: int, renamed: Mapping[str, str] | None = None) -> Inputs:
    """A random tiny workspace with random rebates, terms of payment and lead times.

    Codes are renamed and everything sorted again.
    """
    workspace, response, spec = tiny_inputs(seed, draws=seed % 3)
    workspace = replace(workspace, rebates=_rebates(workspace, random.Random(seed)))
    workspace = _terms(workspace, random.Random(-seed))
    if not renamed:
        return workspace, response, spec
    frames = {}
    for name, schema in TABLES.items():
        frame = _mapped(workspace.table(name), renamed)
        frames[name] = frame.sort_values(list(schema.key), ignore_index=True)
    tables = {
        name: _mapped(getattr(response, name), renamed)
        for name in ("baseline", "lift", "carry", "cross", "rival", "price", "draws")
    }
    content = json.loads(spec.model_dump_json(), object_hook=lambda d: _renamed(d, renamed))
    content = {key: value for key, value in content.items() if value is not None}
    for rule in content["guardrails"]:
        for key in [key for key, value in rule.items() if value is None]:
            del rule[key]
    spec = Spec.model_validate(content)
    return replace(workspace, **frames), Response.trusted(tables), spec


def _terms(workspace: Workspace, rng: random.Random) -> Workspace:
    """Days to payment, some of them an account's own, and lead times of some products."""

    def some(count: int, values: list[float]) -> list[float]:
        return [rng.choice([float("nan"), *values]) for _ in range(count)]

    days = {name: rng.choice([0, 15, 30, 90]) for name in ("scan_back", "bill_back", "fees")}
    payment = Payment(**days, rebates=rng.choice([0, 45]), year_ends=rng.randint(1, 12))
    accounts, products = workspace.accounts, workspace.products
    own = {
        name: some(len(accounts), [0.0, 7.0, 120.0])
        for name in ("scan_back_days", "bill_back_days", "fee_days", "rebate_days")
    }
    leads = some(len(products), [0.0, 1.5, 6.0])
    return replace(
        workspace,
        settings=workspace.settings.model_copy(update={"payment": payment}),
        accounts=accounts.assign(**own),
        products=products.assign(lead_time_weeks=leads),
    )


def _rebates(workspace: Workspace, rng: random.Random) -> pd.DataFrame:
    """Steps of both kinds and bases around what tiny accounts sell."""
    rows = []
    for account in workspace.accounts["account"]:
        for basis in ("net_sales", "units"):
            reach = rng.choice(["all", "excess"])
            starts = sorted(rng.sample([0, 500, 1000, 2500, 6000, 10000], rng.randint(0, 3)))
            rows += [(account, basis, float(s), rng.choice([0.01, 0.025]), reach) for s in starts]
    columns = [column.name for column in TABLES["rebates"].columns]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype({"account": "str", "basis": "str", "reach": "str"})
    return frame.sort_values(list(TABLES["rebates"].key), ignore_index=True)


def _mapped(frame: pd.DataFrame, renamed: Mapping[str, str]) -> pd.DataFrame:
    frame = frame.copy()
    for column in CODES:
        if column in frame:
            frame[column] = frame[column].map(lambda code: renamed.get(code, code)).astype("str")
    return frame


def _renamed(content: dict[str, object], renamed: Mapping[str, str]) -> dict[str, object]:
    return {
        key: renamed.get(value, value) if isinstance(value, str) and key in CODES else value
        for key, value in content.items()
    }


def written(
    folder: Path,
    given: Inputs,
    seed: int,
    words: Words = ENGLISH,
    calendar: Calendar | None = None,
) -> Plan:
    """A plan of a calendar, random unless given, its folder written with its workbook."""
    workspace, response, spec = given
    problem = build(workspace, response, spec)
    calendar = calendar or some_calendar(problem, random.Random(seed))
    plan = plan_of(workspace, response, spec, problem, calendar, given=True)
    draws = uncertainty(
        problem, plan.calendar, demands(problem, workspace, response, spec.risk.draws)
    )
    folder.mkdir(parents=True)
    write_plan(plan, draws, ORIGIN, folder, words)
    return plan


def spoil(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Rewrite one part of a workbook; the change has to change something."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    before = parts[part].decode()
    after = change(before)
    assert after != before
    parts[part] = after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
