"""Joint draws from the posterior of all coefficients, signs on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.average import Fitted
from models.crossed import EStep
from models.truncation import Truncated

Floats = NDArray[np.float64]


def average_draws(
    members: tuple[Fitted, ...], terms: int, count: int, seed: int
) -> Iterator[Floats]:
    """`count` draws from the members in turn, each (N, K): what is not known of the model, too."""
    streams = [
        coefficient_draws(
            member.crossed.posterior, member.truncated, -(-count // len(members)), [seed, place]
        )
        for place, member in enumerate(members)
    ]
    for draw in range(count):
        place = draw % len(members)
        yield members[place].among(terms, next(streams[place]))


def coefficient_draws(
    posterior: EStep, truncated: Truncated, count: int, seed: int | list[int]
) -> Iterator[Floats]:
    """`count` draws of all series' coefficients, each (N, K); the same seed, the same draws.

    Drawn downwards: mu with the effects of the kept factor, the other factor's given them, then
    each series given its group. Series that share an account or a product move together.
    """
    random = np.random.default_rng(seed)
    solid_root = _root(posterior.solid_cov)
    loose_root = _root(posterior.loose_cov)
    own_root = _root(posterior.own_cov)
    terms = posterior.own.shape[1]
    for _ in range(count):
        moved = solid_root @ random.standard_normal(len(posterior.solid))
        solid = (posterior.solid + moved).reshape(-1, terms)
        group = np.broadcast_to(solid[0], posterior.own.shape)
        if posterior.solid_index is not None and posterior.loose_index is not None:
            noise = random.standard_normal(posterior.loose.shape)
            loose = posterior.loose - posterior.slope @ moved
            loose = loose + (loose_root @ noise[:, :, None])[:, :, 0]
            group = group + solid[1 + posterior.solid_index] + loose[posterior.loose_index]
        noise = random.standard_normal(posterior.own.shape)
        draw = posterior.own + (posterior.pull @ group[:, :, None])[:, :, 0]
        yield truncated.apply(draw + (own_root @ noise[:, :, None])[:, :, 0])


def _root(covariance: Floats) -> Floats:
    """A square root of covariances (..., K, K); rounding may leave them slightly indefinite."""
    values, vectors = np.linalg.eigh(covariance)
    roots = np.sqrt(np.maximum(values, 0.0))
    # The sign of an eigenvector is the library's choice: fix it.
    largest = np.take_along_axis(
        vectors, np.argmax(np.abs(vectors), axis=-2)[..., None, :], axis=-2
    )
    signed = vectors * np.where(largest < 0.0, -1.0, 1.0)
    return np.asarray(signed * roots[..., None, :])
