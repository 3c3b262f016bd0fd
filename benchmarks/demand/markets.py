"""The simulated markets that ways of learning are measured on, as workspaces on disk."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from models.simulator import KINDS, Market, MarketOptions, make_market, write_market
from optimizer.spec import Spec
from scenarios.scenario import read_scenario
from workspace import Workspace, load

SMALL_HORIZON = 26  # weeks


def small(options: MarketOptions) -> MarketOptions:
    """The same market with three accounts, five products of ours, one competitor's."""
    return replace(options, accounts=3, brands=(3, 2), competitors=1)


@dataclass(frozen=True)
class Given:
    """One market: its truth, the workspace that its manufacturer has, the question to answer."""

    kind: str
    seed: int
    market: Market
    workspace: Workspace
    spec: Spec


@contextmanager
def given(kind: str, seed: int, quick: bool = False) -> Iterator[Given]:
    """The market of this kind and seed; `quick`: a small one, half a year to plan."""
    market = make_market(small(KINDS[kind]) if quick else KINDS[kind], seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_market(market, folder, f"{kind} {seed}")
        spec = read_scenario(folder / "scenarios" / "base.yaml").spec
        if quick:
            horizon = spec.horizon.model_copy(update={"weeks": SMALL_HORIZON})
            spec = spec.model_copy(update={"horizon": horizon})
        yield Given(kind, seed, market, load(folder, planning=True), spec)


def add_choices(parser: argparse.ArgumentParser, seeds: int) -> None:
    """The options that every benchmark over simulated markets shares."""
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--seeds", type=int, default=seeds, help="markets of each kind")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--small", action="store_true", help="3 accounts, 5 products, half a year")
    parser.add_argument("--peers", nargs="*", default=None, help="only these; none: ours alone")


def seeds_of(asked: argparse.Namespace) -> range:
    """The seeds asked for."""
    return range(asked.first, asked.first + asked.seeds)
