"""Random sequences of steps by random people, against a reference.

benchmarks/sign_off.py has 10,000 of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from scenarios.signoff import proposals, signoff
from scenarios.signoff.chain import verify_trail
from scenarios.signoff.proposals import Proposal
from scenarios.store.store import open_store
from tests.scenarios.signoff.walk import DisagreementError, walk


def test_the_store_never_does_what_the_reference_refuses(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        refused = sum(walk(store, seed) for seed in range(40))
        assert verify_trail(store).faults == ()
        states = {found.state.value for found in proposals.all_proposals(store)}
    assert refused > 100
    assert {"locked", "replaced", "void", "expired", "rejected"} <= states  # all of it happened


# Each rule taken away, and a sequence that must notice.
CONTROLS = {
    "self-approval": (proposals, "editors", lambda connection, name: set(), 0),
    "changes": (Proposal, "is_of", lambda self, what: True, 1),
    "the same person twice": (Proposal, "was_approved_by", lambda self, name: False, 17),
    "lapsing": (signoff, "_sweep", lambda step: None, 4),
    "money": (signoff.funds, "reserved", lambda connection, fund: 0, 1),
    "replacing": (signoff, "_locked", lambda step, name: None, 23),
}


@pytest.mark.parametrize("rule", CONTROLS)
def test_control_without_a_rule_they_disagree(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, broken, seed = CONTROLS[rule]
    with open_store(tmp_path) as store:
        walk(store, seed)
    monkeypatch.setattr(owner, name, broken)
    with (
        open_store(tmp_path / "again") as store,
        pytest.raises((DisagreementError, IntegrityError)),
    ):
        walk(store, seed)
