from __future__ import annotations

import pytest

from models.member import Level, Member


def test_defaults() -> None:
    assert Member().season == ()
    assert Member().level == Level()


@pytest.mark.parametrize("wrong", [{"half_life": 0.0}, {"prior_weeks": -1.0}, {"damping": 1.1}])
def test_wrong_levels(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Level(**wrong)
