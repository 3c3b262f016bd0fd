"""The store on SQLite and on PostgreSQL: opening, upgrading, keeping, finding again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from scenarios.store.address import address_of
from scenarios.store.archive import Packed, intact, pack, place
from scenarios.store.engine import engine_of, serialised
from scenarios.store.errors import Failure, failure_json
from scenarios.store.runs import (
    Ending,
    Question,
    answered,
    finished_runs,
    keep_done,
    keep_failed,
    known,
    latest_runs,
)
from scenarios.store.store import Store, open_store
from scenarios.store.tables import metadata
from scenarios.store.unpacked import plan_folder
from scenarios.store.upgrade import upgrade, version_of, versions
from tests.scenarios.store.plans import write_folder
from workspace import Fault, InputError
from workspace.text import Text


def question(key: str, scenario: str = "base") -> Question:
    return Question(
        key=key * 64,
        workspace_sha256="w" * 64,
        workspace_name="ours",
        currency="EUR",
        response_sha256="r" * 64,
        scenario_sha256=key * 64,
        scenario=scenario,
        spec_json='{"scenario": "base"}',
        version="tradewind=1",
    )


def packed(folder: Path, **changes: object) -> Packed:
    return pack(write_folder(folder, **changes))


def test_a_store_is_made_where_there_is_none(opened: Store) -> None:
    assert finished_runs(opened) == []
    assert version_of(opened.engine) == versions()[-1]


def test_the_migrations_make_the_tables_that_the_program_means(opened: Store) -> None:
    with opened.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("version", versions())
def test_every_version_is_upgraded_with_what_it_holds(
    version: str, tmp_path: Path, url: str | None
) -> None:
    engine = engine_of(address_of(tmp_path, url))
    (tmp_path / "results" / "store").mkdir(parents=True, exist_ok=True)
    upgrade(engine, version)
    assert version_of(engine) == version
    row = "INSERT INTO workspaces VALUES ('abc', 'ours', 'EUR', '2026-01-01')"
    serialised(engine, lambda connection: connection.execute(text(row)))
    engine.dispose()
    with open_store(tmp_path, url) as store:
        assert version_of(store.engine) == versions()[-1]
        with store.engine.connect() as connection:
            assert connection.execute(text("SELECT name FROM workspaces")).scalar() == "ours"
            assert set(inspect(connection).get_table_names()) == {
                *metadata.tables,
                "alembic_version",
            }


def test_a_store_of_the_future_is_refused(opened: Store, again: Callable[[], Store]) -> None:
    newer = "UPDATE alembic_version SET version_num = '999'"
    serialised(opened.engine, lambda connection: connection.execute(text(newer)))
    with pytest.raises(InputError, match="a store of version 999, written by a newer program"):
        again()


def test_what_is_kept_is_found_once(
    opened: Store, again: Callable[[], Store], tmp_path: Path
) -> None:
    plan = packed(tmp_path / "a")
    for _ in range(2):  # the second time changes nothing
        keep_done(opened, question("a"), plan)
    with again() as store:
        (run,) = finished_runs(store)
        assert (run.scenario, run.ending, run.status) == ("base", Ending.DONE, "optimal")
        assert (run.objective, run.bound, run.spend, run.events) == (71027, 71030, 750, 1)
        assert run.gap == pytest.approx(3 / 71027)
        assert run.record(store)["scenario"] == "base"
        assert run.frame(store, "calendar")["account"].tolist() == ["001"]
        assert latest_runs(store, ["other"]) == []
        assert finished_runs(store, "x" * 64) == []
        assert plan_folder(store, run) == plan_folder(store, run)


def test_the_last_run_of_a_scenario_counts(opened: Store, tmp_path: Path) -> None:
    keep_done(opened, question("a"), packed(tmp_path / "a"))
    keep_done(opened, question("b"), packed(tmp_path / "b", objective=1.0))
    assert [run.objective for run in latest_runs(opened)] == [100]
    assert len(finished_runs(opened)) == 2


def test_only_final_endings_with_their_files_are_answers(opened: Store, tmp_path: Path) -> None:
    plan = packed(tmp_path / "a")
    keep_done(opened, question("a"), plan)
    fault = Fault("w.yaml", 3, "include", Text("no {x}", x=Text("such {y}", y=2)), "more")
    told = failure_json(Failure(Text("a message"), (fault,)))
    keep_failed(opened, question("b"), Ending.REFUSED, told, 0.1)
    keep_failed(opened, question("c"), Ending.BROKEN, told, 0.1)
    keys = [key * 64 for key in "abcd"]
    assert set(answered(opened, keys)) == set(keys[:2])
    assert set(known(opened, keys)) == set(keys[:3])
    assert known(opened, keys)[keys[1]].failure == Failure(Text("a message"), (fault,))
    with pytest.raises(KeyError):
        plan_folder(opened, known(opened, keys)[keys[1]])
    shutil.rmtree(place(opened, plan.sha256))
    assert not intact(opened, plan.sha256)
    assert set(answered(opened, keys)) == {keys[1]}


def test_a_run_that_broke_off_may_end_well_later(opened: Store, tmp_path: Path) -> None:
    keep_failed(opened, question("a"), Ending.BROKEN, failure_json(Failure()), 0.1)
    keep_done(opened, question("a"), packed(tmp_path / "a"))
    (run,) = known(opened, ["a" * 64]).values()
    assert (run.ending, run.error) == (Ending.DONE, None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root:secret@host/db", "found the database mysql"),
        ("nonsense", "found no URL"),
        ("sqlite://", "found the database sqlite"),
        ("postgresql://nobody@127.0.0.1:1/none", "found no answer"),
    ],
)
def test_addresses_that_lead_nowhere(
    url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWIND_STORE", url)
    with pytest.raises(InputError) as caught:
        open_store(tmp_path)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
