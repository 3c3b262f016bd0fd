"""The workspaces that ship with Tradewind."""

from __future__ import annotations

import shutil
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "examples"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "results", "*.py")


def names() -> tuple[str, ...]:
    """The examples there are, sorted."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/workspace.yaml")))


def copy(name: str, folder: Path) -> None:
    """Copy an example into a folder that does not exist yet or is empty."""
    from scenarios.fresh_folder import fresh_folder

    with fresh_folder(folder, ()) as partial:
        shutil.copytree(SHIPPED / name, partial, ignore=_LEFT_OUT, dirs_exist_ok=True)
