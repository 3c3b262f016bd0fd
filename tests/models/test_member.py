from __future__ import annotations

import pytest

from models.member import NAMES, Level, Member, members_of


def test_defaults() -> None:
    assert Member().season == ()
    assert Member().level == Level()


@pytest.mark.parametrize("wrong", [{"half_life": 0.0}, {"prior_weeks": -1.0}, {"damping": 1.1}])
def test_wrong_levels(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Level(**wrong)


def test_an_unknown_optional_term_is_refused() -> None:
    with pytest.raises(ValueError, match="called curves"):
        Member(optional=("curves",))


def test_the_average_has_a_member_for_each_subset_the_smallest_first() -> None:
    members = members_of(("trend",), ("curve", "deal_display"))
    assert [member.optional for member in members] == [
        (),
        ("curve",),
        ("deal_display",),
        ("curve", "deal_display"),
    ]
    assert {member.season for member in members} == {("trend",)}
    assert len(members_of(())) == 2 ** len(NAMES)
