"""The average of members: coefficients in the terms of all, zero where a member lacks a term.

The mean of log-linear members is log-linear again; how far members differ is uncertainty about the
model, and adds to the covariance (law of total variance). Weights are equal: choosing, or weighing
by recent errors, forecast no better on the data that this was measured on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.crossed import Crossed
from models.level import Levels
from models.truncation import Truncated

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Fitted:
    """One member fitted: `kept` (k,) are the positions of its terms among all K."""

    kept: Ints
    crossed: Crossed
    truncated: Truncated
    levels: Levels

    def among(self, terms: int, cells: Floats) -> Floats:
        """Cells (..., k) of the member's terms among all: (..., K), 0 elsewhere."""
        wide = np.zeros((*cells.shape[:-1], terms))
        wide[..., self.kept] = cells
        return wide

    def only(self, chosen: Bools) -> Fitted:
        """The series where `chosen` (N,) is true."""
        return Fitted(
            self.kept,
            self.crossed.only(chosen),
            self.truncated.only(chosen),
            self.levels.only(chosen),
        )


def mean_coefficients(members: tuple[Fitted, ...], terms: int) -> Floats:
    """(N, K)."""
    return _mean([member.among(terms, member.truncated.mean) for member in members])


def total_covariance(members: tuple[Fitted, ...], mean: Floats) -> Floats:
    """Within members and between them: (N, K, K)."""
    series, terms = mean.shape
    total = np.zeros((series, terms, terms))
    for member in members:
        total[:, member.kept[:, None], member.kept] += member.truncated.covariance
        apart = member.among(terms, member.truncated.mean) - mean
        total += apart[:, :, None] * apart[:, None, :]
    return total / len(members)


def mean_noise(members: tuple[Fitted, ...]) -> Floats:
    """(N,) variance of ln units around a member's prediction."""
    return _mean([member.crossed.variances.noise for member in members])


def mean_levels(members: tuple[Fitted, ...]) -> Levels:
    """The mean level at the end of learning, fading as members' levels do in the mean."""
    first = members[0].levels
    return Levels(
        value=_mean([member.levels.value for member in members]),
        variance=_mean([member.levels.variance for member in members]),
        last=first.last,
        damping=float(np.mean([member.levels.damping for member in members])),
    )


def wrong_signs(members: tuple[Fitted, ...], terms: int) -> Floats:
    """Probability of the wrong sign without truncation, mean of the members with a term: (N, K)."""
    return _of_those_with_it([m.among(terms, m.truncated.wrong) for m in members], members, terms)


def prior_shares(members: tuple[Fitted, ...], terms: int) -> Floats:
    """How much of a coefficient comes from elsewhere, mean of the members with a term: (N, K)."""
    pulls = [
        member.among(terms, np.diagonal(member.crossed.posterior.pull, axis1=1, axis2=2))
        for member in members
    ]
    return np.clip(_of_those_with_it(pulls, members, terms), 0.0, 1.0)


def _of_those_with_it(cells: list[Floats], members: tuple[Fitted, ...], terms: int) -> Floats:
    having = np.zeros(terms)
    for member in members:
        having[member.kept] += 1.0
    return np.asarray(np.sum(cells, axis=0) / np.maximum(having, 1.0))


def _mean(cells: list[Floats]) -> Floats:
    return np.asarray(np.mean(cells, axis=0))
