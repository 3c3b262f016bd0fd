"""Arrays to a Pyomo model to HiGHS, within the child process.

The model is a Pyomo model: linear expressions from lists, compiled to a matrix by Pyomo's own
standard form. Measured on 3,000 binaries x 600 rows x 33,000 entries: .09 s to build, .02 s to
compile; Pyomo's persistent interface takes .07 s for the second step, and neither reads options
back nor takes a start.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import highspy
import numpy as np
import pyomo.core.base as pyo
from pyomo.core.expr.numeric_expr import LinearExpression
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler, LinearStandardFormInfo

from optimizer.frames import Array, Message, Value
from optimizer.other_masters import DEFAULT, Asked, solve_with
from optimizer.solver_process import Announce, run

# Every status of HiGHS, one by one; whether a limit left a solution is asked separately.
STATUSES: dict[str, str] = {
    "kOptimal": "optimal",
    "kInfeasible": "infeasible",
    "kUnboundedOrInfeasible": "infeasible",  # every variable has finite bounds
    "kUnbounded": "unbounded",
    "kTimeLimit": "limit",
    "kIterationLimit": "limit",
    "kSolutionLimit": "limit",
    "kMemoryLimit": "limit",
    "kInterrupt": "limit",
    "kHighsInterrupt": "limit",
    "kObjectiveBound": "failed",  # never asked for
    "kObjectiveTarget": "failed",
    "kModelEmpty": "failed",
    "kModelError": "failed",
    "kLoadError": "failed",
    "kPresolveError": "failed",
    "kSolveError": "failed",
    "kPostsolveError": "failed",
    "kNotset": "failed",
    "kUnknown": "failed",
}

FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible


class SolverRefusal(RuntimeError):
    """HiGHS did not take the model or an option as given."""


def build(arrays: Mapping[str, Array], whole: Array) -> pyo.ConcreteModel:
    """The programme as a Pyomo model: variables x[j], constraints row[i], objective profit.

    `whole` (n,) says which variables are integer. Rows without entries are left out.
    """
    model = pyo.ConcreteModel()
    lower, upper = arrays["lower"].tolist(), arrays["upper"].tolist()
    kinds = [pyo.Integers if flag else pyo.Reals for flag in whole.tolist()]
    count = len(lower)
    model.x = pyo.Var(
        range(count),
        domain=lambda _, j: kinds[j],
        bounds=lambda _, j: (lower[j], upper[j]),
    )
    x = list(model.x.values())
    model.profit = pyo.Objective(
        expr=LinearExpression(linear_coefs=arrays["cost"].tolist(), linear_vars=x),
        sense=pyo.maximize,
    )
    starts, columns = arrays["indptr"].tolist(), arrays["indices"].tolist()
    data = arrays["data"].tolist()
    low = [None if side == -np.inf else side for side in arrays["row_lower"].tolist()]
    high = [None if side == np.inf else side for side in arrays["row_upper"].tolist()]

    def row(_: pyo.Block, i: int) -> tuple[float | None, LinearExpression, float | None]:
        entries = slice(starts[i], starts[i + 1])
        variables = [x[j] for j in columns[entries]]
        body = LinearExpression(linear_coefs=data[entries], linear_vars=variables)
        return low[i], body, high[i]

    filled = [i for i in range(len(low)) if any(data[starts[i] : starts[i + 1]])]
    model.row = pyo.Constraint(filled, rule=row)
    return model


def compiled(model: pyo.ConcreteModel) -> tuple[LinearStandardFormInfo, highspy.HighsLp]:
    """The model as Pyomo's standard form, and as a minimisation for HiGHS."""
    form = LinearStandardFormCompiler().write(
        model, mixed_form=True, set_sense=pyo.minimize, column_order=list(model.x.values())
    )
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = form.A.shape
    lp.col_cost_ = form.c.toarray()[0] if form.c.shape[1] else np.zeros(0)
    lp.offset_ = float(form.c_offset[0])
    lp.col_lower_ = np.array([v.lb for v in form.columns], dtype=np.float64)
    lp.col_upper_ = np.array([v.ub for v in form.columns], dtype=np.float64)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if v.is_integer() else kinds.kContinuous for v in form.x]
    sides = np.array([entry.bound_type for entry in form.rows], dtype=np.int64)
    lp.row_lower_ = np.where(sides <= 0, form.rhs, -highspy.kHighsInf)
    lp.row_upper_ = np.where(sides >= 0, form.rhs, highspy.kHighsInf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = form.A.indptr
    lp.a_matrix_.index_ = form.A.indices
    lp.a_matrix_.value_ = form.A.data
    return form, lp


def set_options(highs: highspy.Highs, told: Mapping[str, str | int | float | bool]) -> None:
    """Set options and read them back: misspelt ones are otherwise ignored."""
    for name, value in told.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverRefusal(f"option {name} was refused")
        if highs.getOptionValue(name)[1] != value:
            raise SolverRefusal(f"option {name} was not kept")


def solve(values: dict[str, Value], arrays: dict[str, Array], announce: Announce) -> Message:
    """Solve one programme. `announce` is called once, when the model stands.

    Values asked: seconds, gap, nodes (or None), relaxed, seed, master (the solver of integer
    programmes). Values answered: status, objective, bound, message; arrays answered, where there is
    a solution: x (n,), and row_duals (m,) of an optimal linear programme.
    """
    began = time.monotonic()
    integer = arrays["integer"]
    whole = np.zeros_like(integer) if values["relaxed"] else integer
    x = np.array(arrays.get("start", arrays["lower"]), dtype=np.float64)
    if whole.any() and values["master"] != DEFAULT:
        return _by_another(values, arrays, announce, began)
    form, lp = compiled(build(arrays, whole))
    announce()
    if not form.columns:  # nothing but constants: Pyomo drops unused variables
        return {"status": "optimal", "objective": 0.0, "bound": 0.0, "message": ""}, {"x": x}
    columns = np.array([v.index() for v in form.columns], dtype=np.int64)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    set_options(highs, options(values))
    pass_model(highs, lp, form.A.nnz)
    if whole.any() and "start" in arrays:
        guess = highspy.HighsSolution()
        guess.col_value = x[columns].tolist()
        highs.setSolution(guess)
    spent = time.monotonic() - began
    set_options(highs, {"time_limit": max(0.01, float(str(values["seconds"])) - spent)})
    highs.run()
    return answer(highs, form, columns, x, bool(whole.any()), arrays["row_lower"].size)


def _by_another(
    values: dict[str, Value], arrays: dict[str, Array], announce: Announce, began: float
) -> Message:
    """The same programme, solved by the master that was named."""
    model = build(arrays, arrays["integer"])
    announce()
    left = max(0.01, float(str(values["seconds"])) - (time.monotonic() - began))
    found = solve_with(str(values["master"]), model, Asked.of(values, left))
    answered: dict[str, Value] = {"status": found.status, "message": found.message}
    answered["bound"] = found.bound
    if found.x is None:
        return answered, {}
    x = np.array(found.x, dtype=np.float64)
    answered["objective"] = float(arrays["cost"] @ x)
    return answered, {"x": x}


def options(values: Mapping[str, Value]) -> dict[str, str | int | float | bool]:
    """What HiGHS is told. Presolve is never off: then HiGHS has called wrong plans optimal."""
    told: dict[str, str | int | float | bool] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "presolve": "on",
        "random_seed": int(str(values["seed"])),
        "mip_rel_gap": float(str(values["gap"])),
        "mip_feasibility_tolerance": 1e-7,
    }
    if values["nodes"] is not None:
        told["mip_max_nodes"] = int(str(values["nodes"]))
    return told


def pass_model(highs: highspy.Highs, lp: highspy.HighsLp, entries: int) -> None:
    """Hand the model over and see that it arrived. Raises SolverRefusal."""
    if highs.passModel(lp) != highspy.HighsStatus.kOk:
        raise SolverRefusal("the model was not taken without complaint")
    arrived = highs.getNumCol(), highs.getNumRow(), highs.getNumNz()
    if arrived != (lp.num_col_, lp.num_row_, entries):
        raise SolverRefusal(f"the model arrived as {arrived} columns, rows and entries")


def answer(
    highs: highspy.Highs,
    form: LinearStandardFormInfo,
    columns: Array,
    x: Array,
    mixed: bool,
    rows: int,
) -> Message:
    """HiGHS's answer in terms of the programme: maximised, with dropped columns put back."""
    reached = highs.getModelStatus()
    status = STATUSES.get(reached.name, "failed")
    info = highs.getInfo()
    solution = highs.getSolution()
    found = status == "optimal" or (
        status == "limit"
        and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    )
    if status == "limit" and found:
        status = "feasible"
    values: dict[str, Value] = {"status": status, "message": highs.modelStatusToString(reached)}
    values["bound"] = None
    if mixed and status in ("optimal", "feasible", "limit") and np.isfinite(info.mip_dual_bound):
        values["bound"] = -float(info.mip_dual_bound)
    if not found or not solution.value_valid:
        return values, {}
    x[columns] = solution.col_value
    values["objective"] = -float(info.objective_function_value)
    arrays: dict[str, Array] = {"x": x}
    if not mixed and status == "optimal" and solution.dual_valid:
        duals = np.zeros(rows)
        index = np.array([entry.constraint.index() for entry in form.rows], dtype=np.int64)
        np.add.at(duals, index, -np.asarray(solution.row_dual))  # a row with two sides is two
        arrays["row_duals"] = duals
    return values, arrays


def warm() -> None:
    """Pay for what Pyomo imports at its first model (a second) before a programme waits for it."""
    one, ends = np.ones(1), np.array([0, 1])
    arrays: dict[str, Array] = dict.fromkeys(("cost", "upper", "data", "row_upper"), one)
    arrays |= {"lower": 0 * one, "row_lower": 0 * one, "integer": one > 0}
    arrays |= {"indptr": ends, "indices": ends[:1]}
    asked: dict[str, Value] = {"seconds": 1.0, "gap": 0.0, "nodes": None, "seed": 1}
    solve({**asked, "relaxed": False, "master": DEFAULT}, arrays, lambda: None)


def main() -> None:
    """What the parent starts."""
    run(solve, warm)
