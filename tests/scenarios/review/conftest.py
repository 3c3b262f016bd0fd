"""One market in which a plan was carried out, for all tests of reviews. For reading only."""

import pytest

from scenarios.review.review import Review, review
from tests.scenarios.review.played import Event, Played, play

EVENTS = (
    Event(0, 0, "OFERTA-20", 2, 2),
    Event(0, 1, "FOLLETO-15", 6, 2),
    Event(1, 0, "OFERTA-20", 3, 2, "half"),
    Event(2, 3, "COMPLETA-20", 1, 2, "half"),
    Event(2, 1, "COMPLETA-20", 4, 3, "dropped"),
    Event(3, 4, "OFERTA-20", 7, 2, "dropped"),
    Event(3, 2, "COMPLETA-20", 2, 2, "shown"),
    Event(4, 2, "CABECERA-10", 3, 3, "shown"),
    Event(4, 0, "OFERTA-20", 5, 2, "none"),
    Event(1, 2, "OFERTA-20", 8, 2, "late"),
)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("played") / "market", EVENTS)


@pytest.fixture(scope="session")
def reviewed(played: Played) -> Review:
    return review(played.plan)
