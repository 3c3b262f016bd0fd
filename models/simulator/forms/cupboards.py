"""Households with cupboards: what they buy, given what is there, and what they eat.

Symbols: h groups of households, g segment, i units in the cupboard (0..ROOM), p product, n units
bought (0..MOST). In a week a household buys n units of p, or nothing, with the probabilities of a
logit over

    u[p,n] = attraction[h,p] + shown[h,p] + beta[h,g,p] (worth_g(i+1) + .. + worth_g(i+n) - n price)

and 0 for nothing; price in multiples of the listed one; worth_g(k), the k-th unit's, falls with k.
Then it eats one unit with a probability that grows with what is there. The distribution of the
population over cupboards is carried from week to week exactly, so that units are expectations
without any noise of simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.simulator.truth import Floats

ROOM = 12  # units a cupboard can hold
MOST = 4  # units bought at a time
EACH = np.arange(1.0, MOST + 1)
# Segments: share of the population, price sensitivity against the mean, and over how many units
# the worth of one more falls by the factor e (who has room, and patience).
SEGMENTS = ((0.45, 0.80, 2.5), (0.35, 1.10, 5.0), (0.20, 1.40, 8.0))
FIRST_WORTH = 1.05  # of the first unit, in listed prices
EATEN = 0.42  # probability of eating a unit in a week when there is one
APPETITE = 0.04  # what each further unit in the cupboard adds to it


@dataclass(frozen=True)
class Households:
    """H groups of households that choose among N products. Stocks are (H, G, ROOM + 1)."""

    number: Floats  # (H,) households
    share: Floats  # (G,) of each segment
    beta: Floats  # (H, G, N) > 0
    worth: Floats  # (H, G, ROOM + 1, N, MOST) exp(beta x worth of n more units), 0 without room

    @staticmethod
    def of(number: Floats, sensitivity: Floats) -> Households:
        """Groups of `number` (H,) households of the three segments; `sensitivity` (H, N) > 0."""
        share, sensitive, patient = (np.array(column) for column in zip(*SEGMENTS, strict=True))
        beta = sensitivity[:, None, :] * sensitive[None, :, None]
        units = np.arange(1.0, ROOM + MOST + 1)
        worth = FIRST_WORTH * np.exp(-(units[None, :] - 1.0) / patient[:, None])
        total = np.concatenate([np.zeros((len(share), 1)), np.cumsum(worth, axis=1)], axis=1)
        stock, bought = np.arange(ROOM + 1)[:, None], np.arange(1, MOST + 1)[None, :]
        more = total[:, stock + bought] - total[:, stock]  # (G, I, n)
        weight = np.exp(beta[:, :, None, :, None] * more[None, :, :, None, :])
        room = stock + bought <= ROOM
        return Households(number, share, beta, np.where(room[:, None, :], weight, 0.0))

    def empty(self) -> Floats:
        """Stocks of households that have nothing."""
        stocks = np.zeros((len(self.number), len(self.share), ROOM + 1))
        stocks[:, :, 0] = 1.0
        return stocks

    def week(self, stocks: Floats, liked: Floats, price: Floats) -> tuple[Floats, Floats]:
        """Units bought (H, N), and the stocks after the week's meals.

        `liked` (H, N): attraction and what is shown; `price` (H, N) in multiples of the listed.
        """
        chosen = self.choices(liked, price)
        nothing = 1.0 / (1.0 + chosen.sum(axis=(3, 4)))
        reached = stocks * nothing
        flow = chosen.sum(axis=3) * reached[..., None]  # (H, G, I, n)
        sold = self.sold(reached, chosen)
        after = stocks - flow.sum(axis=3)
        for n in range(1, MOST + 1):
            after[:, :, n:] += flow[:, :, : ROOM + 1 - n, n - 1]
        return sold, eaten(after)

    def choices(self, liked: Floats, price: Floats) -> Floats:
        """exp(u), (H, G, ROOM + 1, N, MOST)."""
        units = np.exp(-self.beta * price[:, None, :])[..., None] ** EACH
        return np.asarray(self.worth * (np.exp(liked)[:, None, :, None] * units)[:, :, None])

    def sold(self, reached: Floats, chosen: Floats) -> Floats:
        """Units (H, N) from weights `chosen` of households (H, G, I) per unit of weight."""
        homes = reached * self.share[None, :, None]
        by_number = np.matmul(homes.reshape(len(homes), 1, -1), _flat(chosen))
        shaped = by_number.reshape(len(homes), -1, MOST)
        return np.asarray(self.number[:, None] * (shaped @ EACH))


def _flat(chosen: Floats) -> Floats:
    """(H, G, I, N, n) as (H, G x I, N x n)."""
    shape = chosen.shape
    return chosen.reshape(shape[0], shape[1] * shape[2], shape[3] * shape[4])


def eaten(stocks: Floats) -> Floats:
    """Stocks after a week's meals."""
    units = np.arange(ROOM + 1)
    chance = np.where(units > 0, EATEN + APPETITE * (units - 1), 0.0)
    meals = stocks * chance
    left = stocks - meals
    left[:, :, :-1] += meals[:, :, 1:]
    return left
