"""The one solve that others of a batch begin from.

Scenarios that differ in budgets and what-ifs alone have one trunk: the scenario without either. Its
solve leaves calendars, prices and payments (`optimizer.head_start`) from which theirs are a short
way. What the trunk is follows from the scenario itself and from nothing else: not from what stands
beside it in the batch, nor from who ended first. So every process that needs a trunk comes to the
same one, and answers do not depend on where and when they are found.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from optimizer.build import build
from optimizer.head_start import HeadStart
from optimizer.solution import SolveOptions
from optimizer.solve import solve
from optimizer.spec import Risk, Spec
from scenarios.batch.task import Shared
from scenarios.scenario import Scenario, key_of
from workspace.faults import InputError

KEPT = 200_000_000  # bytes of trunks that a process remembers, one at least
NAME = "trunk"

_lock = threading.Lock()  # a worker on a cluster may have several threads
_heads: dict[tuple[str, str], HeadStart | None] = {}  # those used last at the end


def trunk_of(spec: Spec) -> Spec:
    """What a scenario asks with the workspace's own budgets and facts, on its best estimate."""
    plain = {
        "scenario": NAME, "budget_scale": 1.0, "budgets": {}, "what_if": (), "vary": {},
        "risk": Risk(),
    }  # fmt: skip
    return spec.model_copy(update=plain)


def head_for(
    shared: Shared, scenario: Scenario, cancelled: Callable[[], bool] | None = None
) -> HeadStart | None:
    """Where the solve of a scenario begins; None: from nothing, as its trunk does. Or Cancelled."""
    spec = trunk_of(scenario.spec)
    alone = {"scenario": NAME, "vary": {}, "risk": spec.risk}
    if spec == scenario.spec.model_copy(update=alone):
        return None
    key = (shared.sha256, key_of(spec))
    with _lock:
        head = _heads.pop(key) if key in _heads else _solved(shared, spec, cancelled)
        _heads[key] = head
        while len(_heads) > 1 and sum(one.size for one in _heads.values() if one) > KEPT:
            del _heads[next(iter(_heads))]
        return head


def _solved(shared: Shared, spec: Spec, cancelled: Callable[[], bool] | None) -> HeadStart | None:
    """What the trunk's solve leaves; None where there is no such plan, or no such question."""
    try:
        problem = build(shared.facts.workspace, shared.facts.response, spec)
    except InputError:
        return None
    asked = spec.solver
    options = SolveOptions(asked.gap, asked.seconds, asked.seed, asked.master)
    return solve(problem, options, cancelled=cancelled).head
