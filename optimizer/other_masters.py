"""Integer masters by solvers other than HiGHS, named in a scenario, through Pyomo.

They are asked for whole calendars only. Prices are duals of linear masters, whose bound is proven
from the duals themselves (`optimizer.scrutiny`), so those stay with HiGHS. What another solver
answers is held against the arrays like everything else that comes out of the child.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from optimizer.frames import Value

DEFAULT = "highs"


def _module(name: str) -> Callable[[], bool]:
    return lambda: find_spec(name) is not None


_THERE: dict[str, Callable[[], bool]] = {
    DEFAULT: lambda: True,
    "scip": _module("pyscipopt"),
    "cbc": lambda: shutil.which("cbc") is not None,
    "gurobi": _module("gurobipy"),
}


def installed() -> tuple[str, ...]:
    """The masters that this machine has, HiGHS first."""
    return tuple(name for name, there in _THERE.items() if there())


@dataclass(frozen=True)
class Asked:
    """What limits a solve: seconds > 0, relative gap >= 0, nodes or None, a seed >= 0."""

    seconds: float
    gap: float
    nodes: int | None
    seed: int

    @classmethod
    def of(cls, values: Mapping[str, Value], seconds: float) -> Asked:
        """From the values of a frame, with `seconds` left."""
        nodes = values["nodes"]
        return cls(
            seconds,
            float(str(values["gap"])),
            None if nodes is None else int(str(nodes)),
            int(str(values["seed"])),
        )


@dataclass(frozen=True)
class Found:
    """What a solver says: a status of `optimizer.program.Status`, and the best point it has.

    `x`: the model's variables in their order, None without a solution; bound: of a maximum.
    """

    status: str
    message: str
    x: list[float] | None = None
    bound: float | None = None


def solve_with(name: str, model: object, asked: Asked) -> Found:
    """Solve a Pyomo model with variables `x` and one objective that is maximised."""
    return _cbc(model, asked) if name == "cbc" else _direct(name, model, asked)


# Each solver's own words for what we limit: nodes, and where its randomness starts.
_OPTIONS = {
    "scip": {"nodes": "limits/totalnodes", "seed": "randomization/randomseedshift"},
    "gurobi": {"nodes": "NodeLimit", "seed": "Seed"},
}


def _direct(name: str, model: object, asked: Asked) -> Found:
    """SCIP and Gurobi through Pyomo's interfaces to their Python packages."""
    import pyomo.environ  # noqa: F401  it makes the interfaces known to the factory
    from pyomo.contrib.solver.common.factory import SolverFactory
    from pyomo.contrib.solver.common.results import SolutionStatus, TerminationCondition

    words = _OPTIONS[name]
    told: dict[str, int] = {words["seed"]: asked.seed}
    if asked.nodes is not None:
        told[words["nodes"]] = asked.nodes
    results = SolverFactory(f"{name}_direct").solve(
        model,
        load_solutions=False,
        raise_exception_on_nonoptimal_result=False,
        time_limit=asked.seconds,
        rel_gap=asked.gap,
        threads=1,
        solver_options=told,
    )
    reached = results.termination_condition
    ended = {
        TerminationCondition.convergenceCriteriaSatisfied: "optimal",
        TerminationCondition.provenInfeasible: "infeasible",
        TerminationCondition.infeasibleOrUnbounded: "infeasible",  # all variables are bounded
        TerminationCondition.iterationLimit: "limit",
        TerminationCondition.maxTimeLimit: "limit",
        TerminationCondition.interrupted: "limit",
    }
    status = ended.get(reached, "failed")
    if results.solution_status in (SolutionStatus.optimal, SolutionStatus.feasible):
        values = results.solution_loader.get_vars()
        variables = model.x.values()  # type: ignore[attr-defined]
        x = [float(values.get(one, one.lb)) for one in variables]
        status = "feasible" if status == "limit" else status
        return Found(status, reached.name, x, _finite(results.objective_bound))
    return Found(status, reached.name, None, _finite(results.objective_bound))


def _cbc(model: object, asked: Asked) -> Found:
    """CBC through Pyomo's interface to its executable."""
    import pyomo.environ  # noqa: F401
    from pyomo.opt import SolverFactory, TerminationCondition

    cbc = SolverFactory("cbc")
    cbc.options.update({"sec": asked.seconds, "ratio": asked.gap, "randomCbcSeed": asked.seed})
    if asked.nodes is not None:
        cbc.options["maxNodes"] = asked.nodes
    results = cbc.solve(model, load_solutions=False)
    reached = results.solver.termination_condition
    message = str(reached)
    if reached == TerminationCondition.infeasible:
        return Found("infeasible", message)
    limits = (
        TerminationCondition.maxTimeLimit,
        TerminationCondition.maxEvaluations,
        TerminationCondition.maxIterations,
    )
    if reached != TerminationCondition.optimal and reached not in limits:
        return Found("failed", message)
    bound = _finite(results.problem.upper_bound)
    if not len(results.solution):
        return Found("limit", message, None, bound)
    model.solutions.load_from(results)  # type: ignore[attr-defined]
    x = [float(v.value or 0.0) for v in model.x.values()]  # type: ignore[attr-defined]
    status = "optimal" if reached == TerminationCondition.optimal else "feasible"
    return Found(status, message, x, bound)


def _finite(bound: float | None) -> float | None:
    """A bound that says something: solvers give 1e20 or infinity for none."""
    return float(bound) if bound is not None and np.abs(bound) < 1e19 else None
