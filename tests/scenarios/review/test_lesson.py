"""The sentences, case by case."""

from scenarios.review.event_review import Compared, Lifts, Range
from scenarios.review.lesson import lesson
from scenarios.review.seen import Status

NOTHING = {"baseline": Range(0.0, 0.0)}


def compared(low: float, high: float) -> Compared:
    return Compared(0, 0, {}, 0, 0, {}, {**NOTHING, "response": Range(low, high)})


def told(low: float, high: float, planned: float = 0.5, following: float = 0.6) -> str:
    return str(lesson(Status.DONE, compared(low, high), Lifts(planned, planned, following)))


def test_what_is_not_over_teaches_nothing():
    for status in (Status.TO_COME, Status.NO_DATA, Status.NOT_RUN):
        words = str(lesson(status, None, None))
        assert "believes" not in words
    assert "no row" in str(lesson(Status.NO_DATA, None, None))


def test_response_decides_what_is_said():
    assert told(1.0, 9.0).startswith("what ran sold more")
    assert told(-9.0, -1.0).startswith("what ran sold less")
    assert "chance apart" in told(-1.0, 9.0)
    assert told(-1.0, 9.0, 0.5, 0.505) == "the lift is confirmed: +50% (planned +50%)"
    assert "+60%" in told(1.0, 9.0)
