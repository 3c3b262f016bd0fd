"""An average is the mean of its members, and is as unsure as they are together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models import average
from models.base_price import regular_prices
from models.draws import average_draws
from models.estimator import Estimate, estimate
from models.forecast import forecast
from models.member import Member, members_of
from tests.models.simulated import Simulated, simulate


@pytest.fixture(scope="module")
def averaged(simulated: Simulated) -> Estimate:
    panel = simulated.panel
    return estimate(panel, regular_prices(panel), members_of(()), "ES")


def test_members_are_those_that_the_data_can_tell_apart(averaged: Estimate) -> None:
    # No display in these data, and prices that tell deals apart: curve and deal x feature are left.
    names = [term.name for term in averaged.design.terms]
    assert names[-2:] == ["curve", "deal_feature"]
    assert sorted(len(member.kept) for member in averaged.members) == [
        len(names) - 2,
        len(names) - 1,
        len(names) - 1,
        len(names),
    ]


def test_an_average_of_one_is_that_one(simulated: Simulated) -> None:
    panel = simulated.panel
    found = estimate(panel, regular_prices(panel), (Member(optional=("curve",)),), "ES")
    (member,) = found.members
    assert "deal_feature" not in {found.design.terms[k].name for k in member.kept}
    np.testing.assert_array_equal(found.coefficients[:, member.kept], member.truncated.mean)
    assert (np.delete(found.coefficients, member.kept, axis=1) == 0.0).all()


def test_coefficients_are_means_with_zero_for_a_missing_term(averaged: Estimate) -> None:
    curve = averaged.design.index("curve")
    total = np.zeros(averaged.panel.series)
    for member in averaged.members:
        place = np.flatnonzero(member.kept == curve)
        if len(place):
            total += member.truncated.mean[:, place[0]]
    np.testing.assert_allclose(averaged.coefficients[:, curve], total / 4.0, rtol=1e-12)


def test_draws_have_the_moments_of_the_average(averaged: Estimate) -> None:
    terms = len(averaged.design.terms)
    draws = np.array(list(average_draws(averaged.members, terms, 2000, 3)))
    deal = averaged.design.index("deal")
    spread = np.sqrt(averaged.covariance[:, deal, deal])
    error = (draws[:, :, deal].mean(axis=0) - averaged.coefficients[:, deal]) / spread
    assert np.abs(error).max() < 0.15
    np.testing.assert_allclose(draws[:, :, deal].std(axis=0), spread, rtol=0.1)
    # The control: what is not known within members alone is too little.
    within = average.total_covariance(
        averaged.members[:1], averaged.members[0].among(terms, averaged.members[0].truncated.mean)
    )
    curve = averaged.design.index("curve")
    drawn = draws[:, :, curve].std(axis=0)
    assert (np.abs(drawn - np.sqrt(within[:, curve, curve])) > 0.1 * drawn).any()


def test_an_average_forecasts_curved_demand_better_than_its_smallest_member() -> None:
    """Deals that fade with depth: members with curvature see it, and the average half of it."""
    truth = simulate(6, 4, 104, seed=9)
    panel, regular = truth.panel, regular_prices(truth.panel)
    depth = np.maximum(np.nan_to_num(regular.depth_log(panel.price)), 0.0)
    bent = panel.units * np.exp(-6.0 * depth**2)
    curved = replace(panel, units=bent)
    hidden = np.arange(104) >= 91
    learning = curved.learning(~np.broadcast_to(hidden, panel.units.shape))
    errors = {}
    for name, members in (("average", members_of(())), ("smallest", (Member(),))):
        found = estimate(learning, regular, members, "ES")
        made = forecast(found, np.flatnonzero(hidden)).expected
        errors[name] = np.abs(made - bent[:, hidden]).sum()
    assert errors["average"] < errors["smallest"]
