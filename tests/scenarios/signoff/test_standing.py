"""Plans in folders: found dead when looked at, read from the store when their folder is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

from scenarios.signoff.chain import verify_trail
from scenarios.signoff.dossier import signable
from scenarios.signoff.signoff import approve, lock, reject, submit
from scenarios.signoff.standing import Standing, naming, signing, standing
from scenarios.signoff.states import State
from scenarios.store.store import Store, open_store
from tests.scenarios.signoff.conftest import PLAN
from tests.scenarios.signoff.plans import by


def sign(store: Store, workspace: Path, up_to: State) -> None:
    what = signable(store, workspace / PLAN)
    submit(store, by("ana"), what)
    if up_to is not State.SUBMITTED:
        for name in ("bo", "cy"):
            approve(store, by(name), what)
    if up_to is State.LOCKED:
        lock(store, by("bo"), what)


def seen(store: Store) -> Standing:
    return standing(store, by("eva"))


def test_drafts_and_what_was_submitted(workspace: Path) -> None:
    with open_store(workspace) as store:
        assert seen(store).drafts == ("tiny",)
        assert verify_trail(store).number == 0  # looking at drafts leaves no trace
        sign(store, workspace, State.SUBMITTED)
        found = seen(store)
        assert found.drafts == ()
        assert [p.state for p in found.proposals] == [State.SUBMITTED]


def test_open_ones_die_of_new_sales_and_locked_ones_do_not(workspace: Path) -> None:
    other = Path(shutil.copytree(workspace, workspace.parent / "other"))
    for folder, state in ((workspace, State.APPROVED), (other, State.LOCKED)):
        with open_store(folder) as store:
            sign(store, folder, state)
            assert [p.state for p in seen(store).proposals] == [state]
            budgets = folder / "budgets.csv"
            budgets.write_text(budgets.read_text().replace("5000", "9000"))
            found = seen(store)
            dead = State.VOID if state is State.APPROVED else State.LOCKED
            assert [p.state for p in found.proposals] == [dead]
            assert found.changed == ()
            assert verify_trail(store).faults == ()


def test_a_folder_that_is_not_what_was_locked_any_more_is_named(workspace: Path) -> None:
    with open_store(workspace) as store:
        sign(store, workspace, State.LOCKED)
        table = workspace / PLAN / "supply.csv"
        table.write_text(table.read_text() + "\n")
        assert seen(store).changed == ("tiny/tiny",)
        shutil.rmtree(workspace / PLAN)
        assert [p.state for p in seen(store).proposals] == [State.LOCKED]


def test_a_plan_can_be_turned_down_whose_inputs_cannot_be_read(workspace: Path) -> None:
    with signing(workspace / PLAN, None, None) as (store, what):
        submit(store, by("ana"), what)
    (workspace / "sales.csv").write_text("nonsense\n")
    with naming(workspace / PLAN, None, None) as (store, name):
        assert reject(store, by("bo"), name, "no").state is State.REJECTED
