"""OR-Tools' CP-SAT for programmes of binaries.

It takes whole coefficients only. Money is in cents and counts are whole already; rows in units are
scaled to a thousandth of a unit and rounded against the plan, so that what it finds keeps them.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from optimizer.problem import Floats, Ints
from optimizer.program import Program, Result, Status

FINE = 1000.0  # parts of a unit
WORKERS = 2  # as many as the machine has cores

_STATUSES = {
    cp_model.OPTIMAL: Status.OPTIMAL,
    cp_model.FEASIBLE: Status.FEASIBLE,
    cp_model.INFEASIBLE: Status.INFEASIBLE,
    cp_model.UNKNOWN: Status.LIMIT,
}


class CpSat:
    """Solves what `optimizer.full_grid` asks: maximise, binaries alone."""

    def solve(self, program: Program, seconds: float) -> Result:
        """The best that is found within the time, and what is proven of it."""
        model = cp_model.CpModel()
        x = [model.new_int_var(int(low), int(high), "")
             for low, high in zip(program.lower, program.upper, strict=True)]  # fmt: skip
        for i in range(program.row_lower.size):
            entries = slice(program.indptr[i], program.indptr[i + 1])
            self._row(model, x, program, i, program.indices[entries], program.data[entries])
        model.maximize(cp_model.LinearExpr.weighted_sum(x, _whole(program.cost)))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = WORKERS
        solver.parameters.random_seed = 1
        status = _STATUSES.get(solver.solve(model), Status.FAILED)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            return Result(status)
        found = np.array([solver.value(one) for one in x], dtype=np.float64)
        return Result(status, found, float(program.cost @ found), solver.best_objective_bound)

    @staticmethod
    def _row(
        model: cp_model.CpModel,
        x: list[cp_model.IntVar],
        program: Program,
        i: int,
        columns: Ints,
        data: Floats,
    ) -> None:
        there = data != 0.0
        if not there.any():
            return  # as for the other solvers, a row of nothing is left out
        variables = [x[j] for j in columns[there]]
        low, high = program.row_lower[i], program.row_upper[i]
        fine = 1.0 if (data == np.round(data)).all() else FINE
        for limit, upper in ((low, False), (high, True)):
            if np.isfinite(limit):
                side = data[there] * fine
                weights = np.ceil(side - 1e-6) if upper else np.floor(side + 1e-6)
                total = cp_model.LinearExpr.weighted_sum(variables, _whole(weights))
                most = limit * fine
                if upper:
                    model.add(total <= int(np.floor(most + 1e-6)))
                else:
                    model.add(total >= int(np.ceil(most - 1e-6)))


def _whole(numbers: Floats) -> list[int]:
    return [int(number) for number in np.round(numbers)]
