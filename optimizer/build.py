"""From a workspace, a response and a scenario to the arrays that algorithms work on."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from models.response import Response
from optimizer.blocks import Pairs
from optimizer.budgets import budget_rows
from optimizer.demand import parts, weeks_of
from optimizer.groups import grouped
from optimizer.guardrails.draft import Draft
from optimizer.guardrails.registry import RULES
from optimizer.happenings import Place, happenings, history_pairs
from optimizer.ladder import ladder_of
from optimizer.limits import active_blocks, settle, starting_limits
from optimizer.money import money_of
from optimizer.objective import aims_for
from optimizer.price_table import PriceReader, PriceTable, pin_prices
from optimizer.problem import (
    Bools,
    Calendar,
    Demand,
    Floats,
    Ints,
    Kin,
    Ladder,
    Limits,
    Money,
    Problem,
    Row,
    Rule,
    Sense,
    Shapes,
    Standing,
    Tier,
)
from optimizer.selection import Traits, check_codes, included, kin_of, lines_of, resolve
from optimizer.spec import PriceLadder, Spec
from optimizer.supply import supply_rows
from optimizer.tactics import Offers, offers
from workspace.faults import Fault, InputError
from workspace.money import to_cents
from workspace.nearest import quoted
from workspace.text import Text
from workspace.workspace import Workspace

_NONE = np.zeros(0, dtype=np.int64)
NOTHING = Calendar(_NONE, _NONE, _NONE, _NONE)


def build(
    workspace: Workspace,
    response: Response,
    spec: Spec,
    pins: pd.DataFrame | None = None,
    *,
    price_pins: PriceTable | None = None,
    scenario_file: str = "scenario",
    pin_file: str = "pins",
    fixed: bool = True,
) -> Problem:
    """The problem of a scenario.

    `pins` has the columns of `events` or of a plan's calendar; its rows are treated as pinned.
    Needs listings, tactics and budgets. Raises InputError with every fault found: codes that the
    workspace does not know, nothing to plan, baselines that are missing, fixed events that
    cannot be placed. Where regular prices are planned, pinned events keep the base price that they
    tell, and `price_pins` those of their blocks. Faults in the scenario and the pins carry the two
    file names. Without `fixed` nothing is pinned, whatever the events and the pins say.
    """
    faults: list[Fault] = []
    check_codes(workspace, spec, scenario_file, faults)
    first_week = np.datetime64(spec.horizon.first_week, "D")
    blocks, group, included_blocks = _blocks(workspace, response, spec, scenario_file, faults)
    if spec.risk.weight > 0.0:
        _check_risk(workspace, response, spec, blocks, scenario_file, faults)
    horizon = spec.horizon.weeks
    pairs = history_pairs(workspace, blocks)
    all_offers = offers(workspace, pairs)
    listings = workspace.listings
    place = Place(
        pairs,
        len(blocks),
        Pairs(tuple(listings["account"]), tuple(listings["product"])),
        all_offers,
        first_week,
        horizon,
    )
    found = happenings(workspace, place, pins, pin_file, faults)
    response_parts = parts(
        response, pairs, len(blocks), all_offers, found.history, first_week, horizon, faults
    )
    supply = supply_rows(workspace, blocks, first_week, horizon)
    if faults:
        raise InputError(faults)
    mine = all_offers.first(len(blocks))
    shortest, longest = mine.lengths(horizon)
    standing = Standing(
        included=included_blocks,
        shortest=shortest,
        longest=longest,
        history_end=found.history_end(len(blocks)),
        history_cut=found.history_end(len(blocks), mine.numbers("depth")),
        pinned=found.pinned if fixed else NOTHING,
        forbidden=found.forbidden,
    )
    demand, money = response_parts.demand(), money_of(workspace, blocks, mine)
    traits = Traits.of(workspace, blocks)
    budgets = budget_rows(workspace, spec, traits, first_week, horizon)
    rules = tuple(resolve(g, traits, first_week, horizon) for g in spec.guardrails)
    kin = kin_of(workspace, blocks)
    draft = _draft(blocks, mine, horizon, demand, money, standing, kin, budgets, supply)
    if isinstance(spec.prices, PriceLadder):
        draft.ladder = ladder_of(
            workspace, blocks, mine, spec.prices, included_blocks, money, horizon
        )
        if fixed:
            reader = PriceReader(draft.ladder, blocks, first_week, horizon, faults)
            pin_prices(reader, workspace, pins, pin_file, price_pins)
            if faults:
                raise InputError(faults)
    draft.lines.extend(lines_of(spec, traits, included_blocks))
    for rule in rules:
        RULES[rule.rule].restrict(rule, draft)
    settle(draft)
    return _frozen(
        Problem(
            account=blocks.account,
            product=blocks.product,
            tactics=mine.tactics,
            depth=draft.depth,
            weeks=weeks_of(first_week, demand.base.shape[1]),
            horizon=horizon,
            group=group,
            shapes=draft.shapes,
            demand=demand,
            money=money,
            limits=draft.limits,
            rows=tuple(draft.rows),
            budgets=budgets,
            rules=rules,
            standing=standing,
            tiers=_tiers(workspace, blocks),
            kin=kin,
            lines=tuple(draft.lines),
            broken=tuple(draft.broken),
            ladder=draft.ladder,
            aims=aims_for(spec.objective, len(blocks)),
        )
    )


def _blocks(
    workspace: Workspace, response: Response, spec: Spec, file: str, faults: list[Fault]
) -> tuple[Pairs, Ints, Bools]:
    """The problem's blocks in order, the group of each, and which may be promoted."""
    products = workspace.products
    own = set(products.loc[products["own"] == 1, "product"])
    listed = sorted(
        (account, product)
        for account, product in zip(
            workspace.listings["account"], workspace.listings["product"], strict=True
        )
        if product in own
    )
    pairs = Pairs(tuple(a for a, _ in listed), tuple(p for _, p in listed))
    traits = Traits.of(workspace, pairs)
    wanted = included(spec.include, traits)
    if not wanted.any():
        faults.append(
            Fault(
                file,
                None,
                "include",
                Text("no listed product of ours"),
                Text("accounts and products with rows in listings"),
            )
        )
    order, group = grouped(response, pairs, wanted, lines_of(spec, traits, wanted))
    return pairs.take(order), group, wanted[order]


def _draft(
    blocks: Pairs,
    terms: Offers,
    horizon: int,
    demand: Demand,
    money: Money,
    standing: Standing,
    kin: Kin,
    budgets: tuple[Row, ...],
    supply: tuple[Row, ...],
) -> Draft:
    shapes = terms.shapes(horizon)
    retail: Floats = money.retail_margin[:, :1] * demand.base
    rows = [*(row for row in budgets if row.blocks.size), *supply]
    return Draft(
        account=blocks.account,
        product=blocks.product,
        horizon=horizon,
        shapes=shapes,
        depth=terms.numbers("depth"),
        money=money,
        reference_retailer=to_cents(retail),
        reference_profit=to_cents((money.list_price - money.unit_cost)[:, None] * demand.base),
        standing=standing,
        kin=kin,
        active=active_blocks(standing),
        limits=starting_limits(shapes, standing, horizon),
        rows=rows,
        taken={row.name for row in rows},
        broken=[
            row.name
            for row in budgets
            if row.sense == Sense.AT_LEAST and row.limit > 0.0 and not row.blocks.size
        ],
    )


def _check_risk(
    workspace: Workspace,
    response: Response,
    spec: Spec,
    blocks: Pairs,
    file: str,
    faults: list[Fault],
) -> None:
    """Add a fault where the worst draws cannot be weighed: without draws, or with rebates."""
    expected = None
    if response.draws.empty:
        expected = Text("0: the response has no draws")
    elif workspace.rebates["account"].isin(blocks.account).any():
        expected = Text("0: risk is not weighed where there are rebates")
    if expected is not None:
        faults.append(Fault(file, None, "risk.weight", quoted(f"{spec.risk.weight:g}"), expected))


def _tiers(workspace: Workspace, blocks: Pairs) -> tuple[Tier, ...]:
    """The rebates of the blocks' accounts."""
    table = workspace.rebates[workspace.rebates["account"].isin(set(blocks.account))]
    columns = (table[name].tolist() for name in ("account", "basis", "threshold", "rate", "reach"))
    return tuple(Tier(*step) for step in zip(*columns, strict=True))


def _frozen(problem: Problem) -> Problem:
    """The same with its arrays read-only, so that no algorithm changes what others see."""
    parts: list[Demand | Money | Limits | Shapes | Standing | Row | Rule | Kin | Ladder] = [
        problem.demand,
        problem.money,
        problem.limits,
        problem.shapes,
        *problem.rows,
        *problem.budgets,
        *problem.rules,
    ]
    parts += [problem.kin] if problem.kin is not None else []
    parts += [problem.ladder, *problem.ladder.money] if problem.ladder is not None else []
    arrays = [problem.depth, problem.group]
    arrays += [problem.aims] if problem.aims is not None else []
    for part in parts:
        arrays += [
            array
            for field in fields(part)
            if isinstance(array := getattr(part, field.name), np.ndarray)
        ]
    for array in arrays:
        array.flags.writeable = False
    return problem
