"""A solver's child process that works, until it does not: killed, hung, out of memory, lying.

Every fault strikes at chosen solves (counted over restarts in a file), so that a plan is attacked
at each of its steps. The hardest lie is the second-best answer called optimal: it keeps every row,
and no row and no start contradicts it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from optimizer import pyomo_master
from optimizer.frames import Array, Message, Value
from optimizer.solver_process import Announce, run

Asked = dict[str, Value]
Arrays = dict[str, Array]
Fault = Callable[[Asked, Arrays, Announce], Message]


def killed(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """As by the system when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)
    return pyomo_master.solve(asked, programme, announce)


def hung(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """Never answers and ignores its time limit."""
    time.sleep(3600.0)
    return pyomo_master.solve(asked, programme, announce)


def out_of_memory(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """Every further page is refused."""
    resource.setrlimit(resource.RLIMIT_AS, (2**20, 2**20))
    np.zeros(2**26)
    return pyomo_master.solve(asked, programme, announce)


def nothing_there(_: Asked, __: Arrays, announce: Announce) -> Message:
    """Calls a programme infeasible."""
    announce()
    return {"status": "infeasible", "message": ""}, {}


def bound_too_low(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """Right about the plan, wrong about how good any plan can be."""
    values, arrays = pyomo_master.solve(asked, programme, announce)
    if values.get("objective") is not None:
        low = float(str(values["objective"])) - 1.0
        values = {**values, "bound": low}
    return values, arrays


def not_a_number(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """Fills its answer with NaN."""
    values, arrays = pyomo_master.solve(asked, programme, announce)
    return values, {name: np.full_like(array, np.nan) for name, array in arrays.items()}


def shifted(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """Gives every column the next one's value."""
    values, arrays = pyomo_master.solve(asked, programme, announce)
    return values, {name: np.roll(array, 1) for name, array in arrays.items()}


def babble(asked: Asked, programme: Arrays, announce: Announce) -> Message:
    """Speaks, but not in frames."""
    os.write(3, b"x" * 4000)
    return pyomo_master.solve(asked, programme, announce)


def second_best(values: dict[str, Value], arrays: dict[str, Array], announce: Announce) -> Message:
    """The best answer whose objective is lower than the optimum, called optimal.

    Of a linear programme: the truth, for its duals would give the lie away at once.
    """
    true, solution = pyomo_master.solve(values, arrays, announce)
    if values["relaxed"] or true["status"] != "optimal" or not arrays["integer"].any():
        return true, solution
    cut = float(str(true["objective"])) - max(0.02, 1e-6 * abs(float(str(true["objective"]))))
    cost = arrays["cost"]
    used = np.flatnonzero(cost)
    limited = dict(arrays)
    limited["indptr"] = np.append(arrays["indptr"], arrays["indptr"][-1] + used.size)
    limited["indices"] = np.append(arrays["indices"], used)
    limited["data"] = np.append(arrays["data"], cost[used])
    limited["row_lower"] = np.append(arrays["row_lower"], -np.inf)
    limited["row_upper"] = np.append(arrays["row_upper"], cut)
    limited.pop("start", None)
    lower, second = pyomo_master.solve(values, limited, lambda: None)
    if lower["status"] != "optimal":
        return true, solution
    return {**lower, "bound": lower["objective"]}, second


KINDS: dict[str, Fault] = {
    one.__name__: one
    for one in (
        killed, hung, out_of_memory, second_best, nothing_there, bound_too_low, not_a_number,
        shifted, babble,
    )
}  # fmt: skip


def sabotaged(kind: str, counter: Path, strikes: set[int]) -> Callable[..., Message]:
    """Pyomo and HiGHS as ever, but for the solves with these numbers, counted from 0."""

    def solve(values: dict[str, Value], arrays: dict[str, Array], announce: Announce) -> Message:
        number = counter.stat().st_size if counter.exists() else 0
        with counter.open("ab") as file:
            file.write(b".")
        if number not in strikes:
            return pyomo_master.solve(values, arrays, announce)
        return KINDS[kind](values, arrays, announce)

    return solve


def command(kind: str, counter: Path, strikes: set[int]) -> list[str]:
    """What `Solver(command=...)` starts: a child that fails in this way at these solves."""
    start = "from tests.oracle.sabotage import main; main()"
    numbers = ",".join(str(strike) for strike in sorted(strikes))
    code = f"import sys; sys.path[:] = {sys.path!r}; {start}"
    return [sys.executable, "-P", "-c", code, kind, str(counter), numbers]


def main() -> None:
    """The child: kind of fault, file that counts, numbers of the solves that fail."""
    kind, counter, numbers = sys.argv[1:]
    strikes = {int(number) for number in numbers.split(",")}
    run(sabotaged(kind, Path(counter), strikes), pyomo_master.warm)
