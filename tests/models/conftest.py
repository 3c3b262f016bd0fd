from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.simulated import Simulated, simulate
from workspace import Workspace, load

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def cheese() -> Workspace:
    return load(EXAMPLES / "cheese")


@pytest.fixture(scope="session")
def market() -> Workspace:
    return load(EXAMPLES / "market")


@pytest.fixture(scope="session")
def simulated() -> Simulated:
    return simulate()
