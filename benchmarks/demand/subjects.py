"""Every way of learning demand that is measured beside ours: a new one is a file and a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.demand.boosting import boosting
from benchmarks.demand.gibbs import gibbs
from benchmarks.demand.mixed_linear import mixed_linear
from benchmarks.demand.r_models import bayesm, lme4, missing
from models.peers import PEERS, Peer


@dataclass(frozen=True)
class Subject:
    """A peer, and whether it can be run here."""

    name: str
    learn: Peer
    missing: Callable[[], str | None] = lambda: None  # why it cannot be run


SUBJECTS: Mapping[str, Subject] = {
    subject.name: subject
    for subject in (
        *(Subject(name, peer) for name, peer in PEERS.items()),
        Subject("MixedLM", mixed_linear),
        Subject("Gibbs", gibbs),
        Subject("LightGBM", boosting),
        Subject("lme4", lme4, lambda: missing("lme4")),
        Subject("bayesm", bayesm, lambda: missing("bayesm")),
    )
}


def runnable(names: list[str] | None = None) -> tuple[dict[str, Subject], dict[str, str]]:
    """The subjects that can be run, and why others cannot. None: all. KeyError: an unknown name."""
    chosen = {name: SUBJECTS[name] for name in (SUBJECTS if names is None else names)}
    reasons = {name: subject.missing() for name, subject in chosen.items()}
    can = {name: subject for name, subject in chosen.items() if reasons[name] is None}
    return can, {name: reason for name, reason in reasons.items() if reason is not None}
