"""A tiny workspace with a real plan in it, to be signed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.scenarios.signoff.plans import tiny_plan

PLAN = Path("results/plans/tiny")


@pytest.fixture(scope="session")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For reading: tests that sign take a copy."""
    return tiny_plan(tmp_path_factory.mktemp("one") / "ws")


@pytest.fixture
def workspace(unsigned: Path, tmp_path: Path) -> Path:
    """A copy, without a store."""
    return Path(shutil.copytree(unsigned, tmp_path / "ws"))
