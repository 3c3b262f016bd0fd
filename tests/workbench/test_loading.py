"""Commands load what they need and nothing else: what is slow to load stays out of a plan."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW = (
    "openpyxl", "pandera", "holidays", "statsmodels", "matplotlib", "sqlalchemy", "distributed",
    "pyomo", "highspy", "scipy.special", "scipy.stats", "scipy.sparse.csgraph", "models.estimator",
    "models.fit",
)  # fmt: skip
ALL = ("numpy", "pandas", "numba", "pyarrow", "optimizer", "workspace", *SLOW)


def loaded(module: str) -> set[str]:
    """All that a fresh process has loaded once it has imported a module."""
    code = f"import {module}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "absent"), [("workbench.command_line", ALL), ("scenarios.run", SLOW)]
)
def test_what_is_slow_to_load_is_not_there(module: str, absent: tuple[str, ...]) -> None:
    there = loaded(module)
    assert module in there
    assert not there & set(absent)


def test_control_what_needs_them_loads_them() -> None:
    assert {"models.estimator", "holidays", "scipy.special"} <= loaded("models.fit")
    assert "pandera" in loaded("workspace.second_opinion")
