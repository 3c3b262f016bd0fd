from __future__ import annotations

import numpy as np
import pytest

from models.shock import ShockModel, shock_column, smoothed, timing

PLACE = np.repeat(np.arange(4), 5)  # four accounts of five products
NEVER = np.zeros((20, 200), dtype=np.bool_)  # no deals


def residuals(
    seed: int, common: float = 0.2, weeks: int = 200, memory: float = 0.7
) -> tuple[np.ndarray, np.ndarray]:
    """Shocks (4, weeks) and residuals (20, weeks) with noise of .15."""
    random = np.random.default_rng(seed)
    shock = np.zeros((4, weeks))
    shock[:, 0] = random.normal(0.0, common, 4)
    for week in range(1, weeks):
        step = common * np.sqrt(1.0 - memory**2)
        shock[:, week] = memory * shock[:, week - 1] + random.normal(0.0, step, 4)
    return shock, shock[PLACE] + random.normal(0.0, 0.15, (20, weeks))


def test_smoother_is_the_best_linear_prediction() -> None:
    """Against the normal equations of all weeks at once."""
    random = np.random.default_rng(4)
    model = ShockModel(common=0.04, noise=0.02, memory=0.6)
    count = random.integers(0, 4, (3, 12)).astype(float)
    total = np.where(count > 0, random.normal(0.0, 0.5, (3, 12)), 0.0)
    apart = np.abs(np.arange(12)[:, None] - np.arange(12)[None, :])
    prior = np.linalg.inv(model.common * model.memory**apart)
    found, variance = smoothed(total, count, model)
    for i in range(3):
        information = prior + np.diag(count[i] / model.noise)
        exact = np.linalg.solve(information, total[i] / model.noise)
        np.testing.assert_allclose(found[i], exact, atol=1e-12)
        np.testing.assert_allclose(variance[i], np.diag(np.linalg.inv(information)), atol=1e-12)


def test_variances_and_memory_come_back() -> None:
    _, residual = residuals(seed=1, weeks=600)
    model = ShockModel.of(residual, np.ones(residual.shape, dtype=np.bool_), PLACE)
    assert model.common == pytest.approx(0.04, rel=0.2)
    assert model.noise == pytest.approx(0.0225, rel=0.1)
    assert model.memory == pytest.approx(0.7, abs=0.1)


def test_no_shock_where_residuals_do_not_move_together() -> None:
    _, residual = residuals(seed=2, common=0.0)
    assert not shock_column(residual, np.ones(residual.shape, dtype=np.bool_), PLACE, NEVER).any()
    alone = np.arange(20)
    _, moving = residuals(seed=2)
    assert not shock_column(moving, np.ones(moving.shape, dtype=np.bool_), alone, NEVER).any()


def test_shock_is_told_by_the_others_alone() -> None:
    shock, residual = residuals(seed=3)
    used = np.ones(residual.shape, dtype=np.bool_)
    found = shock_column(residual, used, PLACE, NEVER)
    assert np.corrcoef(found.ravel(), shock[PLACE].ravel())[0, 1] > 0.9
    odd = residual.copy()
    odd[0, 50] += 1.0
    changed = shock_column(odd, used, PLACE, NEVER) - found
    # Its own odd week moves the variances a little, the others' shock a lot.
    assert np.abs(changed[0]).max() < 0.01
    assert changed[1, 50] > 0.05


def test_nothing_is_known_of_weeks_to_come() -> None:
    _, residual = residuals(seed=5)
    used = np.ones(residual.shape, dtype=np.bool_)
    used[0, 150:] = False
    found = shock_column(residual, used, PLACE, NEVER)
    assert not found[0, 150:].any()
    assert found[1, 150:].all()


def test_deals_tell_of_the_shock_that_they_were_put_on() -> None:
    """Of weeks chosen exp(4 shock) times as often: what others tell of their shocks falls short."""
    shock, residual = residuals(seed=6, weeks=2000)
    used = np.ones(residual.shape, dtype=np.bool_)
    never = np.zeros_like(used)
    random = np.random.default_rng(7)
    true = shock[PLACE]
    deals = random.random(true.shape) < 0.05 * np.exp(4.0 * true)
    without = shock_column(residual, used, PLACE, never)
    assert timing(without, used, deals) == pytest.approx(4.0, abs=0.5)
    short = (true - without)[deals].mean()
    assert short > 0.01
    told = shock_column(residual, used, PLACE, deals)
    assert abs((true - told)[deals].mean()) < 0.25 * short
    np.testing.assert_array_equal(told[~deals], without[~deals])


def test_deals_put_anywhere_tell_nothing() -> None:
    _, residual = residuals(seed=8, weeks=2000)
    used = np.ones(residual.shape, dtype=np.bool_)
    deals = np.random.default_rng(9).random(residual.shape) < 0.1
    found = shock_column(residual, used, PLACE, deals)
    assert np.abs(found - shock_column(residual, used, PLACE, deals & False)).max() < 0.003
    assert timing(found, used, deals & False) == 0.0
