"""What is kept: workspaces, scenarios, runs, plans, sign-offs and their trail, by content hash."""

from scenarios.store.runs import Run, finished_runs, latest_runs
from scenarios.store.store import Store, open_store
from scenarios.store.unpacked import plan_folder

__all__ = ["Run", "Store", "finished_runs", "latest_runs", "open_store", "plan_folder"]
