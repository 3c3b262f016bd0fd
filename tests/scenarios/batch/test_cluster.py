"""The same batch on a Dask cluster of two processes: the same answers, whoever dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from distributed import LocalCluster
from distributed.comm import CommClosedError

from scenarios.batch import cluster as module
from scenarios.batch.cluster import on_cluster
from scenarios.batch.tally import Tally
from scenarios.store import open_store
from tests.scenarios.batch.grids import RUNS, ask, contents, endings, grid_workspace
from workspace import InputError


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=50,
    ) as running:
        yield running


def workers(cluster: LocalCluster) -> list[int]:
    """The processes of the workers."""
    return [nanny.pid for nanny in cluster.workers.values() if nanny.pid]


def test_answers_and_order_are_those_of_this_machine(cluster: LocalCluster, tmp_path: Path) -> None:
    alone, shared = grid_workspace(tmp_path / "alone"), grid_workspace(tmp_path / "shared")
    with open_store(alone) as store:
        expected, files = endings(ask(alone, store)), contents(store)
    killed: list[int] = []

    def kill(tally: Tally) -> None:
        if tally.done + tally.failed == 1:
            killed.append(workers(cluster)[0])
            os.kill(killed[-1], signal.SIGKILL)

    with open_store(shared) as store:
        found = ask(shared, store, on_cluster(cluster.scheduler_address), report=kill)
        assert endings(found) == expected
        assert contents(store) == files
        assert found.tally.known == 0
        again = ask(shared, store, on_cluster(cluster.scheduler_address))
        assert again.tally.known == len(expected)
    assert len(killed) == 1


def test_a_scheduler_that_goes_silent_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.batch.cluster._PATIENCE", 1.0)
    folder = grid_workspace(tmp_path / "ws")
    cluster = LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        silence_logs=50,
    )

    def leave(tally: Tally) -> None:
        if tally.done + tally.failed == 2:
            cluster.close()

    with open_store(folder) as store:
        with cluster, pytest.raises(InputError, match="no answer"):
            ask(folder, store, on_cluster(cluster.scheduler_address), report=leave)
        assert ask(folder, store).tally.known == 2


def test_a_cluster_without_workers_is_waited_for_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LONELY", 1.0)
    folder = grid_workspace(tmp_path / "ws")
    told: list[int] = []
    with LocalCluster(
        n_workers=0, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:

        def lonely() -> None:
            told.append(len(cluster.workers))
            if len(told) == 2:
                cluster.scale(1)

        with open_store(folder) as store:
            found = ask(folder, store, on_cluster(cluster.scheduler_address, lonely))
    assert len(found.runs) == RUNS
    assert told == [0, 0]


def test_an_address_without_a_scheduler_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.batch.cluster._PATIENCE", 0.5)
    folder = grid_workspace(tmp_path / "ws")
    for address in ("tcp://127.0.0.1:1", "nonsense"):
        with open_store(folder) as store, pytest.raises(InputError, match="found no answer"):
            ask(folder, store, on_cluster(address))


class _Shaky:
    """A client whose workers die while facts are handed out, so many times."""

    def __init__(self, deaths: int) -> None:
        self.deaths = deaths
        self.shared = 0

    def register_plugin(self, _plugin: object) -> None:
        if self.deaths:
            self.deaths -= 1
            raise CommClosedError("Stream is closed")
        self.shared += 1


def test_a_worker_that_dies_while_facts_are_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REPLACED", 0.0)
    shared = SimpleNamespace(sha256="0")
    shaky = _Shaky(module._SHARING - 1)
    module._share(shaky, shared)  # type: ignore[arg-type]
    assert shaky.shared == 1
    with pytest.raises(OSError, match="closed"):
        module._share(_Shaky(module._SHARING), shared)  # type: ignore[arg-type]
