"""What a fit depends on. Apart from the fit, so that looking for one loads no estimator."""

from __future__ import annotations

from workspace.workspace import Workspace

TABLES = ("accounts", "products", "sales", "listings", "tactics")


def fit_key(workspace: Workspace) -> str:
    """The fingerprint of everything that a fit depends on: the same key, the same response."""
    return workspace.fingerprint(*TABLES)
