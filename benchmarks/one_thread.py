"""One thread for everybody: waiting threads of small matrix products would count as work."""

from __future__ import annotations

import os
import sys

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def start_again(module: str) -> None:
    """Start the benchmark `module` anew with one thread: they are counted as numpy is imported."""
    if os.environ.keys().isdisjoint(ONE_THREAD):
        again = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execve(sys.executable, again, os.environ | ONE_THREAD)


def cpu_seconds() -> float:
    """Of this process and of those that it waited for: R's work counts as well."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
