"""Compiled inner loops. They release the GIL, so that threads use every core."""

from pathlib import Path

from optimizer.kernels.cache import drop_stale

drop_stale(Path(__file__).parent)
