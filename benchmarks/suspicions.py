"""Are slips in the data noticed, and is clean data left alone?

    python -m benchmarks.suspicions [--seeds 3] [--kinds ..] [--small]

Every slip of `benchmarks.demand.corruptions` in simulated markets of all forms, and in the shipped
cheese accounts, one at a time: the share that is found at its place. Then the same panels as they
are: alarms in a hundred series (of cheese, real sales, an alarm need not be a false one).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.demand.corruptions import KINDS, Place, Unfit
from benchmarks.demand.markets import add_choices, given, seeds_of
from models.suspicions import Suspicion, suspicions_of
from workspace import Workspace, load

CHEESE = Path(__file__).parents[1] / "examples" / "cheese"


@dataclass
class Tally:
    """What was found of what was put in, by slip, and alarms about clean panels."""

    found: dict[str, list[bool]] = field(default_factory=dict)
    alarms: list[Suspicion] = field(default_factory=list)
    series: int = 0

    def clean(self, space: Workspace) -> tuple[Suspicion, ...]:
        """Count the alarms about a panel as it is."""
        alarms = suspicions_of(space)
        self.alarms += alarms
        self.series += len(space.sales[["account", "product"]].drop_duplicates())
        return alarms

    def spoil(
        self, name: str, space: Workspace, before: tuple[Suspicion, ...], rng: np.random.Generator
    ) -> bool | None:
        """Put one slip in and look for it beyond `before`; None where it cannot happen here."""
        try:
            spoilt, place = KINDS[name](space, rng)
        except Unfit:
            return None
        seen = any(at(one, place) for one in suspicions_of(spoilt) if one not in before)
        self.found.setdefault(name, []).append(seen)
        return seen


def at(suspicion: Suspicion, place: Place) -> bool:
    """Whether a suspicion names the place; one about a whole account names all its products."""
    fields = {**place}
    either = fields.pop("either", None)
    if either is not None and suspicion.account not in either.split(","):
        return False
    for name, wanted in fields.items():
        said = getattr(suspicion, name)
        if said != wanted and not (name in ("product", "week") and said == ""):
            return False
    return True


def lines(tally: Tally) -> Iterator[str]:
    """A line for each slip, then the clean panels."""
    for name in KINDS:
        seen = tally.found.get(name, [])
        share = f"{sum(seen)} of {len(seen)}" if seen else "cannot happen here"
        yield f"{name:28}{share:>20}"
    kinds = sum(any(seen) for seen in tally.found.values())
    hits, tries = sum(map(sum, tally.found.values())), sum(map(len, tally.found.values()))
    yield f"{kinds} kinds of {len(KINDS)} found, {hits} of {tries} slips"
    rate = 100.0 * len(tally.alarms) / max(tally.series, 1)
    yield f"clean: {len(tally.alarms)} alarms in {tally.series} series, {rate:.2f} in a hundred"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_choices(parser, seeds=3)
    asked = parser.parse_args(arguments)
    markets, cheese = Tally(), Tally()
    for kind in asked.kinds:
        for seed in seeds_of(asked):
            with given(kind, seed, asked.small) as here:
                before = markets.clean(here.workspace)
                for k, name in enumerate(KINDS):
                    rng = np.random.default_rng([seed, k])
                    markets.spoil(name, here.workspace, before, rng)
    print("simulated markets", *lines(markets), "", sep="\n", flush=True)
    space = load(CHEESE, planning=True)
    before = cheese.clean(space)
    for seed in seeds_of(asked):
        for k, name in enumerate(KINDS):
            cheese.spoil(name, space, before, np.random.default_rng([seed, k]))
    print("cheese", *lines(cheese), sep="\n")


if __name__ == "__main__":
    main()
